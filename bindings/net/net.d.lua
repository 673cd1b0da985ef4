---@meta

--- The network of a namespace: links, addresses, routes, rules, neighbours, traffic control, and tools that send traffic.
---
--- Every call works in the network namespace the shell is in now; `net.at(handle)` is the same module in another one.
--- Names of kinds, options and flags are those of ip(8), tc(8) and bridge(8).
---
--- ```lua
--- local blue = ns.new("net")
--- net.veth("veth0", {name = "veth1", ns = blue})
--- net.link("veth0"):addr("10.1.1.2/24"):up()
--- net.at(blue).link("veth1"):addr("10.1.1.1/24"):up()
--- assert(net.ping("10.1.1.1").ok)
--- ```
---
--- Notes:
---
--- - A link's name has at most 15 characters; it can have longer alternative names (`link:altname`).
--- - `link:up()` also sees to it that packets pass at once: the kernel takes up to a second to notice a carrier.
--- - Links made in the namespace the shell started in are deleted when their scope ends. Those made elsewhere end with
---   their namespace.
net = {}

--- A link as `net.links` and `link:info` describe it.
---@class net.LinkInfo
---@field name string
---@field index integer in its namespace
---@field type string its kind, or "loopback", "ether", "none"
---@field up boolean it is set up
---@field state string of operation: "up", "down", "lowerlayerdown", "unknown"…
---@field carrier boolean
---@field mtu integer
---@field mac? string
---@field permanent_mac? string
---@field alias? string
---@field altnames? string[]
---@field txqueuelen integer
---@field group integer
---@field qdisc? string the discipline of its queue
---@field promiscuity integer how many want all frames
---@field flags string[] "broadcast", "multicast", "lower_up"…
---@field master? string the bridge, bond or vrf it belongs to
---@field link? string the link it sits on, or its peer
---@field netnsid? integer the namespace, by its number in this one, where `link_index` is
---@field link_index? integer the link it sits on, or its peer, over there
---@field bridge? net.BridgeOptions the settings of its kind; each kind has a field of its name
---@field bridge_slave? net.BridgeSlaveOptions its settings as a port
---@field bond_slave? net.BondSlaveOptions its settings as a port

--- Lists the links in the order of their indexes.
---
--- ```lua
--- for _, l in ipairs(net.links()) do print(l.name, l.type, l.up, l.mtu) end
--- ```
---@zh 列出所有网络接口。
---@return net.LinkInfo[]
---@source ip-link(8), rtnetlink(7)
---@explain passive ip link show
function net.links() end

--- Finds a link by its name or an alternative one.
---
--- ```lua
--- net.link("lo"):up()
--- assert(net.link("lo"):info().up)
--- ```
---@zh 按名称查找网络接口。
---@param name string
---@return net.Link
---@errors ENODEV there is no such link
---@source ip-link(8), rtnetlink(7)
---@explain passive ip link show {name}
function net.link(name) end

--- The module in another namespace: `net.at(h).links()` lists the links there. The shell does not go there, and calls
--- cost no switch of namespaces. It works as long as the handle is open, and does not keep the namespace alive after that.
---
--- ```lua
--- local blue = ns.new("net")
--- local inside = net.at(blue)
--- inside.link("lo"):up()
--- assert(#inside.links() == 1 and inside.ping("127.0.0.1").ok)
--- ```
---@zh 在另一个网络命名空间中使用本模块，无需切换。
---@param namespace ns.Namespace
---@return net
---@errors EINVAL it is a namespace of another kind
---@source ip-netns(8), netlink(7)
---@explain passive none ip -n NAME, tc -n NAME, bridge -n NAME in front of what follows
function net.at(namespace) end

--- The other end of a pair of links.
---@class net.Peer : net.NewLink
---@field name string

--- What every new link can be given.
---@class net.NewLink
---@field alias? string a description
---@field allmulticast? boolean takes all multicast
---@field arp? boolean resolves addresses
---@field group? integer a number to treat links together
---@field mac? string hardware address
---@field master? string|net.Link|false the bridge, bond or vrf it belongs to; false for none
---@field mtu? integer largest packet
---@field multicast? boolean can multicast
---@field ns? ns.Namespace the namespace to make it in
---@field promisc? boolean takes all frames
---@field rxqueues? integer number of queues in
---@field txqueuelen? integer packets that may wait
---@field txqueues? integer number of queues out
---@field up? boolean sets it up at once

--- Makes a dummy link: what is sent there is gone. Good for an address that is always up.
---
--- ```lua needs=link:dummy
--- net.dummy("d0", {up = true}):addr("10.9.9.9/32")
--- ```
---@zh 创建 dummy 接口。
---@param name string up to 15 characters
---@param options? net.NewLink
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type dummy 
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.dummy(name, options) end

--- Makes an intermediate functional block: a link to shape what comes in on others, mirrored here.
---
--- ```lua
--- net.ifb("shaper", {up = true})
--- ```
---@zh 创建 ifb 接口。
---@param name string up to 15 characters
---@param options? net.NewLink
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type ifb 
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.ifb(name, options) end

--- Makes a link that shows netlink messages to packet captures.
---
--- ```lua needs=link:nlmon
--- net.nlmon("mon0", {up = true})
--- ```
---@zh 创建 nlmon 接口。
---@param name string up to 15 characters
---@param options? net.NewLink
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type nlmon 
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.nlmon(name, options) end

--- Makes a virtual CAN bus.
---
--- ```lua needs=link:vcan
--- net.vcan("can0", {up = true})
--- ```
---@zh 创建虚拟 CAN 接口。
---@param name string up to 15 characters
---@param options? net.NewLink
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type vcan 
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.vcan(name, options) end

--- Makes a pair of Ethernet links: what is sent on one comes in on the other.
---
--- Each end can be made in a namespace of its own, with its final name; the link returned is the first.
---
--- ```lua
--- local blue = ns.new("net")
--- net.veth("veth0", {name = "eth0", ns = blue, up = true}, {up = true, mtu = 1400})
--- assert(net.at(blue).link("eth0"):info().up and net.link("veth0"):info().mtu == 1400)
--- ```
---@zh 创建一对虚拟以太网接口。
---@param name string up to 15 characters
---@param peer string|net.Peer the other end: its name, or a table with that and options
---@param options? net.NewLink
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type veth peer name {peer.name?{peer.name}|{peer}}[ mtu {peer.mtu}][ address {peer.mac}][ txqueuelen {peer.txqueuelen}]{peer.arp=false? arp off}[ netns {peer.ns:netns}]
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain {peer.master?[nsenter {peer.ns:enter} ]ip link set {peer.name} master {peer.master}}
---@explain {peer.alias?[nsenter {peer.ns:enter} ]ip link set {peer.name} alias {peer.alias}}
---@explain {peer.up?[nsenter {peer.ns:enter} ]ip link set {peer.name} up}
---@explain undo ip link delete {made:thing} 2> /dev/null || :
function net.veth(name, peer, options) end

--- Makes a pair of CAN links.
---
--- ```lua needs=link:vxcan
--- net.vxcan("can0", "can1")
--- ```
---@zh 创建一对虚拟 CAN 接口。
---@param name string up to 15 characters
---@param peer string|net.Peer the other end: its name, or a table with that and options
---@param options? net.NewLink
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type vxcan peer name {peer.name?{peer.name}|{peer}}[ mtu {peer.mtu}][ address {peer.mac}][ txqueuelen {peer.txqueuelen}]{peer.arp=false? arp off}[ netns {peer.ns:netns}]
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain {peer.master?[nsenter {peer.ns:enter} ]ip link set {peer.name} master {peer.master}}
---@explain {peer.alias?[nsenter {peer.ns:enter} ]ip link set {peer.name} alias {peer.alias}}
---@explain {peer.up?[nsenter {peer.ns:enter} ]ip link set {peer.name} up}
---@explain undo ip link delete {made:thing} 2> /dev/null || :
function net.vxcan(name, peer, options) end

--- The settings of a netkit link.
---@class net.NetkitOptions : net.NewLink
---@field mode? "l2"|"l3" how it works
---@field peer_policy? "forward"|"blackhole" the same at the other end
---@field peer_scrub? "none"|"default" the same at the other end
---@field policy? "forward"|"blackhole" what becomes of packets without a program
---@field scrub? "none"|"default" clears what packets carry with them

--- Makes a pair of netkit links, which eBPF programs pass packets through.
---
--- ```lua needs=link:netkit
--- net.netkit("nk0", "nk1", {mode = "l3"})
--- ```
---@zh 创建一对 netkit 接口。
---@param name string up to 15 characters
---@param peer string|net.Peer the other end: its name, or a table with that and options
---@param options? net.NetkitOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type netkit[ {mode}][ {policy}] peer name {peer.name?{peer.name}|{peer}}[ mtu {peer.mtu}][ address {peer.mac}][ txqueuelen {peer.txqueuelen}]{peer.arp=false? arp off}[ netns {peer.ns:netns}][ {peer_policy}]
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain {peer.master?[nsenter {peer.ns:enter} ]ip link set {peer.name} master {peer.master}}
---@explain {peer.alias?[nsenter {peer.ns:enter} ]ip link set {peer.name} alias {peer.alias}}
---@explain {peer.up?[nsenter {peer.ns:enter} ]ip link set {peer.name} up}
---@explain undo ip link delete {made:thing} 2> /dev/null || :
function net.netkit(name, peer, options) end

--- Makes a WireGuard link. Its keys and peers are set with wg(8).
---
--- ```lua needs=link:wireguard
--- net.wireguard("wg0"):addr("10.99.0.1/24")
--- ```
---@zh 创建 WireGuard 接口。
---@param name string up to 15 characters
---@param options? net.NewLink
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type wireguard 
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.wireguard(name, options) end

--- The settings of a vrf link.
---@class net.VrfOptions : net.NewLink
---@field table? integer the routing table it stands for

--- Makes a virtual routing and forwarding domain: links that belong to it use its table.
---
--- ```lua needs=link:vrf
--- net.vrf("red", {table = 10, up = true})
--- ```
---@zh 创建 VRF。
---@param name string up to 15 characters
---@param options? net.VrfOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type vrf {options?{options:settings}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.vrf(name, options) end

--- The settings of a bridge link.
---@class net.BridgeOptions : net.NewLink
---@field ageing_time? Duration how long an address that was learned is kept
---@field fdb_max_learned? integer addresses to learn at most, 0 for any number
---@field forward_delay? Duration how long a port listens and learns before it forwards
---@field group_address? string the address of the spanning tree
---@field group_fwd_mask? integer bits of the reserved addresses 01:80:c2:00:00:0X to forward
---@field hello_time? Duration between hellos of the spanning tree
---@field max_age? Duration how long a hello counts
---@field mcast_hash_max? integer entries of the multicast database
---@field mcast_igmp_version? integer 2 or 3
---@field mcast_mld_version? integer 1 or 2
---@field mcast_querier? boolean asks for group members itself
---@field mcast_query_use_ifaddr? boolean queries carry the address of the bridge
---@field mcast_router? integer 0 never, 1 as heard, 2 always a way to multicast routers
---@field mcast_snooping? boolean multicast goes only to ports that asked for it
---@field mcast_stats? boolean counts IGMP and MLD
---@field nf_call_arptables? boolean bridged ARP meets arptables
---@field nf_call_ip6tables? boolean bridged IPv6 meets ip6tables
---@field nf_call_iptables? boolean bridged IPv4 meets iptables
---@field priority? integer in the election of the root bridge
---@field stp? boolean runs the spanning tree protocol
---@field vlan_default_pvid? integer the VLAN of untagged frames at new ports, 0 for none
---@field vlan_filtering? boolean ports only pass the VLANs they are members of
---@field vlan_protocol? "802.1Q"|"802.1ad" the type of the VLAN tags
---@field vlan_stats? boolean counts by VLAN
---@field vlan_stats_per_port? boolean counts by VLAN and port

--- Makes a bridge: a switch whose ports are the links that have it as their master.
---
--- ```lua
--- local br = net.bridge("br0", {stp = false, up = true})
--- net.veth("p0", "h0", {master = br, up = true})
--- assert(net.link("p0"):info().master == "br0")
--- ```
---@zh 创建网桥。
---@param name string up to 15 characters
---@param options? net.BridgeOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type bridge {options?{options:bridge}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.bridge(name, options) end

--- The settings of a bond link.
---@class net.BondOptions : net.NewLink
---@field active_slave? string|net.Link the link in use
---@field ad_actor_sys_prio? integer
---@field ad_actor_system? string
---@field ad_select? "stable"|"bandwidth"|"count"
---@field ad_user_port_key? integer
---@field all_slaves_active? boolean
---@field arp_all_targets? "any"|"all"
---@field arp_interval? integer
---@field arp_validate? "none"|"active"|"backup"|"all"|"filter"|"filter_active"|"filter_backup"
---@field downdelay? integer milliseconds before a link that went down is left
---@field fail_over_mac? "none"|"active"|"follow"
---@field lacp_active? boolean
---@field lacp_rate? "slow"|"fast"
---@field lp_interval? integer
---@field miimon? integer milliseconds between looks at the links, 0 never
---@field min_links? integer
---@field missed_max? integer
---@field mode? "balance-rr"|"active-backup"|"balance-xor"|"broadcast"|"802.3ad"|"balance-tlb"|"balance-alb" how the links share the work
---@field num_grat_arp? integer
---@field packets_per_slave? integer
---@field peer_notify_delay? integer
---@field primary? string|net.Link the link to prefer
---@field primary_reselect? "always"|"better"|"failure"
---@field resend_igmp? integer
---@field tlb_dynamic_lb? boolean
---@field updelay? integer milliseconds before a link that came up is used
---@field use_carrier? boolean
---@field xmit_hash_policy? "layer2"|"layer3+4"|"layer2+3"|"encap2+3"|"encap3+4"|"vlan+srcmac"

--- Makes a bond: several links that work as one.
---
--- ```lua needs=link:bond
--- net.bond("bond0", {mode = "active-backup", miimon = 100})
--- ```
---@zh 创建链路聚合接口。
---@param name string up to 15 characters
---@param options? net.BondOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type bond {options?{options:settings}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.bond(name, options) end

--- Makes a team link, which teamd(8) runs.
---
--- ```lua needs=link:team
--- net.team("team0")
--- ```
---@zh 创建 team 接口。
---@param name string up to 15 characters
---@param options? net.NewLink
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type team 
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.team(name, options) end

--- The settings of a hsr link.
---@class net.HsrOptions : net.NewLink
---@field interlink? string|net.Link the port that is no part of the ring
---@field proto? integer number of the protocol inside
---@field slave1? string|net.Link the first ring port
---@field slave2? string|net.Link the second
---@field supervision? integer last byte of the supervision address
---@field version? integer of the protocol

--- Makes a link that sends everything twice around a ring (HSR, PRP).
---
--- ```lua needs=link:hsr
--- net.veth("a0", "a1")
--- net.veth("b0", "b1")
--- net.hsr("ring0", {slave1 = "a0", slave2 = "b0"})
--- ```
---@zh 创建 HSR 环网接口。
---@param name string up to 15 characters
---@param options? net.HsrOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type hsr {options?{options:settings}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.hsr(name, options) end

--- The settings of a vlan link.
---@class net.VlanOptions : net.NewLink
---@field bridge_binding? boolean follows the ports of the bridge below that are members
---@field gvrp? boolean announces itself by GVRP
---@field id? integer the network identifier
---@field link string|net.Link the link it sits on
---@field loose_binding? boolean does not follow the state of the link below
---@field mvrp? boolean announces itself by MVRP
---@field protocol? "802.1Q"|"802.1ad" the type of the tags
---@field reorder_hdr? boolean hides the tag from packet sockets

--- Makes a link for one VLAN of another.
---
--- ```lua needs=link:vlan
--- net.veth("v0", "v1")
--- net.vlan("v0.10", {link = "v0", id = 10})
--- ```
---@zh 创建 VLAN 子接口。
---@param name string up to 15 characters
---@param options net.VlanOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add[ link {options.link}] name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type vlan {options?{options:switches}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.vlan(name, options) end

--- The settings of a macvlan link.
---@class net.MacvlanOptions : net.NewLink
---@field bcqueuelen? integer broadcasts that may wait
---@field link string|net.Link the link it sits on
---@field mode? "private"|"vepa"|"bridge"|"passthru"|"source" how it works

--- Makes a link with a hardware address of its own on top of another.
---
--- ```lua
--- net.veth("v0", "v1")
--- net.macvlan("mv0", {link = "v0", mode = "bridge"})
--- ```
---@zh 创建 macvlan 接口。
---@param name string up to 15 characters
---@param options net.MacvlanOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add[ link {options.link}] name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type macvlan {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.macvlan(name, options) end

--- The settings of a macvtap link.
---@class net.MacvtapOptions : net.NewLink
---@field bcqueuelen? integer broadcasts that may wait
---@field link string|net.Link the link it sits on
---@field mode? "private"|"vepa"|"bridge"|"passthru"|"source" how it works

--- Makes a macvlan that a program reads and writes by a character device.
---
--- ```lua
--- net.veth("v0", "v1")
--- net.macvtap("mt0", {link = "v0", mode = "bridge"})
--- ```
---@zh 创建 macvtap 接口。
---@param name string up to 15 characters
---@param options net.MacvtapOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add[ link {options.link}] name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type macvtap {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.macvtap(name, options) end

--- The settings of a ipvlan link.
---@class net.IpvlanOptions : net.NewLink
---@field flag? "bridge"|"private"|"vepa" who may talk to whom
---@field link string|net.Link the link it sits on
---@field mode? "l2"|"l3"|"l3s" how it works

--- Makes a link with addresses of its own on top of another, whose hardware address it shares.
---
--- ```lua needs=link:ipvlan
--- net.veth("v0", "v1")
--- net.ipvlan("iv0", {link = "v0", mode = "l3"})
--- ```
---@zh 创建 ipvlan 接口。
---@param name string up to 15 characters
---@param options net.IpvlanOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add[ link {options.link}] name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type ipvlan {options?{options:words}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.ipvlan(name, options) end

--- The settings of a ipvtap link.
---@class net.IpvtapOptions : net.NewLink
---@field flag? "bridge"|"private"|"vepa" who may talk to whom
---@field link string|net.Link the link it sits on
---@field mode? "l2"|"l3"|"l3s" how it works

--- Makes an ipvlan that a program reads and writes by a character device.
---
--- ```lua needs=link:ipvtap
--- net.veth("v0", "v1")
--- net.ipvtap("it0", {link = "v0"})
--- ```
---@zh 创建 ipvtap 接口。
---@param name string up to 15 characters
---@param options net.IpvtapOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add[ link {options.link}] name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type ipvtap {options?{options:words}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.ipvtap(name, options) end

--- The settings of a xfrm link.
---@class net.XfrmOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field external? boolean each route or filter says where packets go
---@field if_id? integer ties it to policies and states

--- Makes a link that IPsec policies refer to.
---
--- ```lua needs=link:xfrm
--- net.xfrm("ipsec0", {if_id = 42})
--- ```
---@zh 创建 xfrm 接口。
---@param name string up to 15 characters
---@param options? net.XfrmOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type xfrm {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.xfrm(name, options) end

--- The settings of a macsec link.
---@class net.MacsecOptions : net.NewLink
---@field encodingsa? integer
---@field encrypt? boolean
---@field end_station? boolean
---@field icvlen? integer
---@field link string|net.Link the link it sits on
---@field port? integer
---@field protect? boolean
---@field replay? boolean
---@field scb? boolean
---@field send_sci? boolean
---@field validate? "disabled"|"check"|"strict"
---@field window? integer

--- Makes a link that encrypts Ethernet frames. Its channels and keys are set with ip-macsec(8).
---
--- ```lua needs=link:macsec
--- net.veth("v0", "v1")
--- net.macsec("ms0", {link = "v0", encrypt = true})
--- ```
---@zh 创建 MACsec 接口。
---@param name string up to 15 characters
---@param options net.MacsecOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add[ link {options.link}] name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type macsec {options?{options:switches}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.macsec(name, options) end

--- The settings of a vxlan link.
---@class net.VxlanOptions : net.NewLink
---@field ageing? integer seconds that what was learned is kept
---@field dev? string|net.Link the link that packets leave by
---@field df? "unset"|"set"|"inherit" the bit that forbids splitting outer packets
---@field dstport? integer UDP port
---@field external? boolean each route or filter says where packets go
---@field flowlabel? integer of outer IPv6 packets
---@field gbp? boolean group policy
---@field gpe? boolean generic protocol extension
---@field id? integer the network identifier
---@field l2miss? boolean tells of unknown addresses
---@field l3miss? boolean tells of unknown neighbours
---@field learning? boolean learns where addresses are
---@field local? Address the address that packets leave from
---@field localbypass? boolean packets to a local tunnel end stay inside
---@field maxaddress? integer addresses to learn at most
---@field proxy? boolean answers ARP itself
---@field remote? Address the address of the other end, or a multicast group
---@field rsc? boolean route short circuit
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one
---@field udp6zerocsumrx? boolean accepts such
---@field udp6zerocsumtx? boolean sends outer UDP over IPv6 without checksum
---@field udpcsum? boolean checksums outer UDP over IPv4
---@field vnifilter? boolean only accepts identifiers added to it

--- Makes a tunnel of Ethernet over UDP. Without `dstport` the kernel takes 8472; the standard's is 4789.
---
--- ```lua
--- net.vxlan("vx0", {id = 42, remote = "10.0.0.2", dstport = 4789})
--- ```
---@zh 创建 VXLAN 隧道。
---@param name string up to 15 characters
---@param options? net.VxlanOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type vxlan {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.vxlan(name, options) end

--- The settings of a geneve link.
---@class net.GeneveOptions : net.NewLink
---@field df? "unset"|"set"|"inherit" the bit that forbids splitting outer packets
---@field dstport? integer UDP port
---@field external? boolean each route or filter says where packets go
---@field flowlabel? integer of outer IPv6 packets
---@field id? integer the network identifier
---@field innerprotoinherit? boolean carries IP without Ethernet
---@field remote? Address the address of the other end, or a multicast group
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one
---@field udp6zerocsumrx? boolean accepts such
---@field udp6zerocsumtx? boolean sends outer UDP over IPv6 without checksum
---@field udpcsum? boolean checksums outer UDP over IPv4

--- Makes a GENEVE tunnel.
---
--- ```lua needs=link:geneve
--- net.geneve("gn0", {id = 42, remote = "10.0.0.2"})
--- ```
---@zh 创建 GENEVE 隧道。
---@param name string up to 15 characters
---@param options? net.GeneveOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type geneve {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.geneve(name, options) end

--- The settings of a bareudp link.
---@class net.BareudpOptions : net.NewLink
---@field dstport? integer UDP port
---@field ethertype? integer what is carried
---@field multiproto? boolean IPv4 and IPv6, or MPLS unicast and multicast
---@field srcportmin? integer lowest source port

--- Makes a tunnel of IP or MPLS straight over UDP.
---
--- ```lua needs=link:bareudp
--- net.bareudp("bu0", {dstport = 6635, ethertype = 0x8847})
--- ```
---@zh 创建 bareudp 隧道。
---@param name string up to 15 characters
---@param options? net.BareudpOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type bareudp {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.bareudp(name, options) end

--- The settings of a ipip link.
---@class net.IpipOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field encap_dport? integer destination port of FOU and GUE
---@field encap_flags? integer of FOU and GUE
---@field encap_sport? integer source port of FOU and GUE
---@field encap_type? integer 0 none, 1 FOU, 2 GUE
---@field external? boolean each route or filter says where packets go
---@field fwmark? integer mark that outer packets get
---@field local? Address the address that packets leave from
---@field pmtudisc? boolean discovers the path MTU
---@field remote? Address the address of the other end, or a multicast group
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one

--- Makes a tunnel of IPv4 in IPv4.
---
--- ```lua needs=link:ipip
--- net.ipip("tun4", {["local"] = "10.0.0.1", remote = "10.0.0.2"})
--- ```
---@zh 创建 IPIP 隧道。
---@param name string up to 15 characters
---@param options? net.IpipOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type ipip {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.ipip(name, options) end

--- The settings of a sit link.
---@class net.SitOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field encap_dport? integer destination port of FOU and GUE
---@field encap_flags? integer of FOU and GUE
---@field encap_sport? integer source port of FOU and GUE
---@field encap_type? integer 0 none, 1 FOU, 2 GUE
---@field external? boolean each route or filter says where packets go
---@field fwmark? integer mark that outer packets get
---@field local? Address the address that packets leave from
---@field pmtudisc? boolean discovers the path MTU
---@field remote? Address the address of the other end, or a multicast group
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one

--- Makes a tunnel of IPv6 in IPv4.
---
--- ```lua needs=link:sit
--- net.sit("sit1", {["local"] = "10.0.0.1", remote = "10.0.0.2"})
--- ```
---@zh 创建 SIT 隧道。
---@param name string up to 15 characters
---@param options? net.SitOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type sit {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.sit(name, options) end

--- The settings of a ip6tnl link.
---@class net.Ip6tnlOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field encap_dport? integer destination port of FOU and GUE
---@field encap_flags? integer of FOU and GUE
---@field encap_sport? integer source port of FOU and GUE
---@field encap_type? integer 0 none, 1 FOU, 2 GUE
---@field encaplimit? integer tunnels in tunnels
---@field external? boolean each route or filter says where packets go
---@field fwmark? integer mark that outer packets get
---@field local? Address the address that packets leave from
---@field pmtudisc? boolean discovers the path MTU
---@field proto? integer number of the protocol inside
---@field remote? Address the address of the other end, or a multicast group
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one

--- Makes a tunnel of IP in IPv6.
---
--- ```lua needs=link:ip6tnl
--- net.ip6tnl("tun6", {["local"] = "fd00::1", remote = "fd00::2"})
--- ```
---@zh 创建 IPv6 隧道。
---@param name string up to 15 characters
---@param options? net.Ip6tnlOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type ip6tnl {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.ip6tnl(name, options) end

--- The settings of a vti link.
---@class net.VtiOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field fwmark? integer mark that outer packets get
---@field ikey? integer key that packets must carry
---@field local? Address the address that packets leave from
---@field okey? integer key that packets get
---@field remote? Address the address of the other end, or a multicast group

--- Makes a tunnel for IPsec over IPv4.
---
--- ```lua needs=link:vti
--- net.vti("vti1", {["local"] = "10.0.0.1", remote = "10.0.0.2", ikey = 1, okey = 1})
--- ```
---@zh 创建 VTI 隧道。
---@param name string up to 15 characters
---@param options? net.VtiOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type vti {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.vti(name, options) end

--- The settings of a vti6 link.
---@class net.Vti6Options : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field fwmark? integer mark that outer packets get
---@field ikey? integer key that packets must carry
---@field local? Address the address that packets leave from
---@field okey? integer key that packets get
---@field remote? Address the address of the other end, or a multicast group

--- Makes a tunnel for IPsec over IPv6.
---
--- ```lua needs=link:vti6
--- net.vti6("vti61", {["local"] = "fd00::1", remote = "fd00::2"})
--- ```
---@zh 创建 IPv6 VTI 隧道。
---@param name string up to 15 characters
---@param options? net.Vti6Options
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type vti6 {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.vti6(name, options) end

--- The settings of a gre link.
---@class net.GreOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field encap_dport? integer destination port of FOU and GUE
---@field encap_flags? integer of FOU and GUE
---@field encap_sport? integer source port of FOU and GUE
---@field encap_type? integer 0 none, 1 FOU, 2 GUE
---@field external? boolean each route or filter says where packets go
---@field fwmark? integer mark that outer packets get
---@field ignore_df? boolean splits packets that forbid it
---@field ikey? integer key that packets must carry
---@field local? Address the address that packets leave from
---@field okey? integer key that packets get
---@field pmtudisc? boolean discovers the path MTU
---@field remote? Address the address of the other end, or a multicast group
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one

--- Makes a GRE tunnel of IP over IPv4.
---
--- ```lua needs=link:gre
--- net.gre("gre1", {["local"] = "10.0.0.1", remote = "10.0.0.2", ikey = 7, okey = 7})
--- ```
---@zh 创建 GRE 隧道。
---@param name string up to 15 characters
---@param options? net.GreOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type gre {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.gre(name, options) end

--- The settings of a gretap link.
---@class net.GretapOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field encap_dport? integer destination port of FOU and GUE
---@field encap_flags? integer of FOU and GUE
---@field encap_sport? integer source port of FOU and GUE
---@field encap_type? integer 0 none, 1 FOU, 2 GUE
---@field external? boolean each route or filter says where packets go
---@field fwmark? integer mark that outer packets get
---@field ignore_df? boolean splits packets that forbid it
---@field ikey? integer key that packets must carry
---@field local? Address the address that packets leave from
---@field okey? integer key that packets get
---@field pmtudisc? boolean discovers the path MTU
---@field remote? Address the address of the other end, or a multicast group
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one

--- Makes a GRE tunnel of Ethernet over IPv4.
---
--- ```lua needs=link:gretap
--- net.gretap("gt1", {["local"] = "10.0.0.1", remote = "10.0.0.2"})
--- ```
---@zh 创建 GRETAP 隧道。
---@param name string up to 15 characters
---@param options? net.GretapOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type gretap {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.gretap(name, options) end

--- The settings of a ip6gre link.
---@class net.Ip6greOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field encap_dport? integer destination port of FOU and GUE
---@field encap_flags? integer of FOU and GUE
---@field encap_sport? integer source port of FOU and GUE
---@field encap_type? integer 0 none, 1 FOU, 2 GUE
---@field encaplimit? integer tunnels in tunnels
---@field external? boolean each route or filter says where packets go
---@field fwmark? integer mark that outer packets get
---@field ignore_df? boolean splits packets that forbid it
---@field ikey? integer key that packets must carry
---@field local? Address the address that packets leave from
---@field okey? integer key that packets get
---@field pmtudisc? boolean discovers the path MTU
---@field remote? Address the address of the other end, or a multicast group
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one

--- Makes a GRE tunnel of IP over IPv6.
---
--- ```lua needs=link:ip6gre
--- net.ip6gre("g61", {["local"] = "fd00::1", remote = "fd00::2"})
--- ```
---@zh 创建 IPv6 GRE 隧道。
---@param name string up to 15 characters
---@param options? net.Ip6greOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type ip6gre {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.ip6gre(name, options) end

--- The settings of a ip6gretap link.
---@class net.Ip6gretapOptions : net.NewLink
---@field dev? string|net.Link the link that packets leave by
---@field encap_dport? integer destination port of FOU and GUE
---@field encap_flags? integer of FOU and GUE
---@field encap_sport? integer source port of FOU and GUE
---@field encap_type? integer 0 none, 1 FOU, 2 GUE
---@field encaplimit? integer tunnels in tunnels
---@field external? boolean each route or filter says where packets go
---@field fwmark? integer mark that outer packets get
---@field ignore_df? boolean splits packets that forbid it
---@field ikey? integer key that packets must carry
---@field local? Address the address that packets leave from
---@field okey? integer key that packets get
---@field pmtudisc? boolean discovers the path MTU
---@field remote? Address the address of the other end, or a multicast group
---@field tos? integer type of service of outer packets
---@field ttl? integer hop limit of outer packets, 0 as the inner one

--- Makes a GRE tunnel of Ethernet over IPv6.
---
--- ```lua needs=link:ip6gretap
--- net.ip6gretap("gt61", {["local"] = "fd00::1", remote = "fd00::2"})
--- ```
---@zh 创建 IPv6 GRETAP 隧道。
---@param name string up to 15 characters
---@param options? net.Ip6gretapOptions
---@return net.Link
---@errors EEXIST there is a link of this name
---@errors EOPNOTSUPP the kernel has no such links
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8), rtnetlink(7)
---@explain ip link add name {name}[ txqueuelen {options.txqueuelen}][ address {options.mac}][ mtu {options.mtu}][ numtxqueues {options.txqueues}][ numrxqueues {options.rxqueues}][ group {options.group}][ master {options.master}]{options.arp=false? arp off}{options.multicast=false? multicast off}{options.promisc? promisc on}{options.allmulticast? allmulticast on}{options.up? up}[ netns {options.ns:netns}] type ip6gretap {options?{options:flags}}
---@explain {options.alias?[nsenter {options.ns:enter} ]ip link set {name} alias {options.alias}}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.ip6gretap(name, options) end

--- Makes a tun link: a program that attaches to it sends and receives packets. It stays when no program is attached.
---
--- ```lua root needs=/dev/net/tun
--- net.tun("tun0", {up = true}):delete()
--- ```
---@zh 创建 tun 接口。
---@param name string up to 15 characters
---@param options? net.TunOptions
---@return net.Link
---@errors EBUSY there is a link of this name
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-tuntap(8), ioctl(2)
---@explain ip tuntap add dev {name} mode tun[ user {user}][ group {owner_group}]{multi_queue? multi_queue}{pi? pi}{vnet_hdr? vnet_hdr}
---@explain {mac?ip link set {name} address {mac}}
---@explain {mtu?ip link set {name} mtu {mtu}}
---@explain {master?ip link set {name} master {master}}
---@explain {alias?ip link set {name} alias {alias}}
---@explain {up?ip link set {name} up}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.tun(name, options) end

--- Makes a tap link: a program that attaches to it sends and receives Ethernet frames. It stays when no program is attached.
---
--- ```lua root needs=/dev/net/tun
--- net.tap("tap0", {user = 0}):delete()
--- ```
---@zh 创建 tap 接口。
---@param name string up to 15 characters
---@param options? net.TunOptions
---@return net.Link
---@errors EBUSY there is a link of this name
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-tuntap(8), ioctl(2)
---@explain ip tuntap add dev {name} mode tap[ user {user}][ group {owner_group}]{multi_queue? multi_queue}{pi? pi}{vnet_hdr? vnet_hdr}
---@explain {mac?ip link set {name} address {mac}}
---@explain {mtu?ip link set {name} mtu {mtu}}
---@explain {master?ip link set {name} master {master}}
---@explain {alias?ip link set {name} alias {alias}}
---@explain {up?ip link set {name} up}
---@explain undo ip link delete {name} 2> /dev/null || :
function net.tap(name, options) end

---@class net.TunOptions
---@field up? boolean sets it up at once
---@field mtu? integer largest packet
---@field mac? string hardware address, of a tap
---@field master? string|net.Link|false the bridge, bond or vrf it belongs to
---@field alias? string a description
---@field txqueuelen? integer packets that may wait
---@field group? integer a number to treat links together
---@field promisc? boolean takes all frames
---@field allmulticast? boolean takes all multicast
---@field multicast? boolean can multicast
---@field arp? boolean resolves addresses
---@field user? integer the user id that may attach
---@field owner_group? integer the group id that may attach
---@field multi_queue? boolean several programs may attach, each to a queue
---@field pi? boolean each packet is preceded by its protocol
---@field vnet_hdr? boolean each packet is preceded by a virtio header

--- An address as `net.addrs` and `link:addrs` describe it.
---@class net.Addr
---@field address string "10.0.0.1/24"
---@field family "inet"|"inet6"
---@field link string
---@field scope string "global", "link", "host"…
---@field flags string[] "tentative", "nodad", "permanent"…
---@field label? string
---@field peer? string
---@field broadcast? string
---@field metric? integer of the route to its network
---@field valid? number seconds it is still valid; nil for ever
---@field preferred? number seconds it is still preferred

---@class net.FamilyOptions
---@field family? "any"|"inet"|"inet6" "any" if not said

--- Lists the addresses of all links.
---
--- ```lua
--- net.link("lo"):up()
--- assert(net.addrs{family = "inet"}[1].address == "127.0.0.1/8")
--- ```
---@zh 列出所有地址。
---@param options? net.FamilyOptions
---@return net.Addr[]
---@source ip-address(8), rtnetlink(7)
---@explain passive ip{family=inet? -4}{family=inet6? -6} addr show
function net.addrs(options) end

--- A next hop of a route.
---@class net.NextHop
---@field via? Address the gateway
---@field dev? string|net.Link the link
---@field onlink? boolean the gateway is taken to be a neighbour
---@field weight? integer its share of the flows, 1 to 256
---@field mpls? integer[] labels to push
---@field seg6? net.Seg6 segments to go by

--- A path of IPv6 segments.
---@class net.Seg6
---@field mode? "inline"|"encap"|"l2encap"|"encap.red"|"l2encap.red" "encap" if not said
---@field segments Address[] in travel order

--- A route as `net.routes` describes it.
---@class net.Route
---@field dst string "10.0.0.0/24" or "default"
---@field family "inet"|"inet6"
---@field type string "unicast", "local", "blackhole"…
---@field table string|integer "main", "local", "default" or its number
---@field protocol string who made it: "kernel", "boot", "static"…
---@field scope string
---@field via? string the gateway
---@field dev? string
---@field src? string the address that packets leave from
---@field from? string what sources it is for
---@field metric? integer
---@field tos? integer
---@field pref? "low"|"medium"|"high"
---@field nhid? integer
---@field nexthops? net.NextHop[] of a route with several
---@field flags string[] "linkdown", "onlink", "dead"…
---@field mpls? integer[]
---@field seg6? net.Seg6
---@field mtu? integer and the other settings of `net.RouteOptions`, where they are set

---@class net.RoutesOptions
---@field table? string|integer "main" if not said; "all" for every table
---@field family? "any"|"inet"|"inet6"
---@field dev? string|net.Link
---@field type? "unicast"|"local"|"broadcast"|"anycast"|"multicast"|"blackhole"|"unreachable"|"prohibit"|"throw"|"nat"|"xresolve"
---@field protocol? string|integer

--- Lists the routes of a table, IPv4 first.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.link("a1"):up()
--- net.link("a0"):addr("10.0.0.1/24")
--- assert(net.routes{table = "main", family = "inet"}[1].dst == "10.0.0.0/24")
--- ```
---@zh 列出路由。
---@param options? net.RoutesOptions
---@return net.Route[]
---@source ip-route(8), rtnetlink(7)
---@explain passive ip{family=inet? -4}{family=inet6? -6} route show[ table {table}][ dev {dev}][ type {type}][ proto {protocol}]
function net.routes(options) end

--- Changing routes, and asking which one a packet takes.
net.route = {}

---@class net.RouteFields
---@field via? Address the gateway
---@field dev? string|net.Link
---@field onlink? boolean the gateway is taken to be a neighbour
---@field mpls? integer[] labels to push
---@field seg6? net.Seg6 segments to go by
---@field table? string|integer "main" if not said
---@field metric? integer the lower wins
---@field type? "unicast"|"local"|"broadcast"|"anycast"|"multicast"|"blackhole"|"unreachable"|"prohibit"|"throw"|"nat"|"xresolve"
---@field protocol? string|integer who made it; "boot" if not said
---@field scope? string|integer
---@field src? Address the address that packets leave from
---@field from? Address what sources it is for, IPv6 only
---@field tos? integer
---@field nhid? integer a nexthop object
---@field pref? "low"|"medium"|"high"
---@field nexthops? net.NextHop[] several, to share the flows among
---@field family? "any"|"inet"|"inet6" of "default", where no gateway tells
---@field mtu? integer of the path
---@field window? integer
---@field rtt? integer
---@field rttvar? integer
---@field ssthresh? integer
---@field cwnd? integer
---@field advmss? integer
---@field reordering? integer
---@field hoplimit? integer
---@field initcwnd? integer
---@field rto_min? integer milliseconds
---@field initrwnd? integer
---@field quickack? boolean

---@class net.RouteOptions : net.RouteFields
---@field replace? boolean changes a route that is there
---@field append? boolean adds another of the same destination

--- Adds a route.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.link("a1"):up()
--- net.link("a0"):addr("10.0.0.1/24")
--- net.route.add("default", {via = "10.0.0.254", metric = 50})
--- net.route.add("10.7.0.0/16", {nexthops = {{via = "10.0.0.2", weight = 2}, {via = "10.0.0.3"}}})
--- net.route.add("10.8.0.0/16", {type = "blackhole"})
--- assert(net.route.get("10.9.9.9").via == "10.0.0.254")
--- ```
---@zh 添加路由。
---@param dst Address "10.0.0.0/8", or "default"
---@param options? net.RouteOptions
---@errors ENETUNREACH the gateway can't be reached
---@errors EEXIST there is such a route
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-route(8), rtnetlink(7)
---@explain ip{family=inet6? -6} route {replace?replace|{append?append|add}}{type? {type}} {dst}[ from {from}][ tos {tos}][ encap mpls {mpls:slashes}]{seg6? encap seg6 mode {seg6.mode?{seg6.mode}|encap} segs {,{seg6.segments}}}[ via {via}][ dev {dev}]{onlink? onlink}[ table {table}][ metric {metric}][ proto {protocol}][ scope {scope}][ src {src}][ nhid {nhid}][ pref {pref}][ mtu {mtu}][ window {window}][ advmss {advmss}][ hoplimit {hoplimit}][ initcwnd {initcwnd}][ initrwnd {initrwnd}][ cwnd {cwnd}][ ssthresh {ssthresh}][ reordering {reordering}][ rtt {rtt}ms][ rttvar {rttvar}ms][ rto_min {rto_min}ms]{quickack? quickack 1}[ {nexthops:nexthops}]
function net.route.add(dst, options) end

--- Deletes the first route that agrees with all that is given.
---
--- ```lua
--- net.route.add("10.8.0.0/16", {type = "blackhole"})
--- net.route.del("10.8.0.0/16", {type = "blackhole"})
--- ```
---@zh 删除路由。
---@param dst Address
---@param options? net.RouteFields
---@errors ESRCH there is no such route
---@source ip-route(8), rtnetlink(7)
---@explain ip{family=inet6? -6} route del{type? {type}} {dst}[ from {from}][ tos {tos}][ via {via}][ dev {dev}]{onlink? onlink}[ table {table}][ metric {metric}][ proto {protocol}][ scope {scope}][ src {src}][ nhid {nhid}][ pref {pref}]
function net.route.del(dst, options) end

---@class net.RouteGetOptions
---@field from? Address the source
---@field iif? string|net.Link the link it came in by
---@field dev? string|net.Link the link it leaves by
---@field mark? integer
---@field uid? integer
---@field ipproto? "icmp"|"icmpv6"|"sctp"|"tcp"|"udp"
---@field sport? integer
---@field dport? integer

--- Asks the kernel which route a packet takes.
---
--- ```lua
--- net.link("lo"):up()
--- assert(net.route.get("127.0.0.1").dev == "lo")
--- ```
---@zh 查询到某地址的路由。
---@param address Address
---@param options? net.RouteGetOptions
---@return net.Route
---@errors ENETUNREACH there is none
---@source ip-route(8), rtnetlink(7)
---@explain passive ip route get {address}[ from {from}][ iif {iif}][ oif {dev}][ mark {mark}][ uid {uid}][ ipproto {ipproto}][ sport {sport}][ dport {dport}]
function net.route.get(address, options) end

--- A rule as `net.rules` describes it: what it looks at, and what it does.
---@class net.Rule
---@field priority integer the lower comes first
---@field action string "lookup", "goto", "nop", "blackhole", "unreachable", "prohibit"
---@field table? string|integer
---@field from? string
---@field to? string
---@field iif? string
---@field oif? string
---@field fwmark? integer
---@field fwmask? integer
---@field tos? integer
---@field ipproto? string
---@field sport? string
---@field dport? string
---@field uidrange? string
---@field invert? boolean
---@field goto? integer
---@field l3mdev? boolean
---@field suppress_prefixlength? integer
---@field protocol? string

---@class net.RulesOptions
---@field family? "inet"|"inet6" "inet" if not said

--- Lists the rules that choose routing tables, by priority.
---
--- ```lua
--- assert(net.rules()[1].table == "local")
--- ```
---@zh 列出策略路由规则。
---@param options? net.RulesOptions
---@return net.Rule[]
---@source ip-rule(8), rtnetlink(7)
---@explain passive ip{family=inet? -4}{family=inet6? -6} rule show
function net.rules(options) end

--- Changing rules.
net.rule = {}

---@class net.RuleOptions
---@field priority? integer
---@field from? Address
---@field to? Address
---@field iif? string|net.Link
---@field oif? string|net.Link
---@field fwmark? integer
---@field fwmask? integer
---@field tos? integer
---@field ipproto? "icmp"|"icmpv6"|"sctp"|"tcp"|"udp"
---@field sport? integer|string a port, or a range: "1000-2000"
---@field dport? integer|string
---@field uidrange? integer|string
---@field invert? boolean takes what does not match
---@field table? string|integer "main" if not said
---@field goto? integer the priority of a later rule
---@field l3mdev? boolean the table of the link's vrf
---@field action? "lookup"|"goto"|"nop"|"blackhole"|"unreachable"|"prohibit"
---@field suppress_prefixlength? integer ignores routes with a prefix of this length or less
---@field protocol? string|integer
---@field family? "any"|"inet"|"inet6"

--- Adds a rule.
---
--- ```lua
--- net.rule.add{from = "10.1.0.0/16", table = 100, priority = 500}
--- assert(net.rules()[2].table == 100)
--- ```
---@zh 添加策略路由规则。
---@param rule net.RuleOptions
---@errors EEXIST there is such a rule
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-rule(8), rtnetlink(7)
---@explain ip{family=inet6? -6} rule add{invert? not}[ from {from}][ to {to}][ iif {iif}][ oif {oif}]{fwmark? fwmark {fwmark}[/{fwmask}]}[ tos {tos}][ ipproto {ipproto}][ sport {sport}][ dport {dport}][ uidrange {uidrange}][ priority {priority}]{goto? goto {goto}|{l3mdev? l3mdev|{action=blackhole? blackhole}{action=unreachable? unreachable}{action=prohibit? prohibit}{action=nop? nop}[ table {table}]}}[ suppress_prefixlength {suppress_prefixlength}][ protocol {protocol}]
function net.rule.add(rule) end

--- Deletes the first rule that agrees with all that is given.
---
--- ```lua
--- net.rule.add{fwmark = 7, table = 100, priority = 500}
--- net.rule.del{priority = 500}
--- ```
---@zh 删除策略路由规则。
---@param rule net.RuleOptions
---@errors ENOENT there is no such rule
---@source ip-rule(8), rtnetlink(7)
---@explain ip{family=inet6? -6} rule del{invert? not}[ from {from}][ to {to}][ iif {iif}][ oif {oif}]{fwmark? fwmark {fwmark}[/{fwmask}]}[ tos {tos}][ ipproto {ipproto}][ sport {sport}][ dport {dport}][ uidrange {uidrange}][ priority {priority}]{goto? goto {goto}|{l3mdev? l3mdev|{action=blackhole? blackhole}{action=unreachable? unreachable}{action=prohibit? prohibit}{action=nop? nop}[ table {table}]}}[ suppress_prefixlength {suppress_prefixlength}][ protocol {protocol}]
function net.rule.del(rule) end

---@class net.NextHopInfo
---@field id integer
---@field protocol string
---@field via? string
---@field dev? string
---@field blackhole? boolean
---@field group? net.NextHopMember[]
---@field flags string[]

---@class net.NextHopMember
---@field id integer
---@field weight? integer 1 to 256

--- Lists the nexthop objects, which routes refer to by number.
---
--- ```lua
--- net.link("lo"):up()
--- net.nexthop.add(1, {blackhole = true})
--- assert(net.nexthops()[1].blackhole)
--- ```
---@zh 列出 nexthop 对象。
---@return net.NextHopInfo[]
---@source ip-nexthop(8)
---@explain passive ip nexthop show
function net.nexthops() end

--- Changing nexthop objects.
net.nexthop = {}

---@class net.NextHopOptions
---@field via? Address the gateway
---@field dev? string|net.Link
---@field onlink? boolean
---@field blackhole? boolean drops packets; `lo` must be up
---@field group? (integer|net.NextHopMember)[] other nexthops to share the flows among
---@field replace? boolean
---@field family? "any"|"inet"|"inet6"

--- Makes a nexthop object.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.link("a1"):up()
--- net.link("a0"):addr("10.0.0.1/24")
--- net.nexthop.add(1, {via = "10.0.0.2", dev = "a0"})
--- net.nexthop.add(2, {via = "10.0.0.3", dev = "a0"})
--- net.nexthop.add(10, {group = {1, {id = 2, weight = 3}}})
--- net.route.add("10.7.0.0/16", {nhid = 10})
--- ```
---@zh 创建 nexthop 对象。
---@param id integer
---@param options net.NextHopOptions
---@errors EEXIST there is one of this number
---@errors ENETDOWN the link is down
---@source ip-nexthop(8)
---@explain ip{family=inet6? -6} nexthop {replace?replace|add} id {id}{blackhole? blackhole}[ via {via}][ dev {dev}]{onlink? onlink}[ group {group:group}]
function net.nexthop.add(id, options) end

--- Deletes a nexthop object and the routes that use it.
---
--- ```lua
--- net.link("lo"):up()
--- net.nexthop.add(1, {blackhole = true})
--- net.nexthop.del(1)
--- ```
---@zh 删除 nexthop 对象。
---@param id integer
---@errors ENOENT there is none of this number
---@source ip-nexthop(8)
---@explain ip nexthop del id {id}
function net.nexthop.del(id) end

--- A neighbour, or an entry of a forwarding database.
---@class net.Neigh
---@field dst? string the address
---@field mac? string
---@field dev string
---@field state string "reachable", "stale", "permanent", "noarp"…
---@field flags string[] "router", "proxy", "self", "master"…
---@field vlan? integer
---@field vni? integer
---@field port? integer
---@field master? string the bridge

---@class net.NeighsOptions
---@field family? "any"|"inet"|"inet6"
---@field dev? string|net.Link

--- Lists the neighbours: which hardware address an address has on a link.
---
--- ```lua
--- for _, n in ipairs(net.neighs()) do print(n.dst, n.mac, n.dev, n.state) end
--- ```
---@zh 列出邻居表。
---@param options? net.NeighsOptions
---@return net.Neigh[]
---@source ip-neighbour(8), arp(7)
---@explain passive ip{family=inet? -4}{family=inet6? -6} neigh show[ dev {dev}]
function net.neighs(options) end

--- Changing neighbours.
net.neigh = {}

---@class net.NeighOptions
---@field dev string|net.Link
---@field mac? string needed but for a proxy entry
---@field state? "incomplete"|"reachable"|"stale"|"delay"|"probe"|"failed"|"noarp"|"permanent" "permanent" if not said
---@field replace? boolean changes an entry that is there
---@field proxy? boolean answers for this address
---@field router? boolean it is a router

--- Adds a neighbour.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.link("a0"):addr("10.0.0.1/24")
--- net.neigh.add("10.0.0.2", {dev = "a0", mac = "02:00:00:00:00:02"})
--- assert(net.neighs{dev = "a0", family = "inet"}[1].state == "permanent")
--- ```
---@zh 添加邻居表项。
---@param address Address
---@param options net.NeighOptions
---@errors EEXIST there is an entry for this address
---@source ip-neighbour(8)
---@explain ip neigh {replace?replace|add} {proxy?proxy }{address}[ lladdr {mac}] dev {dev}[ nud {state}]{router? router}
function net.neigh.add(address, options) end

---@class net.NeighDelOptions
---@field dev string|net.Link
---@field proxy? boolean

--- Deletes a neighbour.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.neigh.add("10.0.0.2", {dev = "a0", mac = "02:00:00:00:00:02"})
--- net.neigh.del("10.0.0.2", {dev = "a0"})
--- ```
---@zh 删除邻居表项。
---@param address Address
---@param options net.NeighDelOptions
---@errors ENOENT there is no such entry
---@source ip-neighbour(8)
---@explain ip neigh del {proxy?proxy }{address} dev {dev}
function net.neigh.del(address, options) end

---@class net.PingOptions
---@field count? integer requests, 1 if not said
---@field timeout? Duration how long an answer may take, 1 second if not said
---@field interval? Duration between requests; if not said the next follows the answer
---@field size? integer bytes behind the header, 56 if not said
---@field ttl? integer hops
---@field source? Address
---@field link? string|net.Link

---@class net.PingResult
---@field ok boolean at least one answer came
---@field address string
---@field sent integer
---@field received integer
---@field loss number share of the requests without an answer, 0 to 1
---@field rtt? {min: number, avg: number, max: number, mdev: number} seconds
---@field replies net.PingReply[] one for each request
---@field error? string the first thing that went wrong: "ETIMEDOUT", "ENETUNREACH"…

---@class net.PingReply
---@field seq integer
---@field rtt? number seconds
---@field ttl? integer
---@field size? integer
---@field from? string who answered, or reported the error
---@field error? string
---@field message? string

--- Sends ICMP echo requests, v4 or v6, from this process. That nobody answers, or that no route leads there, is a result
--- with `ok = false` and no error.
---
--- ```lua
--- net.link("lo"):up()
--- local p = net.ping("127.0.0.1", {count = 3})
--- assert(p.ok and p.received == 3 and p.rtt.avg < 1)
--- ```
---@zh 发送 ICMP 回显请求。
---@param address Address
---@param options? net.PingOptions
---@return net.PingResult
---@errors EINVAL it is no address
---@errors EACCES neither raw nor ping sockets are allowed
---@source icmp(7), raw(7), ping(8)
---@explain passive ping -c {count?{count}|1}[ -W {timeout:seconds}][ -i {interval:seconds}][ -s {size}][ -t {ttl}][ -I {source}][ -I {link}] {address}
function net.ping(address, options) end

---@class net.TracerouteOptions
---@field hops? integer to try at most, 30 if not said
---@field count? integer requests for each hop
---@field timeout? Duration for each hop, 1 second if not said
---@field source? Address

---@class net.Hop
---@field hop integer
---@field address? string who answered
---@field rtt? number seconds
---@field reached? boolean it is the target
---@field error? string

--- Finds the routers on the way to an address.
---
--- ```lua
--- net.link("lo"):up()
--- assert(net.traceroute("127.0.0.1")[1].reached)
--- ```
---@zh 追踪到某地址的路径。
---@param address Address
---@param options? net.TracerouteOptions
---@return net.Hop[]
---@source icmp(7), ip(7)
---@explain passive traceroute -I {address}
function net.traceroute(address, options) end

--- TCP. Addresses are written "10.0.0.1:80", "[fd00::1]:80", "name:80"; ":80" is this host.
net.tcp = {}

---@class net.ListenOptions
---@field backlog? integer connections that may wait, 128 if not said

--- Makes a socket that accepts connections; port 0 takes a free one.
---
--- ```lua
--- net.link("lo"):up()
--- local server = net.tcp.listen("127.0.0.1:0")
--- local client = net.tcp.connect("127.0.0.1:" .. server.port)
--- local peer = server:accept()
--- client:write("hello\n")
--- assert(peer:read_line() == "hello")
--- ```
---@zh 监听 TCP 端口。
---@param address string
---@param options? net.ListenOptions
---@return net.Socket
---@errors EADDRINUSE another socket listens there
---@source tcp(7), listen(2)
---@explain none nc -l listens, but what the program says is its own
function net.tcp.listen(address, options) end

---@class net.ServeOptions : net.ListenOptions
---@field count? integer connections to serve; without end if not said

--- Calls `fn` with each connection, one after the other, and closes it. Ends when the script is interrupted.
---
--- ```lua norun
--- net.tcp.serve(":80", function(conn) conn:write("hello") end)
--- ```
---@zh 逐个处理 TCP 连接。
---@param address string
---@param fn fun(conn: net.Socket)
---@param options? net.ServeOptions
---@errors EADDRINUSE another socket listens there
---@source tcp(7), accept(2)
---@explain none ncat -lk serves, but what the program says is its own
function net.tcp.serve(address, fn, options) end

---@class net.ConnectOptions
---@field timeout? Duration 10 seconds if not said
---@field source? Address

--- Opens a connection.
---
--- ```lua
--- net.link("lo"):up()
--- local server = net.tcp.listen("127.0.0.1:0")
--- local c = net.tcp.connect("127.0.0.1:" .. server.port, {timeout = "1s"})
--- c:close()
--- ```
---@zh 建立 TCP 连接。
---@param address string
---@param options? net.ConnectOptions
---@return net.Socket
---@errors ECONNREFUSED nothing listens there
---@errors ETIMEDOUT no answer
---@errors ENETUNREACH no route
---@source tcp(7), connect(2)
---@explain none nc(1) connects, but what the program says is its own
function net.tcp.connect(address, options) end

---@class net.GetOptions
---@field timeout? Duration for all of it, 10 seconds if not said
---@field send? string what to send first

--- Connects, sends what there is to send, and returns all that comes until the other side closes.
---
--- ```lua norun
--- print(net.tcp.get("10.0.0.1:80", {send = "GET / HTTP/1.0\r\n\r\n"}))
--- ```
---@zh 连接并读取全部数据。
---@param address string
---@param options? net.GetOptions
---@return string
---@errors ECONNREFUSED nothing listens there
---@errors ETIMEDOUT it took too long
---@source tcp(7)
---@explain passive nc {address:host}
function net.tcp.get(address, options) end

--- UDP.
net.udp = {}

--- Makes a socket, bound to an address and port; without them to a free port.
---
--- ```lua
--- net.link("lo"):up()
--- local a = net.udp.open("127.0.0.1:0")
--- net.udp.send("127.0.0.1:" .. a.port, "hello")
--- assert(a:receive{timeout = "1s"} == "hello")
--- ```
---@zh 打开 UDP 套接字。
---@param address? string
---@return net.Socket
---@errors EADDRINUSE another socket is bound there
---@source udp(7), bind(2)
---@explain none nc -u -l receives, but what the program says is its own
function net.udp.open(address) end

--- Sends one datagram.
---
--- ```lua
--- net.link("lo"):up()
--- net.udp.send("127.0.0.1:9", "gone")
--- ```
---@zh 发送一个 UDP 数据报。
---@param address string
---@param data string
---@errors ENETUNREACH no route
---@errors EMSGSIZE it is too large
---@source udp(7), sendto(2)
---@explain printf %s {data} | nc -u -w 0 {address:host}
function net.udp.send(address, data) end

--- HTTP.
net.http = {}

---@class net.HTTPOptions
---@field method? string "GET" if not said
---@field headers? table<string, string>
---@field body? string
---@field timeout? Duration for all of it, 10 seconds if not said
---@field host? string the Host header, if not the name in the URL

---@class net.HTTPResponse
---@field status integer
---@field reason string
---@field headers table<string, string> names in lower case
---@field body string

--- Asks for a page. Redirections are not followed, and only http:// is known.
---
--- ```lua norun
--- assert(net.http.get("http://10.0.0.1/").status == 200)
--- ```
---@zh 发送 HTTP 请求。
---@param url string
---@param options? net.HTTPOptions
---@return net.HTTPResponse
---@errors ECONNREFUSED nothing listens there
---@errors EPROTO it is no answer of HTTP
---@source tcp(7), https://www.rfc-editor.org/rfc/rfc9112
---@explain passive curl -i {url}
function net.http.get(url, options) end

---@class net.ResolveOptions
---@field family? "any"|"inet"|"inet6"
---@field timeout? Duration 10 seconds if not said
---@field server? Address ask this one, not those of /etc/resolv.conf
---@field port? integer of the server, 53 if not said

--- Looks up the addresses of a name, in /etc/hosts and at the name servers of /etc/resolv.conf.
---
--- ```lua
--- assert(net.resolve("10.0.0.1")[1] == "10.0.0.1")
--- ```
---@zh 解析主机名。
---@param name string
---@param options? net.ResolveOptions
---@return string[] addresses # IPv4 first
---@errors ENOENT no such name
---@errors ETIMEDOUT no name server answers
---@source hosts(5), resolv.conf(5)
---@explain passive getent ahosts {name}
function net.resolve(name, options) end

---@class net.SocketsOptions
---@field proto? string|string[] "tcp", "udp", "unix"; the first two if not said
---@field listening? boolean only those that wait for somebody
---@field state? "close-wait"|"closing"|"established"|"fin-wait-1"|"fin-wait-2"|"last-ack"|"listen"|"syn-recv"|"syn-sent"|"time-wait"|"unconnected"
---@field processes? boolean finds out who has them open

---@class net.SocketInfo
---@field proto "tcp"|"udp"|"unix"
---@field state string
---@field address? string
---@field port? integer
---@field peer? string "10.0.0.1:80"
---@field uid? integer
---@field receive_queue? integer bytes
---@field send_queue? integer bytes
---@field type? string of a unix socket
---@field path? string of a unix socket
---@field inode integer
---@field processes? {pid: integer, name: string}[]

--- Lists the sockets of the namespace.
---
--- ```lua
--- net.link("lo"):up()
--- local s = net.tcp.listen("127.0.0.1:0")
--- assert(net.sockets{listening = true}[1].port == s.port)
--- ```
---@zh 列出套接字。
---@param options? net.SocketsOptions
---@return net.SocketInfo[]
---@source sock_diag(7), ss(8)
---@explain passive ss -an
function net.sockets(options) end

---@class net.MonitorOptions
---@field links? boolean
---@field addrs? boolean
---@field routes? boolean
---@field neighs? boolean
---@field rules? boolean

--- Begins to watch what changes; all that it knows if nothing is chosen.
---
--- ```lua
--- local m = net.monitor{links = true}
--- net.veth("a0", "a1")
--- local e = m:next{timeout = "1s"}
--- assert(e.action == "new" and e.what == "link")
--- m:close()
--- ```
---@zh 监视网络变化。
---@param options? net.MonitorOptions
---@return net.Monitor
---@source rtnetlink(7), ip-monitor(8)
---@explain passive ip monitor
function net.monitor(options) end

--- What `net.monitor` returns.
---@class net.Monitor
local Monitor = {}

---@class net.NextOptions
---@field timeout? Duration without end if not said

---@class net.Event
---@field action "new"|"del"|"lost" lost: the kernel could not keep up, read the lists anew
---@field what? "link"|"addr"|"route"|"neigh"|"rule"
---@field link? net.LinkInfo
---@field addr? net.Addr
---@field route? net.Route
---@field neigh? net.Neigh
---@field rule? net.Rule

--- Waits for the next change; nil when the time is over.
---
--- ```lua
--- local m = net.monitor()
--- assert(m:next{timeout = "10ms"} == nil)
--- ```
---@zh 等待下一个事件。
---@param options? net.NextOptions
---@return net.Event?
---@source rtnetlink(7)
---@explain passive none it is a line of ip monitor
function Monitor:next(options) end

--- Ends the watching.
---
--- ```lua
--- net.monitor():close()
--- ```
---@zh 停止监视。
---@source close(2)
---@explain passive none it is the end of ip monitor
function Monitor:close() end

--- Traffic control. Handles are written as tc(8) does, in hexadecimal: "1:", "1:10", "root".
net.tc = {}

---@class net.tc.Qdisc
---@field kind string
---@field dev string
---@field handle string
---@field parent string "root", "ingress" or a handle
---@field stats {bytes: integer, packets: integer, drops: integer, backlog: integer}
---@field rate? integer and the other options of its kind, where they are set

--- Lists the queueing disciplines of a link, or of all.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- for _, q in ipairs(net.tc.qdiscs("a0")) do print(q.kind, q.parent) end
--- ```
---@zh 列出队列规则。
---@param dev? string|net.Link
---@return net.tc.Qdisc[]
---@source tc(8)
---@explain passive tc qdisc show[ dev {dev}]
function net.tc.qdiscs(dev) end

---@class net.tc.DelOptions
---@field parent? string "root" if not said; "ingress" for ingress and clsact
---@field handle? string

--- Removes a queueing discipline; the kernel's default comes back.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.tc.pfifo("a0", {limit = 20})
--- net.tc.del("a0")
--- ```
---@zh 删除队列规则。
---@param dev string|net.Link
---@param options? net.tc.DelOptions
---@errors ENOENT there is none but the default one
---@source tc(8)
---@explain tc qdisc del dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}]
function net.tc.del(dev, options) end

---@class net.tc.ClassOptions
---@field rate? Rate that it is sure of; needed the first time
---@field ceil? Rate that it may borrow up to
---@field burst? Size
---@field cburst? Size
---@field prio? integer the lower borrows first
---@field quantum? Size
---@field parent? string the root of its handle if not said

--- Makes a class of an htb discipline, or changes it: what is not given stays as it is.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.tc.htb("a0", {handle = "1:", default = 0x10})
--- net.tc.class("a0", "1:10", {rate = "1mbit", ceil = "2mbit"})
--- net.tc.class("a0", "1:10", {ceil = "4mbit"})
--- assert(net.tc.classes("a0")[1].rate == 1000000)
--- ```
---@zh 创建或修改 HTB 类。
---@param dev string|net.Link
---@param classid string "1:10"
---@param options net.tc.ClassOptions
---@errors ENOENT there is no such parent
---@source tc-htb(8)
---@explain tc class replace dev {dev}[ parent {parent}] classid {classid} htb[ rate {rate:rate}][ ceil {ceil:rate}][ burst {burst:bytes}][ cburst {cburst:bytes}][ prio {prio}][ quantum {quantum:bytes}]
function net.tc.class(dev, classid, options) end

--- Lists the classes of a link.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.tc.htb("a0", {handle = "1:"})
--- net.tc.class("a0", "1:10", {rate = "1mbit"})
--- assert(net.tc.classes("a0")[1].handle == "1:10")
--- ```
---@zh 列出类。
---@param dev string|net.Link
---@return net.tc.Qdisc[]
---@source tc(8)
---@explain passive tc class show dev {dev}
function net.tc.classes(dev) end

--- Removes a class.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.tc.htb("a0", {handle = "1:"})
--- net.tc.class("a0", "1:10", {rate = "1mbit"})
--- net.tc.class_del("a0", "1:10")
--- ```
---@zh 删除类。
---@param dev string|net.Link
---@param classid string
---@errors EBUSY filters or classes still refer to it
---@source tc(8)
---@explain tc class del dev {dev} classid {classid}
function net.tc.class_del(dev, classid) end

--- What becomes of packets that a filter takes: one of the three.
---@class net.Action
---@field mirror? string|net.Link a copy goes to this link
---@field redirect? string|net.Link they go to this link
---@field ingress? boolean they come in there, and don't go out
---@field police? net.Police limits their rate

---@class net.Police
---@field rate Rate
---@field burst? Size 10K if not said
---@field exceed? "drop"|"pass" what is above the rate; "drop" if not said

---@class net.tc.FilterOptions
---@field kind? "u32"|"flower"|"matchall" "u32" if not said
---@field parent? string a handle, or "ingress" or "egress" of clsact; "root" if not said
---@field prio? integer the lower is asked first
---@field protocol? "all"|"ip"|"ipv6"|"arp"|"802.1q"
---@field classid? string the class they go to
---@field src? Address
---@field dst? Address
---@field src_mac? string flower only
---@field dst_mac? string flower only
---@field vlan? integer flower only
---@field ipproto? "icmp"|"icmpv6"|"sctp"|"tcp"|"udp"
---@field sport? integer
---@field dport? integer
---@field action? string|net.Action|net.Action[] "drop", "pass", or what to do

--- Adds a filter: it picks packets for a class or an action.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.tc.htb("a0", {handle = "1:", default = 0x20})
--- net.tc.class("a0", "1:10", {rate = "1mbit"})
--- net.tc.filter("a0", {parent = "1:", dst = "10.0.0.0/8", classid = "1:10"})
--- ```
---@zh 添加过滤器。
---@param dev string|net.Link
---@param options net.tc.FilterOptions
---@errors ENOENT the kernel has no such filter or action
---@source tc-u32(8), tc-flower(8), tc-matchall(8), tc-mirred(8), tc-police(8)
---@explain tc filter add dev {dev} {parent=ingress?ingress|{parent=egress?egress|{parent=root?root|{parent?parent {parent}|root}}}}[ protocol {protocol}][ prio {prio}]{kind=flower? flower[ src_mac {src_mac}][ dst_mac {dst_mac}][ vlan_id {vlan}][ src_ip {src}][ dst_ip {dst}][ ip_proto {ipproto}][ src_port {sport}][ dst_port {dport}]}{kind=matchall? matchall}{kind=u32? u32 {options:u32}}{kind?| u32 {options:u32}}[ classid {classid}]{action=drop? action drop}{action=pass? action pass}[ action mirred {action.ingress?ingress|egress} redirect dev {action.redirect}][ action mirred {action.ingress?ingress|egress} mirror dev {action.mirror}]{action.police? action police rate {action.police.rate:rate} burst {action.police.burst?{action.police.burst:bytes}|10240} conform-exceed {action.police.exceed?{action.police.exceed}|drop}}
function net.tc.filter(dev, options) end

---@class net.tc.FiltersOptions
---@field parent? string "root" if not said

---@class net.tc.Filter
---@field kind string
---@field parent string
---@field prio integer
---@field protocol string
---@field handle string
---@field classid? string

--- Lists the filters below a parent.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.tc.clsact("a0")
--- assert(#net.tc.filters("a0", {parent = "ingress"}) == 0)
--- ```
---@zh 列出过滤器。
---@param dev string|net.Link
---@param options? net.tc.FiltersOptions
---@return net.tc.Filter[]
---@source tc(8)
---@explain passive tc filter show dev {dev} {parent=ingress?ingress|{parent=egress?egress|{parent=root?root|{parent?parent {parent}|root}}}}
function net.tc.filters(dev, options) end

---@class net.tc.FilterDelOptions : net.tc.FiltersOptions
---@field prio? integer all if not said
---@field protocol? "all"|"ip"|"ipv6"|"arp"|"802.1q"

--- Removes filters.
---
--- ```lua
--- net.veth("a0", "a1", {up = true})
--- net.tc.htb("a0", {handle = "1:"})
--- net.tc.class("a0", "1:10", {rate = "1mbit"})
--- net.tc.filter("a0", {parent = "1:", prio = 1, classid = "1:10", dst = "10.0.0.0/8"})
--- net.tc.filter_del("a0", {parent = "1:", prio = 1, protocol = "ip"})
--- assert(#net.tc.filters("a0", {parent = "1:"}) == 0)
--- ```
---@zh 删除过滤器。
---@param dev string|net.Link
---@param options? net.tc.FilterDelOptions
---@errors ENOENT there is none
---@source tc(8)
---@explain tc filter del dev {dev} {parent=ingress?ingress|{parent=egress?egress|{parent=root?root|{parent?parent {parent}|root}}}}[ prio {prio}][ protocol {protocol}]
function net.tc.filter_del(dev, options) end

---@class net.tc.NetemOptions
---@field corrupt? number|string packets with a flipped bit
---@field corrupt_correlation? number|string of that with the one before
---@field delay? Duration added to every packet
---@field delay_correlation? number|string of a delay with the one before
---@field duplicate? number|string packets sent twice
---@field duplicate_correlation? number|string of that with the one before
---@field gap? integer every so manyth packet skips the delay
---@field handle? string its own handle, as "1:"
---@field jitter? Duration by how much the delay varies
---@field limit? integer packets that may wait (tbf: bytes)
---@field loss? number|string packets dropped
---@field loss_correlation? number|string of a loss with the one before
---@field parent? string where it goes; "root" if not said
---@field rate? Rate of sending
---@field reorder? number|string packets that skip the delay
---@field reorder_correlation? number|string of that with the one before

--- Makes packets late, lost, doubled, reordered or damaged, on their way out.
---
--- Percentages are "5%" or 5. Where there is a netem already, what is not given stays as it is.
---
--- ```lua needs=qdisc:netem
--- net.veth("a0", "b0", {up = true})
--- net.tc.netem("a0", {delay = "20ms", jitter = "2ms"})
--- net.tc.netem("a0", {loss = "1%"})
--- assert(net.tc.qdiscs("a0")[1].delay == 0.02)
--- ```
---@zh 模拟网络延迟、丢包等。
---@param dev string|net.Link
---@param options? net.tc.NetemOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-netem(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] netem[ limit {limit}]{delay? delay {delay:ms}[ {jitter:ms}[ {delay_correlation:percent}]]}{loss? loss {loss:percent}[ {loss_correlation:percent}]}{duplicate? duplicate {duplicate:percent}[ {duplicate_correlation:percent}]}{reorder? reorder {reorder:percent}[ {reorder_correlation:percent}]}[ gap {gap}]{corrupt? corrupt {corrupt:percent}[ {corrupt_correlation:percent}]}[ rate {rate:rate}]
function net.tc.netem(dev, options) end

---@class net.tc.TbfOptions
---@field burst? Size bytes that may go at once
---@field handle? string its own handle, as "1:"
---@field latency? Duration how long a packet may wait
---@field limit? Size packets that may wait (tbf: bytes)
---@field mtu? Size largest packet
---@field parent? string where it goes; "root" if not said
---@field peakrate? Rate of bursts
---@field rate? Rate of sending

--- Limits the rate of a link with a token bucket. `rate`, `burst`, and `latency` or `limit` are needed the first time.
---
--- ```lua
--- net.veth("a0", "b0", {up = true})
--- net.tc.tbf("a0", {rate = "1mbit", burst = "10K", latency = "50ms"})
--- net.tc.tbf("a0", {rate = "2mbit"})
--- assert(net.tc.qdiscs("a0")[1].rate == 2000000)
--- ```
---@zh 令牌桶限速。
---@param dev string|net.Link
---@param options? net.tc.TbfOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-tbf(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] tbf[ rate {rate:rate}][ burst {burst:bytes}][ limit {limit:bytes}][ latency {latency:ms}][ peakrate {peakrate:rate}][ mtu {mtu:bytes}]
function net.tc.tbf(dev, options) end

---@class net.tc.HtbOptions
---@field default? integer minor number of the class for the rest
---@field direct_qlen? integer packets of no class that may wait
---@field handle? string its own handle, as "1:"
---@field parent? string where it goes; "root" if not said
---@field r2q? integer divides rates to get quanta

--- Shares the rate of a link among classes, which net.tc.class makes.
---
--- ```lua
--- net.veth("a0", "b0", {up = true})
--- net.tc.htb("a0", {handle = "1:", default = 0x20})
--- net.tc.class("a0", "1:20", {rate = "1mbit"})
--- ```
---@zh 分层令牌桶。
---@param dev string|net.Link
---@param options? net.tc.HtbOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-htb(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] htb[ default {default:hex}][ r2q {r2q}][ direct_qlen {direct_qlen}]
function net.tc.htb(dev, options) end

---@class net.tc.PrioOptions
---@field bands? integer how many
---@field handle? string its own handle, as "1:"
---@field parent? string where it goes; "root" if not said
---@field priomap? integer[] the band of each of 16 priorities

--- Sends what is more important first.
---
--- ```lua needs=qdisc:prio
--- net.veth("a0", "b0", {up = true})
--- net.tc.prio("a0", {bands = 2, priomap = {0, 1, 1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}})
--- ```
---@zh 优先级队列。
---@param dev string|net.Link
---@param options? net.tc.PrioOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-prio(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] prio[ bands {bands}][ priomap {priomap}]
function net.tc.prio(dev, options) end

---@class net.tc.PfifoOptions
---@field handle? string its own handle, as "1:"
---@field limit? integer packets that may wait (tbf: bytes)
---@field parent? string where it goes; "root" if not said

--- A queue of so many packets.
---
--- ```lua
--- net.veth("a0", "b0", {up = true})
--- net.tc.pfifo("a0", {limit = 20})
--- ```
---@zh 按包数限制的队列。
---@param dev string|net.Link
---@param options? net.tc.PfifoOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-pfifo(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] pfifo[ limit {limit}]
function net.tc.pfifo(dev, options) end

---@class net.tc.BfifoOptions
---@field handle? string its own handle, as "1:"
---@field limit? integer packets that may wait (tbf: bytes)
---@field parent? string where it goes; "root" if not said

--- A queue of so many bytes.
---
--- ```lua
--- net.veth("a0", "b0", {up = true})
--- net.tc.bfifo("a0", {limit = 30000})
--- ```
---@zh 按字节限制的队列。
---@param dev string|net.Link
---@param options? net.tc.BfifoOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-bfifo(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] bfifo[ limit {limit}]
function net.tc.bfifo(dev, options) end

--- Lets filters see what comes in on a link.
---
--- ```lua
--- net.veth("a0", "b0", {up = true})
--- net.tc.ingress("a0")
--- ```
---@zh 入口过滤点。
---@param dev string|net.Link
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc(8)
---@explain tc qdisc add dev {dev} ingress
function net.tc.ingress(dev) end

--- Lets filters see what comes in on a link and what goes out.
---
--- ```lua
--- net.veth("a0", "b0", {up = true})
--- net.tc.clsact("a0")
--- ```
---@zh 入口与出口过滤点。
---@param dev string|net.Link
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc(8)
---@explain tc qdisc add dev {dev} clsact
function net.tc.clsact(dev) end

---@class net.tc.Fq_codelOptions
---@field ce_threshold? Duration marks above this waiting time
---@field drop_batch? integer packets dropped at once
---@field ecn? boolean marks instead of dropping
---@field flows? integer number of queues
---@field handle? string its own handle, as "1:"
---@field interval? Duration in which the waiting time must fall
---@field limit? integer packets that may wait (tbf: bytes)
---@field memory_limit? integer bytes
---@field parent? string where it goes; "root" if not said
---@field quantum? integer bytes a queue sends in its turn
---@field target? Duration waiting time to aim for

--- Fair queues that keep waiting short.
---
--- ```lua needs=qdisc:fq_codel
--- net.veth("a0", "b0", {up = true})
--- net.tc.fq_codel("a0", {target = "2ms"})
--- ```
---@zh 公平队列与 CoDel。
---@param dev string|net.Link
---@param options? net.tc.Fq_codelOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-fq_codel(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] fq_codel[ limit {limit}][ flows {flows}][ quantum {quantum}][ target {target:ms}][ interval {interval:ms}][ memory_limit {memory_limit}][ ce_threshold {ce_threshold:ms}][ drop_batch {drop_batch}]{ecn? ecn}{ecn=false? noecn}
function net.tc.fq_codel(dev, options) end

---@class net.tc.CodelOptions
---@field ce_threshold? Duration marks above this waiting time
---@field ecn? boolean marks instead of dropping
---@field handle? string its own handle, as "1:"
---@field interval? Duration in which the waiting time must fall
---@field limit? integer packets that may wait (tbf: bytes)
---@field parent? string where it goes; "root" if not said
---@field target? Duration waiting time to aim for

--- A queue that keeps waiting short.
---
--- ```lua needs=qdisc:codel
--- net.veth("a0", "b0", {up = true})
--- net.tc.codel("a0", {target = "2ms"})
--- ```
---@zh CoDel 队列。
---@param dev string|net.Link
---@param options? net.tc.CodelOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-codel(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] codel[ limit {limit}][ target {target:ms}][ interval {interval:ms}][ ce_threshold {ce_threshold:ms}]{ecn? ecn}{ecn=false? noecn}
function net.tc.codel(dev, options) end

---@class net.tc.FqOptions
---@field ce_threshold? Duration marks above this waiting time
---@field flow_limit? integer packets of a flow
---@field handle? string its own handle, as "1:"
---@field initial_quantum? integer of a new flow
---@field limit? integer packets that may wait (tbf: bytes)
---@field orphan_mask? integer of the table of flows without socket
---@field pacing? boolean sends at the rate that sockets set
---@field parent? string where it goes; "root" if not said
---@field quantum? integer bytes a queue sends in its turn
---@field refill_delay? Duration of the credits

--- Fair queues, one a flow, that pace.
---
--- ```lua needs=qdisc:fq
--- net.veth("a0", "b0", {up = true})
--- net.tc.fq("a0", {flow_limit = 50})
--- ```
---@zh 公平队列。
---@param dev string|net.Link
---@param options? net.tc.FqOptions
---@errors ENOENT the kernel has no such discipline
---@errors EEXIST another kind of discipline is at that place
---@source tc-fq(8)
---@explain tc qdisc replace dev {dev} {parent=ingress?ingress|{parent=root?root|{parent?parent {parent}|root}}}[ handle {handle}] fq[ limit {limit}][ flow_limit {flow_limit}][ quantum {quantum}][ initial_quantum {initial_quantum}][ refill_delay {refill_delay:ms}][ orphan_mask {orphan_mask}][ ce_threshold {ce_threshold:ms}]{pacing? pacing}{pacing=false? nopacing}
function net.tc.fq(dev, options) end

--- The settings of a link as a port of a bridge.
---@class net.BridgeSlaveOptions
---@field state? "disabled"|"listening"|"learning"|"forwarding"|"blocking"
---@field priority? integer
---@field cost? integer of the path through it
---@field hairpin? boolean frames may leave by the port they came in by
---@field guard? boolean ignores spanning tree messages
---@field root_block? boolean never leads to the root
---@field fastleave? boolean a group ends with the first that leaves
---@field learning? boolean
---@field flood? boolean unknown addresses go here too
---@field mcast_flood? boolean
---@field bcast_flood? boolean
---@field mcast_to_unicast? boolean
---@field mcast_router? integer
---@field proxy_arp? boolean
---@field proxy_arp_wifi? boolean
---@field vlan_tunnel? boolean
---@field group_fwd_mask? integer
---@field neigh_suppress? boolean
---@field isolated? boolean does not talk to other isolated ports
---@field backup_port? string|net.Link
---@field locked? boolean unknown sources may not pass
---@field mab? boolean

--- The settings of a link as part of a bond.
---@class net.BondSlaveOptions
---@field queue_id? integer
---@field prio? integer
---@field state? string can only be read, as are the following
---@field mii_status? string
---@field link_failure_count? integer
---@field perm_hwaddr? string

--- A link: its name and the namespace it is in. It holds nothing open, and the link may be gone. What changes a link
--- returns it, so that calls can be strung together.
---
--- ```lua
--- net.veth("a0", "a1"):addr("10.0.0.1/24"):up()
--- ```
---@class net.Link
---@field name string
local Link = {}

--- Sets the link up.
---
--- ```lua
--- net.link("lo"):up()
--- ```
---@zh 启用接口。
---@return self
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8)
---@explain ip link set {self} up
function Link:up() end

--- Sets the link down. Its routes go.
---
--- ```lua
--- net.link("lo"):up():down()
--- ```
---@zh 停用接口。
---@return self
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-link(8)
---@explain ip link set {self} down
function Link:down() end

--- Describes the link.
---
--- ```lua
--- local i = net.link("lo"):info()
--- assert(i.type == "loopback" and i.mtu == 65536)
--- ```
---@zh 查看接口详情。
---@return net.LinkInfo
---@errors ENODEV it is gone
---@source ip-link(8), rtnetlink(7)
---@explain passive ip -d link show {self}
function Link:info() end

--- Says whether the link is still there.
---
--- ```lua
--- local l = net.veth("a0", "a1")
--- l:delete()
--- assert(not l:exists())
--- ```
---@zh 接口是否仍存在。
---@return boolean
---@source rtnetlink(7)
---@explain passive ip link show {self}
function Link:exists() end

--- What `link:set` changes. The settings of a kind of link are a table of its name, those as a port one of the master's
--- kind and `_slave`.
---@class net.SetOptions
---@field up? boolean
---@field mtu? integer
---@field mac? string
---@field master? string|net.Link|false false takes it out
---@field alias? string
---@field txqueuelen? integer
---@field group? integer
---@field promisc? boolean
---@field allmulticast? boolean
---@field multicast? boolean
---@field arp? boolean
---@field bridge_slave? net.BridgeSlaveOptions
---@field bond_slave? net.BondSlaveOptions
---@field netkit? net.NetkitOptions
---@field vrf? net.VrfOptions
---@field bridge? net.BridgeOptions
---@field bond? net.BondOptions
---@field hsr? net.HsrOptions
---@field vlan? net.VlanOptions
---@field macvlan? net.MacvlanOptions
---@field macvtap? net.MacvtapOptions
---@field ipvlan? net.IpvlanOptions
---@field ipvtap? net.IpvtapOptions
---@field xfrm? net.XfrmOptions
---@field macsec? net.MacsecOptions
---@field vxlan? net.VxlanOptions
---@field geneve? net.GeneveOptions
---@field bareudp? net.BareudpOptions
---@field ipip? net.IpipOptions
---@field sit? net.SitOptions
---@field ip6tnl? net.Ip6tnlOptions
---@field vti? net.VtiOptions
---@field vti6? net.Vti6Options
---@field gre? net.GreOptions
---@field gretap? net.GretapOptions
---@field ip6gre? net.Ip6greOptions
---@field ip6gretap? net.Ip6gretapOptions

--- Changes settings, all in one message to the kernel.
---
--- ```lua
--- local br = net.bridge("br0")
--- net.veth("a0", "a1"):set{mtu = 1400, master = br, up = true, bridge_slave = {hairpin = true}}
--- br:set{bridge = {ageing_time = "30s"}}
--- ```
---@zh 修改接口设置。
---@param options net.SetOptions
---@return self
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@errors EOPNOTSUPP the link is of another kind, or can't be changed so
---@source ip-link(8), bridge(8)
---@explain {up?ip link set {self} up}
---@explain {up=false?ip link set {self} down}
---@explain {master?ip link set {self} master {master}}
---@explain {master=false?ip link set {self} nomaster}
---@explain {mtu?ip link set {self} mtu {mtu}}
---@explain {mac?ip link set {self} address {mac}}
---@explain {alias?ip link set {self} alias {alias}}
---@explain {txqueuelen?ip link set {self} txqueuelen {txqueuelen}}
---@explain {group?ip link set {self} group {group}}
---@explain {promisc?ip link set {self} promisc on}
---@explain {promisc=false?ip link set {self} promisc off}
---@explain {allmulticast?ip link set {self} allmulticast on}
---@explain {allmulticast=false?ip link set {self} allmulticast off}
---@explain {multicast?ip link set {self} multicast on}
---@explain {multicast=false?ip link set {self} multicast off}
---@explain {arp?ip link set {self} arp on}
---@explain {arp=false?ip link set {self} arp off}
---@explain {bridge_slave?ip link set {self} type bridge_slave {bridge_slave:slave}}
---@explain {bond_slave?ip link set {self} type bond_slave {bond_slave:settings}}
---@explain {vrf?ip link set {self} type vrf {vrf:settings}}
---@explain {bridge?ip link set {self} type bridge {bridge:bridge}}
---@explain {bond?ip link set {self} type bond {bond:settings}}
---@explain {hsr?ip link set {self} type hsr {hsr:settings}}
---@explain {vlan?ip link set {self} type vlan {vlan:switches}}
---@explain {macvlan?ip link set {self} type macvlan {macvlan:flags}}
---@explain {macvtap?ip link set {self} type macvtap {macvtap:flags}}
---@explain {ipvlan?ip link set {self} type ipvlan {ipvlan:words}}
---@explain {ipvtap?ip link set {self} type ipvtap {ipvtap:words}}
---@explain {xfrm?ip link set {self} type xfrm {xfrm:flags}}
---@explain {macsec?ip link set {self} type macsec {macsec:switches}}
---@explain {vxlan?ip link set {self} type vxlan {vxlan:flags}}
---@explain {geneve?ip link set {self} type geneve {geneve:flags}}
---@explain {bareudp?ip link set {self} type bareudp {bareudp:flags}}
---@explain {ipip?ip link set {self} type ipip {ipip:flags}}
---@explain {sit?ip link set {self} type sit {sit:flags}}
---@explain {ip6tnl?ip link set {self} type ip6tnl {ip6tnl:flags}}
---@explain {vti?ip link set {self} type vti {vti:flags}}
---@explain {vti6?ip link set {self} type vti6 {vti6:flags}}
---@explain {gre?ip link set {self} type gre {gre:flags}}
---@explain {gretap?ip link set {self} type gretap {gretap:flags}}
---@explain {ip6gre?ip link set {self} type ip6gre {ip6gre:flags}}
---@explain {ip6gretap?ip link set {self} type ip6gretap {ip6gretap:flags}}
---@explain {netkit?ip link set {self} type netkit {netkit:words}}
function Link:set(options) end

--- Gives the link another name. Before Linux 6.2 it must be down.
---
--- ```lua
--- net.veth("a0", "a1"):rename("b0")
--- assert(net.link("b0"):exists())
--- ```
---@zh 重命名接口。
---@param name string up to 15 characters
---@return self
---@errors EEXIST there is a link of that name
---@source ip-link(8)
---@explain ip link set {was} name {name}
function Link:rename(name) end

---@class net.MoveOptions
---@field name? string a new name over there

--- Moves the link to another namespace. There it is down and has no addresses. This costs the kernel far more than
--- making the link over there at once.
---
--- ```lua
--- local blue = ns.new("net")
--- net.veth("a0", "a1"):move(blue, {name = "eth0"}):up()
--- assert(net.at(blue).link("eth0"):info().up)
--- ```
---@zh 把接口移入另一网络命名空间。
---@param namespace ns.Namespace
---@param options? net.MoveOptions
---@return net.Link # the link over there
---@errors EEXIST there is a link of that name over there
---@errors EINVAL this kind of link can't be moved
---@source ip-link(8)
---@explain ip link set {self} netns {namespace:netns}[ name {options.name}]
function Link:move(namespace, options) end

--- Deletes the link; a pair goes with either end.
---
--- ```lua
--- net.veth("a0", "a1"):delete()
--- ```
---@zh 删除接口。
---@errors ENODEV it is gone already
---@errors EOPNOTSUPP it is a device that can't be deleted
---@source ip-link(8)
---@explain ip link delete {self}
function Link:delete() end

---@class net.AltNameOptions
---@field remove? boolean takes the name away

--- Gives the link one more name, of up to 127 characters.
---
--- ```lua
--- net.veth("a0", "a1"):altname("uplink-to-the-second-router")
--- assert(net.link("uplink-to-the-second-router").name == "a0")
--- ```
---@zh 添加接口别名。
---@param name string
---@param options? net.AltNameOptions
---@return self
---@errors EEXIST the name is taken
---@source ip-link(8)
---@explain ip link property {remove?del|add} dev {self} altname {name}
function Link:altname(name, options) end

---@class net.Stats
---@field rx {bytes: integer, packets: integer, errors: integer, dropped: integer, multicast: integer}
---@field tx {bytes: integer, packets: integer, errors: integer, dropped: integer, collisions: integer}

--- The counters of the link.
---
--- ```lua
--- net.link("lo"):up()
--- net.ping("127.0.0.1")
--- assert(net.link("lo"):stats().rx.packets >= 2)
--- ```
---@zh 接口计数器。
---@return net.Stats
---@source ip-link(8), rtnetlink(7)
---@explain passive ip -s link show {self}
function Link:stats() end

---@class net.AddrOptions
---@field peer? Address the other end of a point-to-point link
---@field broadcast? string an address, or "+" for the one of the prefix
---@field label? string
---@field scope? string "global", "link", "host"
---@field valid? Duration how long it is valid
---@field preferred? Duration how long it is preferred
---@field metric? integer of the route to its network
---@field nodad? boolean does not look for duplicates, so that it can be used at once
---@field optimistic? boolean
---@field home? boolean
---@field mngtmpaddr? boolean
---@field noprefixroute? boolean adds no route to its network
---@field autojoin? boolean
---@field replace? boolean changes one that is there

--- Gives the link an address. An IPv6 address is looked for on the network for about a second before it can be used,
--- unless `nodad` says not to.
---
--- ```lua
--- net.veth("a0", "a1"):addr("10.0.0.1/24"):addr("fd00::1/64", {nodad = true})
--- assert(#net.link("a0"):addrs() == 2)
--- ```
---@zh 添加地址。
---@param address Address "10.0.0.1/24", "fd00::1/64"
---@param options? net.AddrOptions
---@return self
---@errors EEXIST it has this address
---@errors EPERM without CAP_NET_ADMIN over the namespace
---@source ip-address(8)
---@explain ip addr {replace?replace|add} {address}[ peer {peer}][ broadcast {broadcast}][ label {label}][ scope {scope}][ metric {metric}][ valid_lft {valid:wholeseconds}][ preferred_lft {preferred:wholeseconds}] dev {self}{nodad? nodad}{optimistic? optimistic}{home? home}{mngtmpaddr? mngtmpaddr}{noprefixroute? noprefixroute}{autojoin? autojoin}
function Link:addr(address, options) end

---@class net.AddrDelOptions
---@field peer? Address

--- Takes an address away.
---
--- ```lua
--- net.veth("a0", "a1"):addr("10.0.0.1/24"):addr_del("10.0.0.1/24")
--- ```
---@zh 删除地址。
---@param address Address
---@param options? net.AddrDelOptions
---@return self
---@errors EADDRNOTAVAIL it does not have this address
---@source ip-address(8)
---@explain ip addr del {address}[ peer {peer}] dev {self}
function Link:addr_del(address, options) end

--- Takes all addresses away.
---
--- ```lua
--- net.veth("a0", "a1"):addr("10.0.0.1/24"):addr_flush()
--- assert(#net.link("a0"):addrs() == 0)
--- ```
---@zh 清除地址。
---@param options? net.FamilyOptions
---@return self
---@source ip-address(8)
---@explain ip{family=inet? -4}{family=inet6? -6} addr flush dev {self}
function Link:addr_flush(options) end

--- Lists the addresses of the link.
---
--- ```lua
--- net.link("lo"):up()
--- assert(net.link("lo"):addrs{family = "inet"}[1].scope == "host")
--- ```
---@zh 列出接口地址。
---@param options? net.FamilyOptions
---@return net.Addr[]
---@source ip-address(8)
---@explain passive ip{family=inet? -4}{family=inet6? -6} addr show dev {self}
function Link:addrs(options) end

--- Lists the forwarding entries of a bridge, a port or a VXLAN link.
---
--- ```lua
--- net.bridge("br0"):up()
--- for _, e in ipairs(net.link("br0"):fdb()) do print(e.mac, e.dev, e.state) end
--- ```
---@zh 列出转发表。
---@return net.Neigh[]
---@source bridge(8)
---@explain passive bridge fdb show dev {self}
function Link:fdb() end

---@class net.FdbOptions
---@field dst? Address the tunnel end, for VXLAN
---@field vlan? integer
---@field vni? integer
---@field port? integer UDP port of the tunnel end
---@field static? boolean learning may not change it; else it is an address of the port itself
---@field self? boolean in the link's own table, which is what happens if nothing is said
---@field master? boolean in the table of the bridge it is a port of
---@field replace? boolean
---@field append? boolean adds one more destination

--- Adds a forwarding entry.
---
--- ```lua
--- net.bridge("br0"):up()
--- net.veth("a0", "a1", {master = "br0"}):fdb_add("02:00:00:00:00:07", {master = true, static = true})
--- ```
---@zh 添加转发表项。
---@param mac string
---@param options? net.FdbOptions
---@return self
---@errors EEXIST there is such an entry
---@source bridge(8)
---@explain bridge fdb {replace?replace|{append?append|add}} {mac} dev {self}[ dst {dst}][ vlan {vlan}][ vni {vni}][ port {port}]{static? static}{options.self? self}{options.master? master}
function Link:fdb_add(mac, options) end

--- Deletes a forwarding entry.
---
--- ```lua
--- net.vxlan("vx0", {id = 42, dstport = 4789})
--- net.link("vx0"):fdb_add("02:00:00:00:00:07", {dst = "10.0.0.2"}):fdb_del("02:00:00:00:00:07", {dst = "10.0.0.2"})
--- ```
---@zh 删除转发表项。
---@param mac string
---@param options? net.FdbOptions
---@return self
---@errors ENOENT there is no such entry
---@source bridge(8)
---@explain bridge fdb del {mac} dev {self}[ dst {dst}][ vlan {vlan}][ vni {vni}][ port {port}]{options.self? self}{options.master? master}
function Link:fdb_del(mac, options) end

---@class net.PortVLAN
---@field vid integer
---@field pvid boolean untagged frames that come in belong to it
---@field untagged boolean frames go out without its tag

--- Lists the VLANs of a port or bridge.
---
--- ```lua
--- net.bridge("br0")
--- for _, v in ipairs(net.link("br0"):vlans()) do print(v.vid, v.pvid) end
--- ```
---@zh 列出端口 VLAN。
---@return net.PortVLAN[]
---@source bridge(8)
---@explain passive bridge vlan show dev {self}
function Link:vlans() end

---@class net.VLANAddOptions
---@field pvid? boolean untagged frames that come in belong to it
---@field untagged? boolean frames go out without its tag
---@field self? boolean the link is the bridge itself

--- Makes a port of a bridge that filters VLANs a member of one, or of a range.
---
--- ```lua norun
--- net.bridge("br0", {vlan_filtering = true})
--- net.veth("a0", "a1", {master = "br0"}):vlan_add(10, {pvid = true, untagged = true}):vlan_add("20-29")
--- ```
---@zh 把端口加入 VLAN。
---@param vid integer|string "20-29" is a range
---@param options? net.VLANAddOptions
---@return self
---@errors EOPNOTSUPP the kernel has no VLAN filtering
---@source bridge(8)
---@explain bridge vlan add vid {vid} dev {self}{pvid? pvid}{untagged? untagged}{options.self? self}
function Link:vlan_add(vid, options) end

---@class net.VLANDelOptions
---@field self? boolean the link is the bridge itself

--- Takes a port out of a VLAN, or of a range.
---
--- ```lua norun
--- net.link("a0"):vlan_del("20-29")
--- ```
---@zh 把端口移出 VLAN。
---@param vid integer|string
---@param options? net.VLANDelOptions
---@return self
---@source bridge(8)
---@explain bridge vlan del vid {vid} dev {self}{options.self? self}
function Link:vlan_del(vid, options) end

---@class net.Group
---@field group string
---@field port string
---@field permanent boolean
---@field vid? integer

--- Lists the multicast groups of a bridge.
---
--- ```lua
--- net.bridge("br0", {up = true})
--- for _, g in ipairs(net.link("br0"):mdb()) do print(g.group, g.port) end
--- ```
---@zh 列出组播表。
---@return net.Group[]
---@source bridge(8)
---@explain passive bridge mdb show dev {self}
function Link:mdb() end

---@class net.MdbOptions
---@field port string|net.Link
---@field vid? integer
---@field permanent? boolean stays without members; true if not said

--- Sends a multicast group to a port of the bridge.
---
--- ```lua
--- local br = net.bridge("br0", {up = true})
--- net.veth("a0", "a1", {master = br, up = true})
--- br:mdb_add("239.1.1.1", {port = "a0"})
--- ```
---@zh 添加组播表项。
---@param group Address
---@param options net.MdbOptions
---@return self
---@errors EEXIST there is such an entry
---@source bridge(8)
---@explain bridge mdb add dev {self} port {port} grp {group}{permanent=false? temp| permanent}[ vid {vid}]
function Link:mdb_add(group, options) end

--- Takes a multicast group from a port.
---
--- ```lua
--- local br = net.bridge("br0", {up = true})
--- net.veth("a0", "a1", {master = br, up = true})
--- br:mdb_add("239.1.1.1", {port = "a0"}):mdb_del("239.1.1.1", {port = "a0"})
--- ```
---@zh 删除组播表项。
---@param group Address
---@param options net.MdbOptions
---@return self
---@errors ENOENT there is no such entry
---@source bridge(8)
---@explain bridge mdb del dev {self} port {port} grp {group}[ vid {vid}]
function Link:mdb_del(group, options) end

--- A TCP connection, a listening or a UDP socket. It belongs to the namespace it was opened in.
---@class net.Socket
---@field address string its own
---@field port integer its own
---@field peer? string the other end: "10.0.0.1:80"
local Socket = {}

---@class net.TimeoutOptions
---@field timeout? Duration without end if not said

--- Waits for data and returns what there is, nil when the other side has closed.
---
--- ```lua
--- net.link("lo"):up()
--- local server = net.tcp.listen("127.0.0.1:0")
--- local a = net.tcp.connect("127.0.0.1:" .. server.port)
--- server:accept():write("hello"):close()
--- assert(a:read() == "hello" and a:read() == nil)
--- ```
---@zh 读取数据。
---@param size? integer bytes at most, 65536 if not said
---@param options? net.TimeoutOptions
---@return string?
---@errors ETIMEDOUT nothing came
---@source recv(2)
---@explain passive none it is what nc(1) does inside
function Socket:read(size, options) end

--- Reads a line, without its end; nil when the other side has closed.
---
--- ```lua
--- net.link("lo"):up()
--- local server = net.tcp.listen("127.0.0.1:0")
--- local a = net.tcp.connect("127.0.0.1:" .. server.port)
--- server:accept():write("one\r\ntwo\n"):close()
--- assert(a:read_line() == "one" and a:read_line() == "two" and a:read_line() == nil)
--- ```
---@zh 读取一行。
---@param options? net.TimeoutOptions
---@return string?
---@errors ETIMEDOUT no line came
---@source recv(2)
---@explain passive none it is what nc(1) does inside
function Socket:read_line(options) end

--- Reads until the other side closes.
---
--- ```lua
--- net.link("lo"):up()
--- local server = net.tcp.listen("127.0.0.1:0")
--- local a = net.tcp.connect("127.0.0.1:" .. server.port)
--- server:accept():write("all of it"):close()
--- assert(a:read_all() == "all of it")
--- ```
---@zh 读取全部数据。
---@param options? net.TimeoutOptions
---@return string
---@errors ETIMEDOUT the other side did not close
---@source recv(2)
---@explain passive none it is what nc(1) does inside
function Socket:read_all(options) end

--- Sends all of `data`.
---
--- ```lua
--- net.link("lo"):up()
--- local server = net.tcp.listen("127.0.0.1:0")
--- local a = net.tcp.connect("127.0.0.1:" .. server.port)
--- a:write("hello")
--- assert(server:accept():read() == "hello")
--- ```
---@zh 发送数据。
---@param data string
---@param options? net.TimeoutOptions
---@return self
---@errors EPIPE the other side has closed
---@errors ETIMEDOUT the other side does not read
---@source send(2)
---@explain none it is what nc(1) does inside
function Socket:write(data, options) end

--- Says that nothing more will be written; reading goes on.
---
--- ```lua
--- net.link("lo"):up()
--- local server = net.tcp.listen("127.0.0.1:0")
--- local a = net.tcp.connect("127.0.0.1:" .. server.port)
--- a:shutdown()
--- assert(server:accept():read_all() == "")
--- ```
---@zh 结束写入。
---@return self
---@errors ENOTCONN it is no connection
---@source shutdown(2)
---@explain none it is what nc -N does inside
function Socket:shutdown() end

--- Waits for a connection to a listening socket.
---
--- ```lua
--- net.link("lo"):up()
--- local server = net.tcp.listen("127.0.0.1:0")
--- local ok, err = pcall(server.accept, server, {timeout = "10ms"})
--- assert(not ok and err.code == "ETIMEDOUT")
--- ```
---@zh 接受连接。
---@param options? net.TimeoutOptions
---@return net.Socket
---@errors ETIMEDOUT nobody came
---@source accept(2)
---@explain none it is what nc -l does inside
function Socket:accept(options) end

--- Sends a datagram from a UDP socket.
---
--- ```lua
--- net.link("lo"):up()
--- local a, b = net.udp.open("127.0.0.1:0"), net.udp.open("127.0.0.1:0")
--- a:send("127.0.0.1:" .. b.port, "hello")
--- assert(b:receive() == "hello")
--- ```
---@zh 发送数据报。
---@param address string an address and port
---@param data string
---@return self
---@errors EMSGSIZE it is too large
---@source sendto(2)
---@explain none it is what nc -u does inside
function Socket:send(address, data) end

--- Waits for a datagram.
---
--- ```lua
--- net.link("lo"):up()
--- local a = net.udp.open("127.0.0.1:0")
--- net.udp.send("127.0.0.1:" .. a.port, "hello")
--- local data, from = a:receive{timeout = "1s"}
--- assert(data == "hello" and from:match("^127%.0%.0%.1:"))
--- ```
---@zh 接收数据报。
---@param options? net.TimeoutOptions
---@return string data
---@return string from # address and port
---@errors ETIMEDOUT nothing came
---@source recvfrom(2)
---@explain passive none it is what nc -u -l does inside
function Socket:receive(options) end

--- Closes it; twice does no harm.
---
--- ```lua
--- net.link("lo"):up()
--- net.udp.open("127.0.0.1:0"):close()
--- ```
---@zh 关闭套接字。
---@source close(2)
---@explain passive none it is what ends nc(1)
function Socket:close() end

--- What `net.at` returns: the functions of the module, bound to a namespace. It travels to other processes with closures.
---@class net.Place
---@field links function `net.links` over there
---@field link function `net.link` over there
---@field dummy function `net.dummy` over there
---@field ifb function `net.ifb` over there
---@field nlmon function `net.nlmon` over there
---@field vcan function `net.vcan` over there
---@field veth function `net.veth` over there
---@field vxcan function `net.vxcan` over there
---@field netkit function `net.netkit` over there
---@field wireguard function `net.wireguard` over there
---@field vrf function `net.vrf` over there
---@field bridge function `net.bridge` over there
---@field bond function `net.bond` over there
---@field team function `net.team` over there
---@field hsr function `net.hsr` over there
---@field vlan function `net.vlan` over there
---@field macvlan function `net.macvlan` over there
---@field macvtap function `net.macvtap` over there
---@field ipvlan function `net.ipvlan` over there
---@field ipvtap function `net.ipvtap` over there
---@field xfrm function `net.xfrm` over there
---@field macsec function `net.macsec` over there
---@field vxlan function `net.vxlan` over there
---@field geneve function `net.geneve` over there
---@field bareudp function `net.bareudp` over there
---@field ipip function `net.ipip` over there
---@field sit function `net.sit` over there
---@field ip6tnl function `net.ip6tnl` over there
---@field vti function `net.vti` over there
---@field vti6 function `net.vti6` over there
---@field gre function `net.gre` over there
---@field gretap function `net.gretap` over there
---@field ip6gre function `net.ip6gre` over there
---@field ip6gretap function `net.ip6gretap` over there
---@field tun function `net.tun` over there
---@field tap function `net.tap` over there
---@field addrs function `net.addrs` over there
---@field routes function `net.routes` over there
---@field route table `net.route` over there
---@field rules function `net.rules` over there
---@field rule table `net.rule` over there
---@field nexthops function `net.nexthops` over there
---@field nexthop table `net.nexthop` over there
---@field neighs function `net.neighs` over there
---@field neigh table `net.neigh` over there
---@field ping function `net.ping` over there
---@field tcp table `net.tcp` over there
---@field udp table `net.udp` over there
---@field resolve function `net.resolve` over there
---@field http table `net.http` over there
---@field sockets function `net.sockets` over there
---@field traceroute function `net.traceroute` over there
---@field tc table `net.tc` over there
---@field monitor function `net.monitor` over there
