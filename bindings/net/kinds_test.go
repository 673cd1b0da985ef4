package net

import (
	"encoding/json"
	"fmt"
	gonet "net"
	"net/netip"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
)

// inNamespace runs f on a thread in a fresh network namespace; the thread ends with it.
func inNamespace(t *testing.T, f func(t *testing.T, c *Conn)) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread must not be used again
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			if err == unix.EPERM {
				kerntest.Skipf(t, "root", "making a network namespace: %v", err)
			}
			t.Error(err)
			return
		}
		c, err := Dial(nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		f(t, c)
	}()
	<-done
}

var addr = netip.MustParseAddr

func mac(s string) gonet.HardwareAddr {
	m, err := gonet.ParseMAC(s)
	if err != nil {
		panic(err)
	}
	return m
}

// kindTests make a link of every kind with most of its options; ip are words that ip -d must show.
var kindTests = []struct {
	kind   string
	values Values
	ip     []string
}{
	{"dummy", nil, nil},
	{"ifb", nil, nil},
	{"nlmon", nil, nil},
	{"vcan", nil, nil},
	{"veth", nil, nil},
	{"vxcan", nil, nil},
	{"netkit", Values{"mode": "l2", "policy": "blackhole", "peer_policy": "forward"}, []string{`"mode":"l2"`}},
	{"wireguard", nil, nil},
	{"team", nil, nil},
	{"vrf", Values{"table": uint64(10)}, []string{`"table":10`}},
	{"bridge", Values{"stp": true, "forward_delay": 4 * time.Second, "ageing_time": 100 * time.Second, "priority": uint64(4096),
		"mcast_snooping": false, "group_fwd_mask": uint64(8), "nf_call_iptables": false},
		[]string{`"forward_delay":400`, `"ageing_time":10000`, `"stp_state":1`, `"priority":4096`, `"mcast_snooping":0`}},
	{"bond", Values{"mode": "active-backup", "miimon": uint64(100), "fail_over_mac": "active", "primary_reselect": "better"},
		[]string{`"mode":"active-backup"`, `"miimon":100`, `"fail_over_mac":"active"`}},
	{"hsr", Values{"slave1": "base", "slave2": "base2", "supervision": uint64(45), "version": uint64(1)}, nil},
	{"vlan", Values{"id": uint64(7), "protocol": "802.1ad", "gvrp": true, "reorder_hdr": true},
		[]string{`"id":7`, `"protocol":"802.1ad"`, `"GVRP"`}},
	{"macvlan", Values{"mode": "bridge"}, []string{`"mode":"bridge"`}},
	{"macvtap", Values{"mode": "vepa"}, []string{`"mode":"vepa"`}},
	{"ipvlan", Values{"mode": "l3", "flag": "private"}, []string{`"mode":"l3"`}},
	{"ipvtap", Values{"mode": "l2"}, []string{`"mode":"l2"`}},
	{"xfrm", Values{"if_id": uint64(42)}, []string{`"if_id":"0x2a"`}},
	{"macsec", Values{"port": uint64(11), "encrypt": true}, nil},
	{"vxlan", Values{"id": uint64(42), "remote": addr("10.0.0.2"), "local": addr("10.0.0.1"), "dstport": uint64(4789),
		"learning": false, "ttl": uint64(9), "udpcsum": true, "dev": "base"},
		[]string{`"id":42`, `"remote":"10.0.0.2"`, `"local":"10.0.0.1"`, `"port":4789`, `"learning":false`, `"ttl":9`, `"link":"base"`}},
	{"geneve", Values{"id": uint64(5), "remote": addr("10.0.0.2"), "dstport": uint64(6082), "ttl": uint64(3)},
		[]string{`"id":5`, `"remote":"10.0.0.2"`, `"port":6082`}},
	{"bareudp", Values{"dstport": uint64(6635), "ethertype": uint64(0x8847)}, nil},
	{"ipip", Values{"local": addr("10.0.0.1"), "remote": addr("10.0.0.2"), "ttl": uint64(64)}, []string{`"remote":"10.0.0.2"`}},
	{"sit", Values{"local": addr("10.0.0.1"), "remote": addr("10.0.0.2")}, []string{`"remote":"10.0.0.2"`}},
	{"ip6tnl", Values{"local": addr("fd00::1"), "remote": addr("fd00::2")}, []string{`"remote":"fd00::2"`}},
	{"vti", Values{"local": addr("10.0.0.1"), "remote": addr("10.0.0.2"), "ikey": uint64(3), "okey": uint64(4)},
		[]string{`"remote":"10.0.0.2"`}},
	{"vti6", Values{"local": addr("fd00::1"), "remote": addr("fd00::2")}, []string{`"remote":"fd00::2"`}},
	{"gre", Values{"local": addr("10.0.0.1"), "remote": addr("10.0.0.2"), "ikey": uint64(7), "okey": uint64(8), "ttl": uint64(5)},
		[]string{`"ikey":"0.0.0.7"`, `"okey":"0.0.0.8"`}},
	{"gretap", Values{"local": addr("10.0.0.1"), "remote": addr("10.0.0.2")}, []string{`"remote":"10.0.0.2"`}},
	{"ip6gre", Values{"local": addr("fd00::1"), "remote": addr("fd00::2")}, []string{`"remote":"fd00::2"`}},
	{"ip6gretap", Values{"local": addr("fd00::1"), "remote": addr("fd00::2")}, []string{`"remote":"fd00::2"`}},
}

// TestKinds makes a link of every kind, reads it back, compares with what ip(8) shows, and deletes it.
func TestKinds(t *testing.T) {
	tested := map[string]bool{}
	for _, tc := range kindTests {
		tested[tc.kind] = true
		t.Run(tc.kind, func(t *testing.T) {
			kind, ok := KindNamed(tc.kind)
			if !ok {
				t.Fatal("no such kind")
			}
			inNamespace(t, func(t *testing.T, c *Conn) {
				checkKind(t, c, &kind, tc.values, tc.ip)
			})
		})
	}
	for _, k := range Kinds() {
		if !tested[k.Name] {
			t.Errorf("%s: not tested", k.Name)
		}
	}
}

func checkKind(t *testing.T, c *Conn, kind *Kind, values Values, words []string) {
	up, mtu, alias := true, 1300, "a test"
	for _, n := range []string{"base", "base2"} {
		if _, err := c.Add(&LinkSpec{Name: n, Kind: "veth", Up: &up, Peer: &LinkSpec{Name: n + "p"}}); err != nil {
			t.Fatal(err)
		}
	}
	s := &LinkSpec{Name: "new", Kind: kind.Name, Options: values, Alias: &alias}
	if kind.Name != "nlmon" && !strings.HasSuffix(kind.Name, "can") {
		s.MTU = &mtu
	}
	if kind.stacked {
		s.Parent = "base"
	}
	if kind.peer != 0 {
		s.Peer = &LinkSpec{Name: "peer"}
	}
	index, err := c.Add(s)
	if unixErrno(err) == unix.EOPNOTSUPP {
		kerntest.Skipf(t, "link:"+kind.Name, "%v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	l, err := c.Link("new")
	if err != nil {
		t.Fatal(err)
	}
	if l.Index != index || l.Kind != kind.Name || l.Alias != alias || s.MTU != nil && l.MTU != mtu {
		t.Errorf("read back %+v", l)
	}
	got := decode(kind.Options, l.Options, c.LinkName)
	for name, want := range values {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("option %s: made %v, read %v", name, want, got[name])
		}
	}
	out, err := exec.Command("ip", "-j", "-d", "link", "show", "new").CombinedOutput()
	if err != nil {
		t.Fatalf("ip: %v: %s", err, out)
	}
	var list []map[string]any
	if err := json.Unmarshal(out, &list); err != nil || len(list) != 1 {
		t.Fatalf("ip: %v: %s", err, out)
	}
	if info, _ := list[0]["linkinfo"].(map[string]any); info["info_kind"] != kind.Name {
		t.Errorf("ip shows the kind %v", info["info_kind"])
	}
	for _, w := range words {
		if !strings.Contains(string(out), w) {
			t.Errorf("ip does not show %s: %s", w, out)
		}
	}
	if err := c.Delete(index); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Link("new"); unixErrno(err) != unix.ENODEV {
		t.Errorf("after the deletion: %v", err)
	}
}

func TestCheckName(t *testing.T) {
	for name, want := range map[string]string{
		"eth0": "", "a23456789012345": "", "a234567890123456": "at most 15", "": "needs a name", ".": "not . or ..",
		"a/b": "slash", "a b": "space", "a:b": "colon", "veth%d": "percent", "all": "taken",
	} {
		err := CheckName(name)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("CheckName(%q) = %v, want %q", name, err, want)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	kind, _ := KindNamed("vxlan")
	for _, v := range []Values{{"ttl": uint64(256)}, {"df": "nosuch"}, {"dev": "nosuch"}} {
		m := newMessage(0, 0, fixed{})
		err := encode(m, kind.Options, v, func(n string) (int, error) { return 0, fmt.Errorf("link %s: %w", n, unix.ENODEV) })
		if err == nil {
			t.Errorf("%v was encoded", v)
		}
	}
}

// FuzzParse feeds malformed answers to every parser: none may panic.
func FuzzParse(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, 64))
	f.Add(append(make([]byte, 16), 8, 0, 18, 0, 4, 0, 1, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := parseLink(b); err == nil {
			for _, k := range Kinds() {
				decode(k.Options, l.Options, func(int) string { return "" })
				decode(k.Options, b, func(int) string { return "" })
			}
			l.Stats()
		}
		_, _ = new(Route).parse(b)
		_, _ = parseRule(b)
		_, _ = parseNeighbour(b)
		if len(b) >= unix.SizeofIfAddrmsg {
			parseAddress(b)
		}
		parseEncap(unix.LWTUNNEL_ENCAP_MPLS, b)
		parseEncap(unix.LWTUNNEL_ENCAP_SEG6, b)
	})
}
