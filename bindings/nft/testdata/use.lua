-- tables and text, handles, errors, transactions, and other namespaces
local function fails(pattern, fn, ...)
  local ok, err = pcall(fn, ...)
  assert(not ok, "no error, expected " .. pattern)
  assert(tostring(err):find(pattern, 1, true), tostring(err) .. "\ndoes not have: " .. pattern)
  return err
end

-- all or nothing
fails("line 4, column 5", nft.apply, "table inet t {\n  chain c {\n    accept\n    tcp dport 80 jump nowhere\n  }\n}")
assert(#nft.tables() == 0)
local err = fails("ENOENT", nft.add, "rule inet none c accept")
assert(err.code == "ENOENT")
fails("column 19", nft.add, "rule inet t c tcp dprt 80")
fails("port can be changed only after", nft.apply, "table ip t { chain c { dnat to 10.0.0.1:80; } }")
fails("overlaps", nft.apply, "table ip t { set s { type inet_service; flags interval; elements = { 1-5, 3-9 }; } }")
fails("already", nft.apply, "table inet t { chain c { ip saddr 10.0.0.1 ip6 daddr fd00::1 accept; } }")

-- only trying changes nothing
nft.apply("table inet t { chain c { accept; } }", {check = true})
assert(#nft.tables() == 0)

-- Lua tables
nft.apply{
  ["inet t"] = {
    comment = "made of tables",
    counters = {hits = {}},
    sets = {ports = {type = "inet_service", flags = "interval", elements = {80, "443-445"}, comment = "web"}},
    maps = {how = {type = "ipv4_addr", to = "verdict", elements = {["10.0.0.1"] = "accept", ["10.0.0.2"] = "drop"}}},
    chains = {
      input = {type = "filter", hook = "input", priority = "filter", policy = "accept",
        "tcp dport @ports counter name hits",
        {"tcp dport", {22, 23}, "drop", comment = "no logins"},
        "ip saddr vmap @how",
        "jump other"},
      other = {},
    },
  },
  ["netdev d"] = {chains = {i = {type = "filter", hook = "ingress", devices = {"lo"}, "tcp dport 9 drop"}}},
}
local t = nft.list("inet t")
for _, want in ipairs{'comment "made of tables"', "elements = { 80", "443-445", "10.0.0.1 : accept", 'tcp dport { 22, 23 } drop comment "no logins"', "jump other"} do
  assert(t:find(want, 1, true), t)
end
fails("rule 2", nft.apply, {["inet x"] = {chains = {c = {"accept", {true}}}}})
fails("tcp dprt 80", nft.apply, {["inet x"] = {chains = {c = {"accept", "tcp dprt 80"}}}})
fails("chains", nft.apply, {["inet x"] = {chain = {}}})
fails("several lines", nft.apply, {["inet x"] = {chains = {c = {"accept\ndrop"}}}})

-- handles
local h = nft.add("rule inet t other tcp dport 1 accept")
local last = nft.insert("rule inet t other tcp dport 0 accept")
assert(nft.rules("inet t", "other")[1].handle == last and nft.rules("inet t", "other")[2].handle == h)
nft.apply("replace rule inet t other handle " .. h .. " tcp dport 2 accept")
assert(nft.rules("inet t", "other")[2].text == "tcp dport 2 accept")
nft.delete("rule inet t other handle " .. last)
assert(#nft.rules("inet t", "other") == 1)
assert(nft.list("inet t", {handles = true}):find("tcp dport 2 accept # handle " .. h, 1, true))

-- elements of intervals come and go as they are written
nft.add("element inet t ports { 1000-2000 }")
nft.delete("element inet t ports { 443-445 }")
local keys = {}
for _, s in ipairs(nft.sets("inet t")) do
  for _, e in ipairs(s.name == "ports" and s.elements or {}) do keys[#keys + 1] = e.key end
end
assert(table.concat(keys, " ") == "80 1000-2000", table.concat(keys, " "))

-- a transaction that raises changes nothing, and does not outlive its function
local kept
fails("stop", nft.transaction, function(tr) kept = tr; tr:flush("chain inet t input"); error("stop") end)
assert(#nft.rules("inet t", "input") == 4)
fails("closed", function() kept:add("table x") end)
nft.transaction(function(tr) tr:flush("chain inet t input"); tr:add("rule inet t input drop") end)
assert(nft.rules("inet t", "input")[1].text == "drop")
nft.flush("set inet t ports")
nft.delete("table inet t"); nft.delete("table netdev d")
assert(nft.list() == "")

-- variables
nft.apply("define web = { 80, 443 }\ndefine lan = 10.0.0.0/8\ntable ip v { chain c { ip saddr $lan tcp dport $web accept; } }")
assert(nft.rules("v")[1].text == "ip saddr 10.0.0.0/8 tcp dport { 80, 443 } accept", nft.rules("v")[1].text)

-- other namespaces, without going there
local blue = ns.new("net")
local there = nft.at(blue)
assert(#there.tables() == 0)
there.apply("table inet far { chain c { type filter hook input priority 0; iifname lo counter accept; } }")
assert(#there.tables() == 1 and nft.tables()[1].name == "v")
blue:call(function() assert(nft.tables()[1].name == "far") end)
assert(there == nft.at(blue) and tostring(there):find("nft at net:[", 1, true))
blue:close()
fails("closed", there.tables)

-- scopes take back what was made in the starting namespace, and only that
nft.add("table inet mine")
scope(function()
  nft.add("table inet brief")
  nft.add("table inet mine")
  nft.add("chain inet mine stays")
end)
local left = {}
for _, x in ipairs(nft.tables()) do left[#left + 1] = x.name end
assert(table.concat(left, " ") == "v mine", table.concat(left, " "))
scope(function()
  nft.add("table inet again")
  nft.delete("table inet again")
  nft.add("table inet again")
end)
