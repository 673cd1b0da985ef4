---@meta

--- The packet filter of a namespace, nftables: tables, chains, rules, sets and maps, in the syntax of nft(8).
---
--- Every call works in the network namespace the shell is in now; `nft.at(handle)` is the same module in another one.
--- A call is one transaction: the kernel carries out all of it or nothing. Mistakes in a text are errors with line and
--- column, and say what was expected there.
---
--- ```lua
--- nft.apply[[
---   table inet demo {
---     set web { type inet_service; flags interval; elements = { 80, 443, 8000-8099 } }
---     chain input {
---       type filter hook input priority 0; policy drop
---       ct state established,related accept
---       iif lo accept
---       tcp dport @web counter accept
---       icmp type echo-request limit rate 5/second accept
---     }
---   }
--- ]]
--- nft.add("rule inet demo input udp dport 53 accept")
--- print(nft.list("inet demo"))
--- assert(#nft.rules("inet demo", "input") == 5)
--- ```
---
--- Notes:
---
--- - What is known of nft's syntax: commands `add`, `create`, `insert`, `replace`, `delete`, `destroy` and `flush` for tables, chains,
---   rules, sets, maps, elements, counters and quotas, blocks `table … { … }`, and `define`. The families are ip, ip6, inet, arp, bridge, netdev.
--- - Matches: fields of ether, vlan, arp, ip, ip6, tcp, udp, udplite, sctp, dccp, icmp, icmpv6, igmp, esp and th; meta, ct, rt, socket, fib, numgen;
---   `==`, `!=`, `<`, `>`, ranges, prefixes, `&` masks, flags, sets `{ 80, 443 }` and `@name`, fields joined by dots, `vmap` and `map`.
--- - Statements: verdicts, counter, quota, limit, log, reject, masquerade, snat, dnat, redirect, notrack, fwd, `ct count`, `add`/`update @set`,
---   and `set` for meta, ct and fields of headers. Flowtables, queue, tproxy, dup and options of headers are not known: nft(8) itself is for these.
--- - Tables made in the namespace the shell started in are deleted when their scope ends. Those made elsewhere end with their namespace.
---   What is added to a table that was there before stays.
--- - What a rule has beyond that, made by other tools, is listed as `unknown "NAME"`, in place, and `nft.apply` refuses such a text.
--- - Rules that iptables-nft made are listed with `xt match` and `xt target`, and left alone.
nft = {}

--- A chain of an `nft.TableDefinition`: its rules as a list, and what makes it a base chain.
--- A rule is text in nft's syntax, or a list of words, numbers and sets, with a comment: `{"tcp dport", {80, 443}, "accept", comment = "web"}`.
---@class nft.ChainDefinition
---@field [integer] string|table the rules
---@field type? "filter"|"nat"|"route" of a base chain
---@field hook? string of a base chain: "input", "forward", "prerouting"…
---@field priority? integer|string place in the hook: a number, or a name such as "srcnat"; 0 if not said
---@field policy? "accept"|"drop" what becomes of packets at its end
---@field devices? string[] of hooks that belong to links: ingress, egress
---@field comment? string

--- A set or a map of an `nft.TableDefinition`.
---@class nft.SetDefinition
---@field type string of its keys: "inet_service", "ipv4_addr . inet_service"
---@field to? string of a map's values: "verdict", "ipv4_addr", "mark"
---@field elements? table of a set a list, of a map values by key
---@field flags? string|string[] "interval", "timeout", "dynamic", "constant"
---@field timeout? string how long elements live: "1h30m"
---@field size? integer most elements
---@field comment? string

--- A counter of an `nft.TableDefinition`, and what it begins with.
---@class nft.CounterDefinition
---@field packets? integer
---@field bytes? integer
---@field comment? string

--- A table of an `nft.Ruleset`.
---@class nft.TableDefinition
---@field chains? table<string, nft.ChainDefinition> by name
---@field sets? table<string, nft.SetDefinition> by name
---@field maps? table<string, nft.SetDefinition> by name
---@field counters? table<string, nft.CounterDefinition> by name
---@field comment? string

--- Tables by family and name: `{["inet demo"] = {chains = …}}`.
---@alias nft.Ruleset table<string, nft.TableDefinition>

--- Carries out commands and rulesets, all or nothing: what `nft -f` reads, or tables by name.
---
--- `flush ruleset` is refused where iptables-nft has tables, as it would take these away, too.
---
--- ```lua
--- nft.apply[[
---   table ip nat {
---     chain post { type nat hook postrouting priority srcnat; ip saddr 10.0.0.0/8 oifname "eth0" masquerade }
---     chain pre { type nat hook prerouting priority dstnat; tcp dport 8080 dnat to 10.0.0.2:80 }
---   }
--- ]]
--- nft.apply{
---   ["inet demo"] = {
---     sets = {web = {type = "inet_service", elements = {80, 443}}},
---     maps = {by_port = {type = "inet_service", to = "verdict", elements = {[22] = "accept", [23] = "drop"}}},
---     chains = {
---       input = {type = "filter", hook = "input", priority = 0, policy = "drop",
---         "ct state established,related accept",
---         {"tcp dport", {80, 443}, "accept", comment = "web"},
---         "tcp dport vmap @by_port",
---       },
---     },
---   },
--- }
--- local ok, err = pcall(nft.apply, "table inet t {\n  chain c {\n    tcp dprt 80 accept\n  }\n}")
--- assert(not ok and err.message:find("line 3, column 9"))
--- ```
---@zh 以一个事务应用规则集（nft 语法文本或 Lua 表）。
---@param ruleset string|nft.Ruleset
---@param options? {check?: boolean} check has the kernel try it without doing it
---@errors EINVAL it is not nft's syntax, or the kernel refuses a rule
---@errors ENOENT it refers to what is not there
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source nft(8)
---@explain nft {check?--check} {ruleset}
function nft.apply(ruleset, options) end

--- Adds one thing: a table, a chain, a rule at the end of its chain, a set, a map, elements, a counter.
---
--- ```lua
--- nft.add("table inet demo")
--- nft.add("chain inet demo input { type filter hook input priority 0; policy accept; }")
--- nft.add("set inet demo seen { type ipv4_addr; flags timeout; }")
--- nft.add("element inet demo seen { 10.0.0.1 timeout 1h, 10.0.0.2 }")
--- local handle = nft.add("rule inet demo input ip saddr @seen counter drop")
--- nft.delete("rule inet demo input handle " .. handle)
--- ```
---@zh 添加表、链、规则、集合、映射或元素。
---@param what string as behind `nft add`
---@return integer? handle of what was made, if that is one thing
---@errors EINVAL it is not nft's syntax, or the kernel refuses it
---@errors ENOENT there is no such table, chain or set
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source nft(8)
---@explain nft add {what}
function nft.add(what) end

--- Inserts a rule at the beginning of its chain, or before another one.
---
--- ```lua
--- nft.apply("table inet demo { chain c { accept; } }")
--- nft.insert("rule inet demo c tcp dport 80 drop")
--- assert(nft.rules("inet demo")[1].text == "tcp dport 80 drop")
--- ```
---@zh 在链首插入规则。
---@param what string as behind `nft insert`
---@return integer? handle
---@errors EINVAL it is not nft's syntax, or the kernel refuses it
---@errors ENOENT there is no such chain or rule
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source nft(8)
---@explain nft insert {what}
function nft.insert(what) end

--- Deletes a table with all that is in it, a chain, a rule by its handle, a set, elements, a counter.
---
--- ```lua
--- nft.apply("table inet demo { set s { type inet_service; elements = { 80, 443 }; } }")
--- nft.delete("element inet demo s { 80 }")
--- nft.delete("table inet demo")
--- assert(#nft.tables() == 0)
--- ```
---@zh 删除表、链、规则、集合或元素。
---@param what string as behind `nft delete`
---@errors EBUSY a chain or set is referred to
---@errors ENOENT there is no such thing
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source nft(8)
---@explain nft delete {what}
function nft.delete(what) end

--- Deletes the rules of a table or chain, or the elements of a set or map.
---
--- ```lua
--- nft.apply("table inet demo { chain c { accept; } }")
--- nft.flush("chain inet demo c")
--- assert(#nft.rules("inet demo", "c") == 0)
--- ```
---@zh 清空表、链、集合或映射。
---@param what string as behind `nft flush`
---@errors ENOENT there is no such thing
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source nft(8)
---@explain nft flush {what}
function nft.flush(what) end

--- Gathers commands and carries them out as one transaction when the function returns. If it raises, nothing happens.
---
--- ```lua
--- nft.transaction(function(t)
---   t:add("table inet demo")
---   t:add("chain inet demo c")
---   for port = 8000, 8009 do t:add("rule inet demo c tcp dport " .. port .. " accept") end
--- end)
--- assert(#nft.rules("inet demo") == 10)
--- ```
---@zh 将多条命令合并为一个事务执行。
---@param fn fun(t: nft.Transaction): ...
---@return any ... what the function returns
---@errors EINVAL the kernel refuses a rule: nothing is changed
---@errors ENOENT it refers to what is not there: nothing is changed
---@source nft(8)
---@explain none it is what `nft -f` does with a file of the commands
function nft.transaction(fn) end

--- The ruleset in nft's syntax: what `nft list ruleset` shows, and `nft.apply` takes.
---
--- ```lua
--- nft.apply("table inet demo { chain c { tcp dport { 80, 443 } accept; } }")
--- local text = nft.list("inet demo")
--- nft.delete("table inet demo")
--- nft.apply(text)
--- assert(nft.list() == text)
--- ```
---@zh 以 nft 语法列出规则集。
---@param table? string "inet demo", or "demo" of the family ip; everything if not said
---@param options? {handles?: boolean} handles shows the handle of each thing as a comment
---@return string
---@errors ENOENT there is no such table
---@source nft(8)
---@explain passive nft {handles?-a} list {table?table {table}|ruleset}
function nft.list(table, options) end

--- A table as `nft.tables` describes it.
---@class nft.TableInfo
---@field family string
---@field name string
---@field handle integer
---@field dormant boolean its chains are not in use
---@field comment? string

--- Lists the tables.
---
--- ```lua
--- assert(#nft.tables() == 0)
--- nft.add("table inet demo")
--- assert(nft.tables()[1].name == "demo")
--- ```
---@zh 列出所有表。
---@return nft.TableInfo[]
---@source nft(8)
---@explain passive nft list tables
function nft.tables() end

--- A chain as `nft.chains` describes it.
---@class nft.ChainInfo
---@field family string
---@field table string
---@field name string
---@field handle integer
---@field type? string of a base chain
---@field hook? string of a base chain
---@field priority? integer of a base chain
---@field policy? string of a base chain
---@field devices? string[] of a base chain that belongs to links
---@field comment? string

--- Lists the chains of a table, or all.
---
--- ```lua
--- nft.apply("table inet demo { chain c { type filter hook input priority filter; policy drop; } }")
--- local c = nft.chains("inet demo")[1]
--- assert(c.hook == "input" and c.priority == 0 and c.policy == "drop")
--- ```
---@zh 列出链。
---@param table? string "inet demo", or "demo" of the family ip
---@return nft.ChainInfo[]
---@errors ENOENT there is no such table
---@source nft(8)
---@explain passive nft list chains
function nft.chains(table) end

--- A rule as `nft.rules` describes it.
---@class nft.RuleInfo
---@field family string
---@field table string
---@field chain string
---@field handle integer
---@field text string in nft's syntax
---@field comment? string
---@field packets? integer that its counter has seen
---@field bytes? integer that its counter has seen
---@field iptables? boolean iptables-nft made it

--- Lists the rules of a table or chain, or all.
---
--- ```lua
--- nft.apply("table inet demo { chain out { type filter hook output priority 0; oif lo counter; } }")
--- for _, r in ipairs(nft.rules("inet demo", "out")) do print(r.handle, r.text, r.packets) end
--- ```
---@zh 列出规则及其计数器。
---@param table? string "inet demo", or "demo" of the family ip
---@param chain? string
---@return nft.RuleInfo[]
---@errors ENOENT there is no such table
---@source nft(8)
---@explain passive nft -a list {table?table {table}|ruleset}
function nft.rules(table, chain) end

--- An element of a set.
---@class nft.Element
---@field key string a value, a range, a prefix, or several joined by dots
---@field value? string what a map has for it
---@field expires? number seconds it has left
---@field comment? string

--- A set or map as `nft.sets` describes it.
---@class nft.SetInfo
---@field family string
---@field table string
---@field name string
---@field handle integer
---@field type string of its keys
---@field map boolean keys stand for something
---@field to? string type of a map's values
---@field interval boolean elements can be ranges
---@field timeout? number seconds that elements live
---@field elements nft.Element[]
---@field comment? string

--- Lists the sets and maps of a table, or all, with their elements.
---
--- ```lua
--- nft.apply("table inet demo { set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 }; } }")
--- assert(nft.sets("inet demo")[1].elements[1].key == "10.0.0.0/8")
--- ```
---@zh 列出集合与映射及其元素。
---@param table? string "inet demo", or "demo" of the family ip
---@return nft.SetInfo[]
---@errors ENOENT there is no such table
---@source nft(8)
---@explain passive nft list {table?table {table}|sets}
function nft.sets(table) end

--- A counter with a name of its own.
---@class nft.CounterInfo
---@field family string
---@field table string
---@field name string
---@field handle integer
---@field packets integer
---@field bytes integer
---@field comment? string

--- Lists the counters that have names. Those of rules are in `nft.rules`.
---
--- ```lua
--- nft.apply("table inet demo { counter hits { } chain c { tcp dport 80 counter name hits; } }")
--- assert(nft.counters("inet demo")[1].packets == 0)
--- ```
---@zh 列出具名计数器。
---@param table? string "inet demo", or "demo" of the family ip
---@return nft.CounterInfo[]
---@errors ENOENT there is no such table
---@source nft(8)
---@explain passive nft list counters[ table {table}]
function nft.counters(table) end

--- The module in another namespace: `nft.at(h).list()` is the ruleset there. The shell does not go there.
--- It works as long as the handle is open, and does not keep the namespace alive after that.
---
--- ```lua
--- local blue = ns.new("net")
--- nft.at(blue).add("table inet demo")
--- assert(#nft.at(blue).tables() == 1 and #nft.tables() == 0)
--- ```
---@zh 在另一个网络命名空间中使用本模块，无需切换。
---@param namespace ns.Namespace
---@return nft
---@errors EINVAL it is a namespace of another kind
---@source nft(8), ip-netns(8)
---@explain passive none it only says where later calls work
function nft.at(namespace) end

--- Commands on their way: what `nft.transaction` gives its function.
---@class nft.Transaction
local Transaction = {}

--- Adds what `nft.apply` takes to the transaction.
---
--- ```lua
--- nft.transaction(function(t)
---   t:apply("table inet a { chain c { accept; } }")
---   t:apply("table inet b { chain c { drop; } }")
--- end)
--- assert(#nft.tables() == 2)
--- ```
---@zh 将规则集加入事务。
---@param ruleset string|nft.Ruleset
---@errors EINVAL it is not nft's syntax
---@source nft(8)
---@explain nft {ruleset}
function Transaction:apply(ruleset) end

--- Adds an `nft.add` to the transaction.
---
--- ```lua
--- nft.transaction(function(t) t:add("table inet demo") end)
--- ```
---@zh 将添加命令加入事务。
---@param what string as behind `nft add`
---@errors EINVAL it is not nft's syntax
---@source nft(8)
---@explain nft add {what}
function Transaction:add(what) end

--- Adds an `nft.insert` to the transaction.
---
--- ```lua
--- nft.apply("table inet demo { chain c { accept; } }")
--- nft.transaction(function(t) t:insert("rule inet demo c drop") end)
--- ```
---@zh 将插入命令加入事务。
---@param what string as behind `nft insert`
---@errors EINVAL it is not nft's syntax
---@source nft(8)
---@explain nft insert {what}
function Transaction:insert(what) end

--- Adds an `nft.delete` to the transaction.
---
--- ```lua
--- nft.add("table inet old")
--- nft.transaction(function(t)
---   t:delete("table inet old")
---   t:add("table inet new")
--- end)
--- assert(nft.tables()[1].name == "new")
--- ```
---@zh 将删除命令加入事务。
---@param what string as behind `nft delete`
---@errors EINVAL it is not nft's syntax
---@source nft(8)
---@explain nft delete {what}
function Transaction:delete(what) end

--- Adds an `nft.flush` to the transaction.
---
--- ```lua
--- nft.apply("table inet demo { chain c { accept; } }")
--- nft.transaction(function(t)
---   t:flush("chain inet demo c")
---   t:add("rule inet demo c drop")
--- end)
--- assert(nft.rules("inet demo")[1].text == "drop")
--- ```
---@zh 将清空命令加入事务。
---@param what string as behind `nft flush`
---@errors EINVAL it is not nft's syntax
---@source nft(8)
---@explain nft flush {what}
function Transaction:flush(what) end

--- What `nft.at` returns: the functions of the module, bound to a namespace. It travels to other processes with closures.
---@class nft.Place
---@field apply function `nft.apply` over there
---@field transaction function `nft.transaction` over there
---@field list function `nft.list` over there
---@field tables function `nft.tables` over there
---@field chains function `nft.chains` over there
---@field rules function `nft.rules` over there
---@field sets function `nft.sets` over there
---@field counters function `nft.counters` over there
---@field add function `nft.add` over there
---@field insert function `nft.insert` over there
---@field delete function `nft.delete` over there
---@field flush function `nft.flush` over there
