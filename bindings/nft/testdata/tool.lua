-- needs: cmd:nft
-- The real nft shows what was made here, and what it made is read here: both tools write the same, and read what the other writes.
local text = [[
table inet t {
	counter hits { packets 5 bytes 600 }
	quota lot { over 10 mbytes }
	set iv { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.1.1-192.168.1.9, 1.2.3.4 }; }
	set mk { type mark; flags interval; elements = { 1-10, 20 }; }
	set cc { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/8 . 80-90, 1.2.3.4 . 22 }; }
	set pp { type inet_service; size 64; timeout 1h; comment "ports"; elements = { 80 timeout 30m, 443 comment "tls" }; }
	set dy { type ipv4_addr; flags dynamic,timeout; timeout 1m; size 100; }
	set names { type ifname; elements = { "eth0", "wlan0" }; }
	map vm { type inet_service : verdict; elements = { 22 : accept, 80 : jump c2 }; }
	map to { type inet_service : ipv4_addr . inet_service; elements = { 80 : 10.0.0.1 . 8080 }; }
	chain c2 { }
	chain c {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		ct state != new accept
		ct state new accept
		ct state vmap { established : accept, invalid : drop }
		tcp flags syn accept
		tcp flags & (syn|ack) == syn accept
		tcp flags != syn accept
		meta mark 1-10 accept
		meta mark != 1-10 accept
		meta mark and 0xff == 1 accept
		iifname "veth*" accept
		iifname { "eth0", "eth1" } accept
		iifname @names accept
		iif lo accept
		ip saddr 10.0.0.0/8 accept
		ip saddr != 10.0.0.0/9 accept
		ip saddr 10.0.0.1-10.0.0.5 accept
		ip saddr 10.0.0.1 ip daddr 10.0.0.2 tcp dport 80 accept
		ip6 saddr fd00::/64 tcp sport 1-1023 drop
		ip6 daddr fd00::1 accept
		tcp dport > 1024 accept
		tcp dport != 80 accept
		tcp dport {80,443,1000-2000} accept
		tcp dport != {22, 23} drop
		udp dport { 53, 67 } accept
		meta mark @mk accept
		ip saddr @iv accept
		ip saddr != @iv drop
		ip saddr . tcp dport @cc accept
		ip saddr . tcp dport { 10.0.0.1 . 80, 10.0.0.2 . 81 } accept
		tcp dport vmap @vm
		tcp dport vmap { 22 : accept, 80 : goto c2 }
		ip dscp 10 accept
		ip frag-off & 0x1fff != 0 accept
		ip ttl 1 drop
		ip6 hoplimit 1 drop
		icmp type echo-request limit rate 5/second burst 3 packets accept
		icmpv6 type {nd-neighbor-solicit, echo-request} accept
		limit rate over 10 mbytes/second drop
		limit rate 400/minute accept
		log prefix "hello " level warn
		log prefix "x" flags all
		log group 3
		reject
		reject with tcp reset
		reject with icmpx admin-prohibited
		ip saddr 1.1.1.1 reject with icmp host-unreachable
		ip6 saddr ::1 reject with icmpv6 addr-unreachable
		meta mark set 0x10
		ct mark set meta mark
		meta mark set ct mark
		meta mark set meta mark or 0x10
		meta mark set meta mark and 0xff
		ether saddr 00:11:22:33:44:55 accept
		numgen random mod 100 < 5 drop
		fib daddr type local accept
		fib saddr . iif oif missing drop
		udp dport 53 counter packets 1 bytes 2 accept comment "hi"
		meta l4proto {tcp,udp} th dport 53 accept
		ip protocol icmp accept
		ip protocol tcp tcp dport 80 accept
		meta protocol ip accept
		meta nfproto ipv4 accept
		meta l4proto tcp counter packets 0 bytes 0 tcp dport 80 accept
		ct direction original accept
		ct original ip saddr 1.2.3.4 accept
		tcp dport 80 meta mark set ip saddr map { 1.1.1.1 : 1, 2.2.2.2 : 2 }
		quota over 100 mbytes drop
		ip ttl set 64
		ip daddr set 1.2.3.4
		meta skuid 0 accept
		meta pkttype broadcast accept
		ct status dnat accept
		counter name hits
		quota name lot drop
		add @dy { ip saddr }
		update @dy { ip saddr timeout 30s }
		tcp dport 22 ct count over 10 drop
		ip daddr 10.0.0.1 jump c2
	}
	chain n {
		type nat hook prerouting priority dstnat;
		tcp dport 80 dnat ip to 10.0.0.2:8080
		dnat ip to 10.0.0.2-10.0.0.9
		meta l4proto tcp dnat ip6 to [fd00::1]:80
		tcp dport 8080 redirect to :80
		dnat ip to tcp dport map { 80 : 10.0.0.1, 81 : 10.0.0.2 }
		dnat ip to tcp dport map { 80 : 10.0.0.1 . 8080, 81 : 10.0.0.2 . 8081 }
		dnat ip to tcp dport map @to
		dnat ip to numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }
	}
	chain p {
		type nat hook postrouting priority srcnat + 5;
		ip saddr 10.0.0.0/8 oifname != "lo" masquerade
		tcp dport 80 masquerade to :1024-2000 random
		snat ip to 1.2.3.4 persistent
	}
	chain r { type filter hook prerouting priority raw; ip saddr 10.0.0.9 notrack; }
}
table ip6 six { chain out { type route hook output priority mangle; ip6 daddr fd00::/8 accept; reject; }; }
table ip four { chain f { type filter hook forward priority security - 3; tcp dport 80 reject with tcp reset; }; }
table bridge b { chain f { type filter hook forward priority filter; ip saddr 10.0.0.1 drop; ether type arp accept; arp operation request accept; vlan id 5 accept; }; }
table arp a { chain i { type filter hook input priority filter; arp saddr ip 10.0.0.1 drop; }; }
table netdev d { chain i { type filter hook ingress device "lo" priority 0; tcp dport 1 drop; numgen random mod 100 < 20 drop; }; }
]]

local function strip(s) -- what differs without a difference in meaning
  s = s:gsub("expires %w+ ?", "")
  return s
end

local function real() return strip(tool.run("nft -n list ruleset")) end

-- one rule after another; the order of a set's elements is the kernel's
local function lines(s)
  s = s:gsub("elements = (%b{})", function(list)
    local items = {}
    for item in list:sub(2, -2):gmatch("[^,]+") do items[#items + 1] = (item:gsub("^%s+", ""):gsub("%s+$", "")) end
    table.sort(items)
    return "elements = { " .. table.concat(items, ", ") .. " }"
  end)
  local out = {}
  for line in s:gmatch("[^\n]+") do out[#out + 1] = line end
  return out
end
local function same(a, b, what)
  local x, y = lines(a), lines(b)
  local diff = {}
  for i = 1, math.max(#x, #y) do
    if x[i] ~= y[i] then diff[#diff + 1] = (x[i] or "(nothing)") .. "\n   is not\n" .. (y[i] or "(nothing)") end
    if #diff > 12 then break end
  end
  if #diff > 0 then error(what .. ":\n" .. table.concat(diff, "\n"), 2) end
end

local function write(path, s) local f = assert(io.open(path, "w")); f:write(s); f:close() end

write("/tmp/in", text)
tool.run("nft -f /tmp/in")
local theirs, json = real(), tool.run("nft -j -n list ruleset | sed 's/\"expires\": [0-9]*//; s/\"handle\": [0-9]*//g'")
local listed = nft.list()               -- what the real tool made, in this module's words
tool.run("nft flush ruleset")
write("/tmp/out", strip(listed))
tool.run("nft -f /tmp/out")
same(real(), theirs, "listed here, read by nft")
tool.run("nft flush ruleset")

nft.apply(text)
same(real(), theirs, "made here, listed by nft")
same(strip(nft.list()), strip(listed), "made here and by nft, listed here")
nft.apply("flush ruleset")
nft.apply(strip(listed))
same(real(), theirs, "listed and read here")
nft.apply("flush ruleset")
nft.apply(theirs)
same(real(), theirs, "listed by nft, read here")
