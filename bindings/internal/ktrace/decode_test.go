package ktrace

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"
)

func TestBits(t *testing.T) {
	for _, test := range []struct {
		set   bits
		value uint64
		want  string
	}{
		{mountFlags, 0, "0"},
		{mountFlags, unix.MS_BIND | unix.MS_REC, "MS_BIND|MS_REC"},
		{mountFlags, unix.MS_BIND | 1<<40, "MS_BIND|0x10000000000"},
		{openBits, unix.O_TMPFILE | unix.O_CLOEXEC, "O_TMPFILE|O_CLOEXEC"},
		{openBits, unix.O_DIRECTORY, "O_DIRECTORY"},
		{mountAttrs, unix.MOUNT_ATTR_NOATIME | unix.MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOATIME"},
		{cloneFlags, unix.CLONE_NEWUSER | unix.CLONE_NEWTIME, "CLONE_NEWUSER|CLONE_NEWTIME"},
	} {
		if got := test.set.String(test.value); got != test.want {
			t.Errorf("%#x: %s instead of %s", test.value, got, test.want)
		}
	}
}

func TestCapabilities(t *testing.T) {
	const all = 1<<41 - 1
	for _, test := range []struct {
		set  uint64
		want string
	}{
		{0, "none"},
		{all, "all"},
		{1<<63 | all, "all"},
		{1<<unix.CAP_CHOWN | 1<<unix.CAP_NET_ADMIN, "CHOWN,NET_ADMIN"},
		{all &^ (1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_CHECKPOINT_RESTORE), "all-SYS_ADMIN-CHECKPOINT_RESTORE"},
	} {
		if got := capabilities(test.set); got != test.want {
			t.Errorf("%#x: %s instead of %s", test.set, got, test.want)
		}
	}
}

// netlinkMessage builds a message; parts are bytes, or attributes made by attr.
func netlinkMessage(kind, flags uint16, seq uint32, parts ...[]byte) []byte {
	b := make([]byte, unix.SizeofNlMsghdr)
	for _, p := range parts {
		b = append(b, p...)
	}
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], kind)
	binary.NativeEndian.PutUint16(b[6:], flags)
	binary.NativeEndian.PutUint32(b[8:], seq)
	return append(b, make([]byte, align4(len(b))-len(b))...)
}

func attr(kind uint16, value string) []byte {
	b := binary.NativeEndian.AppendUint16(nil, uint16(unix.SizeofRtAttr+len(value)))
	b = append(binary.NativeEndian.AppendUint16(b, kind), value...)
	return append(b, make([]byte, align4(len(b))-len(b))...)
}

func u32(n uint32) string { return string(binary.NativeEndian.AppendUint32(nil, n)) }

func only(t *testing.T, b []byte) message {
	t.Helper()
	for m := range messages(b) {
		return m
	}
	t.Fatalf("no message in %x", b)
	return message{}
}

func TestRouteMessage(t *testing.T) {
	nowhere := &socket{fd: -1, t: &task{}}
	for want, b := range map[string][]byte{
		"RTM_NEWROUTE default via 10.0.0.1 dev #2 metric 5": netlinkMessage(unix.RTM_NEWROUTE, 0, 1,
			[]byte{unix.AF_INET, 0, 0, 0, unix.RT_TABLE_MAIN, 0, 0, unix.RTN_UNICAST, 0, 0, 0, 0},
			attr(unix.RTA_GATEWAY, "\x0a\x00\x00\x01"), attr(unix.RTA_OIF, u32(2)), attr(unix.RTA_PRIORITY, u32(5))),
		"RTM_DELROUTE blackhole fd00::/8 table 100": netlinkMessage(unix.RTM_DELROUTE, 0, 1,
			[]byte{unix.AF_INET6, 8, 0, 0, 100, 0, 0, unix.RTN_BLACKHOLE, 0, 0, 0, 0},
			attr(unix.RTA_DST, "\xfd"+string(make([]byte, 15)))),
		"RTM_NEWRULE priority 7 from 10.0.0.0/8 fwmark 1 table 9": netlinkMessage(unix.RTM_NEWRULE, 0, 1,
			[]byte{unix.AF_INET, 0, 8, 0, 0, 0, 0, 1, 0, 0, 0, 0},
			attr(unix.FRA_PRIORITY, u32(7)), attr(unix.FRA_SRC, "\x0a\x00\x00\x00"), attr(unix.FRA_FWMARK, u32(1)), attr(unix.FRA_TABLE, u32(9))),
		"RTM_NEWNEIGH 10.0.0.9 lladdr 02:00:00:00:00:01 dev #3": netlinkMessage(unix.RTM_NEWNEIGH, 0, 1,
			[]byte{unix.AF_INET, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0},
			attr(unix.NDA_DST, "\x0a\x00\x00\x09"), attr(unix.NDA_LLADDR, "\x02\x00\x00\x00\x00\x01")),
		"RTM_NEWQDISC tbf dev #4 handle 1:0 root": netlinkMessage(unix.RTM_NEWQDISC, 0, 1,
			[]byte{0, 0, 0, 0}, []byte(u32(4)+u32(1<<16)+u32(^uint32(0))+u32(0)), attr(unix.TCA_KIND, "tbf\x00")),
		"RTM_NEWLINK br0 kind=bridge": netlinkMessage(unix.RTM_NEWLINK, 0, 1, make([]byte, unix.SizeofIfInfomsg),
			attr(unix.IFLA_IFNAME, "br0\x00"), attr(unix.IFLA_LINKINFO, string(attr(unix.IFLA_INFO_KIND, "bridge")))),
		"type 9999": netlinkMessage(9999, 0, 1),
	} {
		if got := routeMessage(nowhere, only(t, b)); got != want {
			t.Errorf("%s\ninstead of\n%s", got, want)
		}
	}
}

func TestNetfilterMessage(t *testing.T) {
	const tables = unix.NFNL_SUBSYS_NFTABLES << 8
	inet := []byte{unix.NFPROTO_INET, 0, 0, 0}
	for want, b := range map[string][]byte{
		"NFNL_MSG_BATCH_BEGIN":             netlinkMessage(unix.NFNL_MSG_BATCH_BEGIN, 0, 1, inet),
		"NFT_MSG_NEWTABLE inet filter":     netlinkMessage(tables|unix.NFT_MSG_NEWTABLE, 0, 1, inet, attr(1, "filter\x00")),
		"NFT_MSG_NEWCHAIN inet filter in":  netlinkMessage(tables|unix.NFT_MSG_NEWCHAIN, 0, 1, inet, attr(1, "filter\x00"), attr(3, "in\x00")),
		"NFT_MSG_NEWRULE inet filter in":   netlinkMessage(tables|unix.NFT_MSG_NEWRULE, 0, 1, inet, attr(1, "filter\x00"), attr(2, "in\x00")),
		"NFT_MSG_DESTROYTABLE inet filter": netlinkMessage(tables|26, 0, 1, inet, attr(1, "filter\x00")),
		"NFT_MSG_GETGEN":                   netlinkMessage(tables|unix.NFT_MSG_GETGEN, 0, 1, inet),
		"netfilter subsystem 1, message 1": netlinkMessage(1<<8|1, 0, 1),
	} {
		if got := netfilterMessage(only(t, b)); got != want {
			t.Errorf("%s\ninstead of\n%s", got, want)
		}
	}
}

func TestAnswer(t *testing.T) {
	ack := func(errno int32, flags uint16, more ...[]byte) []byte {
		head := append([]byte(u32(uint32(-errno))), make([]byte, unix.SizeofNlMsghdr)...)
		binary.NativeEndian.PutUint32(head[4:], unix.SizeofNlMsghdr)
		return netlinkMessage(unix.NLMSG_ERROR, flags, 1, append([][]byte{head}, more...)...)
	}
	for _, test := range []struct {
		name    string
		flags   uint16
		answers [][]byte
		want    string // "" if more is to come
	}{
		{"acknowledged", unix.NLM_F_ACK, [][]byte{ack(0, 0)}, "0"},
		{"refused", unix.NLM_F_ACK, [][]byte{ack(int32(unix.EEXIST), 0)}, "-1 EEXIST (file exists)"},
		{"explained", unix.NLM_F_ACK, [][]byte{ack(int32(unix.EINVAL), 0x200, attr(unix.NLMSGERR_ATTR_MSG, "no such thing\x00"))},
			`-1 EINVAL (invalid argument): "no such thing"`},
		{"asked", unix.NLM_F_ACK, [][]byte{netlinkMessage(unix.RTM_NEWLINK, 0, 1)}, ""},
		{"asked and acknowledged", unix.NLM_F_ACK, [][]byte{netlinkMessage(unix.RTM_NEWLINK, 0, 1), ack(0, 0)}, "1 message"},
		{"dumped", unix.NLM_F_DUMP, [][]byte{netlinkMessage(unix.RTM_NEWLINK, unix.NLM_F_MULTI, 1),
			netlinkMessage(unix.RTM_NEWLINK, unix.NLM_F_MULTI, 1), netlinkMessage(unix.NLMSG_DONE, unix.NLM_F_MULTI, 1, []byte(u32(0)))}, "2 messages"},
	} {
		r := &request{seq: 1, flags: test.flags}
		got := ""
		for _, b := range test.answers {
			if result, over := r.answer(only(t, b)); over {
				got = result
			}
		}
		if got != test.want {
			t.Errorf("%s: %q instead of %q", test.name, got, test.want)
		}
	}
}

// FuzzNetlink: what a process sends is not to be trusted.
func FuzzNetlink(f *testing.F) {
	f.Add(netlinkMessage(unix.RTM_NEWROUTE, 0, 1, make([]byte, 12), attr(unix.RTA_MULTIPATH, "\x08\x00\x00\x00\x01\x00\x00\x00")))
	f.Add(netlinkMessage(unix.RTM_NEWLINK, 0, 1, make([]byte, 16), attr(unix.IFLA_PROP_LIST, string(attr(unix.IFLA_ALT_IFNAME, "x")))))
	f.Add(netlinkMessage(unix.NLMSG_ERROR, 0x200, 1, make([]byte, 20)))
	nowhere := &socket{fd: -1, t: &task{}}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &request{}
		for m := range messages(b) {
			for _, kind := range []uint16{unix.RTM_NEWLINK, unix.RTM_NEWADDR, unix.RTM_NEWROUTE, unix.RTM_NEWNEIGH, unix.RTM_NEWRULE, unix.RTM_NEWQDISC, unix.RTM_NEWNSID} {
				m.kind = kind
				routeMessage(nowhere, m)
			}
			netfilterMessage(m)
			genericMessage(m)
			m.kind = unix.NLMSG_ERROR
			r.answer(m)
		}
	})
}
