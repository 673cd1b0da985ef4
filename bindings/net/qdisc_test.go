package net

import (
	"fmt"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
	"reflect"
	"testing"
	"time"
)

// TestQdiscOptions encodes the options of every discipline and decodes what the kernel would be sent.
func TestQdiscOptions(t *testing.T) {
	for _, tc := range []struct {
		kind string
		in   Values
		want Values // nil: as in
	}{
		{"netem", Values{"delay": 10 * time.Millisecond, "jitter": 2 * time.Millisecond, "loss": 5.0, "loss_correlation": 25.0,
			"limit": uint64(100), "rate": uint64(8_000_000)}, nil},
		{"netem", Values{"delay": time.Second, "reorder": 50.0, "duplicate": 0.1, "corrupt": 1.5},
			Values{"delay": time.Second, "reorder": 50.0, "duplicate": 0.1, "corrupt": 1.5, "gap": uint64(1), "limit": uint64(netemLimit)}},
		{"netem", Values{"rate": uint64(80_000_000_000)}, Values{"rate": uint64(80_000_000_000), "limit": uint64(netemLimit)}},
		{"tbf", Values{"rate": uint64(8_000_000), "burst": uint64(2000), "limit": uint64(9000)}, nil},
		{"tbf", Values{"rate": uint64(8_000_000), "burst": uint64(2000), "latency": 10 * time.Millisecond},
			Values{"rate": uint64(8_000_000), "burst": uint64(2000), "limit": uint64(12000)}},
		{"htb", Values{"default": uint64(0x20)}, Values{"default": uint64(0x20), "r2q": uint64(10)}},
		{"prio", Values{"bands": uint64(2), "priomap": []int{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}}, nil},
		{"pfifo", Values{"limit": uint64(7)}, nil},
		{"fq_codel", Values{"target": 5 * time.Millisecond, "limit": uint64(500), "ecn": true, "quantum": uint64(300)}, nil},
		{"codel", Values{"interval": 100 * time.Millisecond}, nil},
		{"fq", Values{"limit": uint64(9), "pacing": false}, nil},
	} {
		t.Run(fmt.Sprint(tc.kind, tc.in), func(t *testing.T) {
			q, ok := qdiscNamed(tc.kind)
			if !ok {
				t.Fatal("no such discipline")
			}
			m := &Message{}
			if err := q.encode(m, tc.in); err != nil {
				t.Fatal(err)
			}
			if tc.want == nil {
				tc.want = tc.in
			}
			if got := q.decode(find(payload(m), nl.TCA_OPTIONS)); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestMergeKeeps(t *testing.T) {
	q, _ := qdiscNamed("netem")
	m := &Message{}
	if err := q.encode(m, Values{"delay": 10 * time.Millisecond, "loss": 5.0}); err != nil {
		t.Fatal(err)
	}
	now := merge(q.decode(find(payload(m), nl.TCA_OPTIONS)), Values{"loss": 1.0})
	if now["delay"] != 10*time.Millisecond || now["loss"] != 1.0 {
		t.Errorf("merged to %v", now)
	}
}

func TestHandles(t *testing.T) {
	for text, want := range map[string]uint32{"root": tcRoot, "1:": 0x10000, "1:10": 0x10010, "ffff:": 0xffff0000, ":1": 0} {
		h, err := ParseHandle(text)
		if text == ":1" {
			if err == nil {
				t.Error(":1 is taken for a handle")
			}
			continue
		}
		if err != nil || h != want || HandleText(h) != text {
			t.Errorf("%s: %#x %v, back %s", text, h, err, HandleText(h))
		}
	}
	for _, bad := range []string{"", "1", "x:1", "1:x", "10000:"} {
		if _, err := ParseHandle(bad); err == nil {
			t.Errorf("%q is taken for a handle", bad)
		}
	}
}

// payload is what follows a message's header.
func payload(m *Message) []byte { return m.Serialize()[unix.SizeofNlMsghdr:] }
