-- sets of many elements, in several messages of one transaction, and intervals that touch
local list = {}
for i = 0, 4999 do list[i + 1] = ("10.%d.%d.%d"):format(i % 7, math.floor(i / 250), i % 250) end
nft.apply("table inet t { set s { type ipv4_addr; elements = { " .. table.concat(list, ", ") .. " }; } }")
assert(#nft.sets("inet t")[1].elements == 5000)

nft.apply("table inet u { set s { type inet_service; flags interval; elements = { 1-10, 11-20, 30, 65000-65535, 0 }; } }")
local keys = {}
for _, e in ipairs(nft.sets("inet u")[1].elements) do keys[#keys + 1] = e.key end
assert(table.concat(keys, " ") == "0 1-10 11-20 30 65000-65535", table.concat(keys, " "))
nft.delete("element inet u s { 11-20 }")
nft.add("element inet u s { 12-29 }")
keys = {}
for _, e in ipairs(nft.sets("inet u")[1].elements) do keys[#keys + 1] = e.key end
assert(table.concat(keys, " ") == "0 1-10 12-29 30 65000-65535", table.concat(keys, " "))

-- touching elements of sets in rules
nft.apply("table inet v { chain c { tcp dport { 1-10, 11-20, 80, 81 } accept; tcp dport { 65535, 1-2 } accept; meta mark { 1-3, 9 } accept; } }")
local r = nft.rules("inet v")
assert(r[1].text == "tcp dport { 1-20, 80-81 } accept" or r[1].text == "tcp dport { 1-10, 11-20, 80, 81 } accept", r[1].text)
assert(r[2].text == "tcp dport { 1-2, 65535 } accept", r[2].text)
assert(r[3].text == "meta mark { 0x00000001-0x00000003, 0x00000009 } accept", r[3].text)

-- the whole of a large transaction
nft.transaction(function(t)
  t:add("table inet w"); t:add("chain inet w c")
  for i = 1, 1000 do t:add("rule inet w c tcp dport " .. i .. " counter accept") end
end)
assert(#nft.rules("inet w") == 1000)
