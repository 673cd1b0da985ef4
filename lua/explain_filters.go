package lua

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"nslua/lua/command"
)

// The filters that templates can name:
//
//	kinds, enter, held   namespaces as options of unshare(1); of nsenter(1); of nsenter(1) for those that {var} holds
//	here, nsfile, netns  the file of the current namespace of a kind; of what ns.open takes; a namespace for ip-link(8)
//	rlimits              limits as options of prlimit(1)
//	pid, signal, thing   a process, if the script has started it as its variable; a signal; what a scope undoes, without its kind
//	bytes, size, limit   sizes in bytes; as mount options take them; a resource limit
//	seconds, wholeseconds, ms, rate, percent, hex, host   as the tools of the network want them
//	layers, map, slashes overlay's directories; a line of an id map; labels of MPLS
//	words, flags, switches, settings, bridge, slave       options of a kind of link, true being nothing, the name, on, 1
//	nexthops, group, u32                                  lists of ip-route(8), ip-nexthop(8) and tc-u32(8)
var filters = map[string]func(*callValues, command.Value) (string, error){
	"kinds":        each(func(_ *callValues, s string) (string, error) { return "--" + longKind(s), nil }),
	"enter":        enterOptions,
	"held":         each(held),
	"here":         each(func(v *callValues, s string) (string, error) { return v.e.here.file(longKind(s)), nil }),
	"nsfile":       nsFile,
	"netns":        netnsOf,
	"pid":          processOf,
	"rlimits":      rlimits,
	"signal":       each(signalName),
	"thing":        each(undoneThing),
	"bytes":        each(bytesOf),
	"size":         each(sizeOf),
	"limit":        each(bytesOf),
	"seconds":      each(duration(func(d time.Duration) string { return decimal(d.Seconds()) })),
	"wholeseconds": each(duration(func(d time.Duration) string { return decimal(math.Ceil(d.Seconds())) })),
	"ms":           each(duration(func(d time.Duration) string { return decimal(d.Seconds()*1000) + "ms" })),
	"rate":         each(rateOf),
	"percent":      each(percentOf),
	"hex":          each(hexOf),
	"host":         each(hostAndPort),
	"layers":       joinedBy(":"),
	"slashes":      joinedBy("/"),
	"map":          idMapLine,
	"words":        linkOptions(func(key string, on bool) string { return key }),
	"flags":        linkOptions(flagOption),
	"switches":     linkOptions(func(key string, on bool) string { return key + " " + map[bool]string{true: "on", false: "off"}[on] }),
	"settings":     linkOptions(numberOption),
	"bridge":       bridgeOptions,
	"slave":        slaveOptions,
	"nexthops":     nexthops,
	"group":        nexthopGroup,
	"u32":          u32Match,
}

// Filter implements command.Values.
func (v *callValues) Filter(name string, value command.Value) ([]string, error) {
	filter := filters[name]
	if filter == nil {
		return nil, fmt.Errorf("there is no filter %q", name)
	}
	text, err := filter(v, value)
	if err != nil {
		return nil, err
	}
	return []string{text}, nil
}

// each makes a filter of what turns one word into another; the words of a list it takes one by one.
func each(f func(*callValues, string) (string, error)) func(*callValues, command.Value) (string, error) {
	return func(v *callValues, value command.Value) (string, error) {
		var words []string
		for _, item := range itemsOf(value) {
			text, ok := item.(string)
			if !ok {
				text = plain(item)
			}
			word, err := f(v, text)
			if err != nil {
				return "", err
			}
			words = append(words, word)
		}
		return strings.Join(words, " "), nil
	}
}

func itemsOf(value command.Value) []command.Value {
	if t, ok := value.(*command.Table); ok && len(t.List) > 0 {
		return t.List
	}
	return []command.Value{value}
}

func joinedBy(separator string) func(*callValues, command.Value) (string, error) {
	return func(_ *callValues, value command.Value) (string, error) {
		var words []string
		for _, item := range itemsOf(value) {
			words = append(words, plain(item))
		}
		return strings.Join(words, separator), nil
	}
}

func plain(v command.Value) string { return strings.Join(command.Words("", v), " ") }

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// longKind is a kind of namespace as the long options of unshare(1) and nsenter(1) call it.
func longKind(kind string) string {
	if kind == "mnt" {
		return "mount"
	}
	return kind
}

func enterOptions(_ *callValues, value command.Value) (string, error) {
	var words []string
	for _, item := range itemsOf(value) {
		r, ok := item.(command.Ref)
		kind, named := field(item, "kind").(string)
		if !ok || !named {
			return "", fmt.Errorf("it is not known how to get into that namespace")
		}
		words = append(words, "--"+longKind(kind)+"="+r.Text)
	}
	return strings.Join(words, " "), nil
}

// held is the option for a namespace of the process that {var} stands for.
func held(v *callValues, kind string) (string, error) {
	if kind == "pid" || kind == "time" {
		return "", fmt.Errorf("a shell can't move its children alone into a %s namespace", kind)
	}
	return "--" + longKind(kind) + "=/proc/$" + v.shellVariable() + "/ns/" + kind, nil
}

// nsFile is the file of what ns.open was given: a process, a path or a name.
func nsFile(v *callValues, value command.Value) (string, error) {
	kind, err := v.argument("kind")
	if err != nil {
		return "", err
	}
	if kind == nil {
		kind = "net"
	}
	text, isText := value.(string)
	switch {
	case isText && strings.Contains(text, "/"):
		return command.Quote(text), nil
	case isText && v.c.Arg(1).Type().String() == "string":
		return netnsDir + command.Quote(text), nil
	}
	pid, err := processOf(v, value)
	return "/proc/" + pid + "/ns/" + plain(kind), err
}

const netnsDir = "/run/netns/"

// netnsOf is a network namespace as `ip link` takes it: a name or the number of a process.
func netnsOf(_ *callValues, value command.Value) (string, error) {
	text := plain(value)
	if name, ok := strings.CutPrefix(text, netnsDir); ok {
		return name, nil
	}
	if pid, ok := strings.CutSuffix(text, "/ns/net"); ok {
		return strings.TrimPrefix(pid, "/proc/"), nil
	}
	return text, nil // as a shell that holds it open sees it
}

// processOf is a process by its handle or its number. In a script that is a
// variable: by the time it runs the number may be anyone's.
func processOf(v *callValues, value command.Value) (string, error) {
	pid, isNumber := value.(string)
	if !isNumber {
		return plain(value), nil
	}
	for h, name := range v.e.names {
		if t := v.e.s.typeOf(h); t != nil && t.Shell != nil && t.Shell(h).Text == pid {
			return name, nil
		}
	}
	switch {
	case v.e.script == nil || pid == "1":
		return command.Quote(pid), nil
	case pid == strconv.Itoa(os.Getpid()):
		return "$$", nil
	}
	return "", fmt.Errorf("process %s is no process of the script", pid)
}

func rlimits(_ *callValues, value command.Value) (string, error) {
	t, ok := value.(*command.Table)
	if !ok {
		return "", nil
	}
	var words []string
	for _, name := range sortedKeys(t.Fields) {
		var limits []string
		for _, l := range itemsOf(t.Fields[name]) {
			text, err := bytesOf(nil, plain(l))
			if err != nil {
				return "", err
			}
			limits = append(limits, text)
		}
		if len(limits) == 1 {
			limits = append(limits, limits[0])
		}
		words = append(words, "--"+name+"="+strings.Join(limits, ":"))
	}
	return strings.Join(words, " "), nil
}

func signalName(_ *callValues, s string) (string, error) {
	return strings.TrimPrefix(strings.ToUpper(s), "SIG"), nil
}

// undoneThing is the path or the name in "mount point /mnt" and "link veth0".
func undoneThing(_ *callValues, s string) (string, error) {
	if i := strings.Index(s, " /"); i >= 0 {
		return command.Quote(s[i+1:]), nil
	}
	_, name, _ := strings.Cut(s, " ")
	return command.Quote(name), nil
}

func bytesOf(_ *callValues, s string) (string, error) {
	if n, err := ParseSize(s); err == nil {
		return strconv.FormatInt(int64(n), 10), nil
	}
	return command.Quote(s), nil
}

func sizeOf(v *callValues, s string) (string, error) {
	if n := len(s); n > 1 && strings.IndexByte("KMGTP", s[n-1]) >= 0 || strings.HasSuffix(s, "%") {
		return s, nil
	}
	return bytesOf(v, s)
}

func duration(format func(time.Duration) string) func(*callValues, string) (string, error) {
	return func(_ *callValues, s string) (string, error) {
		d, err := ParseDuration(s)
		if err != nil {
			return "", err
		}
		return format(d), nil
	}
}

func rateOf(_ *callValues, s string) (string, error) {
	n, err := ParseRate(s)
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(int64(n), 10) + "bit", nil
}

// percentOf is a share: "1%" as it is, and 1 as well, which means the same.
func percentOf(_ *callValues, s string) (string, error) {
	return command.Quote(strings.TrimSuffix(s, "%") + "%"), nil
}

func hexOf(_ *callValues, s string) (string, error) {
	n, err := strconv.ParseUint(s, 0, 32)
	return strconv.FormatUint(n, 16), err
}

// hostAndPort are two words of one.
func hostAndPort(_ *callValues, s string) (string, error) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return command.Quote(s), nil
	}
	return command.Quote(strings.Trim(s[:i], "[]")) + " " + command.Quote(s[i+1:]), nil
}

// idMapLine is {inside, outside, count} as unshare(1) takes it.
func idMapLine(_ *callValues, value command.Value) (string, error) {
	line := itemsOf(value)
	if t, nested := line[0].(*command.Table); nested && len(line) == 1 {
		line = t.List
	}
	if len(line) != 3 {
		return "", fmt.Errorf("unshare(1) takes one line of an id map")
	}
	return plain(line[1]) + "," + plain(line[0]) + "," + plain(line[2]), nil
}

// newLink are the options of every new link, which ip-link(8) takes before the kind.
var newLink = []string{
	"alias", "allmulticast", "arp", "group", "link", "mac", "master", "mtu", "multicast", "name", "ns", "promisc",
	"rxqueues", "txqueuelen", "txqueues", "up",
}

// linkOptions are the options of a kind of link, as names and values in turn.
func linkOptions(boolean func(key string, on bool) string) func(*callValues, command.Value) (string, error) {
	return func(_ *callValues, value command.Value) (string, error) {
		return optionWords(value, boolean, nil)
	}
}

func optionWords(value command.Value, boolean func(string, bool) string, number func(key, value string) string) (string, error) {
	t, ok := value.(*command.Table)
	if !ok {
		return "", nil
	}
	var words []string
	for _, key := range sortedKeys(t.Fields) {
		if slices.Contains(newLink, key) {
			continue
		}
		name := cmp.Or(optionNamesOfIP[key], key)
		switch v := t.Fields[key].(type) {
		case bool:
			words = append(words, boolean(name, v))
		default:
			text := plain(v)
			if number != nil {
				text = number(key, text)
			}
			words = append(words, name+" "+text)
		}
	}
	return strings.Join(words, " "), nil
}

// optionNamesOfIP are options that ip-link(8) has another name for.
var optionNamesOfIP = map[string]string{
	"stp": "stp_state", "vlan_stats": "vlan_stats_enabled", "mcast_stats": "mcast_stats_enabled",
}

func flagOption(key string, on bool) string {
	if on {
		return key
	}
	return "no" + key
}

func numberOption(key string, on bool) string {
	return key + " " + map[bool]string{true: "1", false: "0"}[on]
}

// bridgeOptions counts times in hundredths of a second, as bridges do.
func bridgeOptions(_ *callValues, value command.Value) (string, error) {
	return optionWords(value, numberOption, func(key, text string) string {
		timed := slices.Contains([]string{"ageing_time", "forward_delay", "hello_time", "max_age"}, key) ||
			strings.HasPrefix(key, "mcast_") && strings.HasSuffix(key, "_interval")
		if d, err := ParseDuration(text); timed && err == nil {
			return decimal(math.Round(d.Seconds() * 100))
		}
		return text
	})
}

// slaveStates are the states of a bridge's port, which ip-link(8) takes as numbers.
var slaveStates = []string{"disabled", "listening", "learning", "forwarding", "blocking"}

func slaveOptions(_ *callValues, value command.Value) (string, error) {
	return optionWords(value, func(key string, on bool) string {
		return key + " " + map[bool]string{true: "on", false: "off"}[on]
	}, func(key, text string) string {
		if i := slices.Index(slaveStates, text); key == "state" && i >= 0 {
			return strconv.Itoa(i)
		}
		return text
	})
}

func nexthops(_ *callValues, value command.Value) (string, error) {
	var words []string
	for _, hop := range itemsOf(value) {
		words = append(words, "nexthop")
		for _, key := range []string{"via", "dev", "weight"} {
			if v := field(hop, key); v != nil {
				words = append(words, key, plain(v))
			}
		}
		if field(hop, "onlink") == true {
			words = append(words, "onlink")
		}
	}
	return strings.Join(words, " "), nil
}

func nexthopGroup(_ *callValues, value command.Value) (string, error) {
	var members []string
	for _, m := range itemsOf(value) {
		id, weight := m, command.Value(nil)
		if t, ok := m.(*command.Table); ok {
			id, weight = t.Fields["id"], t.Fields["weight"]
		}
		text := plain(id)
		if weight != nil {
			text += "," + plain(weight)
		}
		members = append(members, text)
	}
	return command.Quote(strings.Join(members, "/")), nil
}

// u32Match is what a filter of kind u32 looks for; without a condition it takes everything.
func u32Match(_ *callValues, value command.Value) (string, error) {
	family := "ip"
	if field(value, "protocol") == "ipv6" {
		family = "ip6"
	}
	numbers := map[string]string{"icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58", "sctp": "132"}
	var words []string
	for _, m := range [...]struct{ option, name, mask string }{
		{"src", "src", ""}, {"dst", "dst", ""}, {"ipproto", "protocol", " 0xff"},
		{"sport", "sport", " 0xffff"}, {"dport", "dport", " 0xffff"},
	} {
		if v := field(value, m.option); v != nil {
			text := plain(v)
			if n := numbers[text]; n != "" {
				text = n
			}
			words = append(words, "match "+family+" "+m.name+" "+text+m.mask)
		}
	}
	if words == nil {
		return "match u32 0 0", nil
	}
	return strings.Join(words, " "), nil
}
