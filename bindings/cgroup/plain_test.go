package cgroup

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseMount(t *testing.T) {
	for _, tt := range []struct {
		line    string
		version int
		want    *Mount
	}{
		{"41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw", 2, &Mount{Dir: "/sys/fs/cgroup/unified", root: "/"}},
		{"32 31 0:29 /a /mnt/a\\040b rw shared:9 - cgroup cgroup rw,cpu,cpuacct", 1, &Mount{Dir: "/mnt/a b", root: "/a", Controllers: []string{"cpu", "cpuacct"}}},
		{"40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd", 1, &Mount{Dir: "/sys/fs/cgroup/systemd", root: "/"}},
		{"31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755", 0, nil},
	} {
		if got, version := parseMount(tt.line); version != tt.version || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, v%d", tt.line, got, version)
		}
	}
}

func TestShown(t *testing.T) {
	for _, tt := range []struct {
		root, membership, want string
		ok                     bool
	}{
		{"/", "/a/b", "/a/b", true},
		{"/a", "/a/b", "/b", true},
		{"/a", "/a", "/", true},
		{"/a", "/b", "/b", false},
		{"/../..", "/", "", false},
	} {
		got, ok := (&Mount{root: tt.root}).shown(tt.membership)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s in %s: %s, %v", tt.membership, tt.root, got, ok)
		}
	}
}

func TestBandwidth(t *testing.T) {
	for _, tt := range []struct {
		cpus          float64
		period        time.Duration
		quota, length int64
	}{
		{0.5, 0, 50000, 100000},
		{2, 50 * time.Millisecond, 100000, 50000},
		{0.002, 0, 1000, 500000},
		{0.001, 0, 1000, 1000000},
	} {
		if quota, length := bandwidth(tt.cpus, tt.period); quota != tt.quota || length != tt.length {
			t.Errorf("%v processors in %s: %d/%d", tt.cpus, tt.period, quota, length)
		}
	}
}

func TestWeights(t *testing.T) {
	for weight, shares := range map[int64]int64{1: 10, 50: 512, 100: 1024, 200: 2048, 10000: 102400} {
		if got := weightToShares(weight); got != shares {
			t.Errorf("weight %d: %d shares", weight, got)
		}
		if got := SharesToWeight(shares); got != weight {
			t.Errorf("%d shares: weight %d", shares, got)
		}
	}
}

func TestDeviceRule(t *testing.T) {
	for text, want := range map[string]string{
		"/dev/null rw": "c 1:3 rw", "c 1:5 r": "c 1:5 r", "b *:* m": "b *:* m", "b 8:*": "b 8:* rwm", "a": "a", "a *:* rwm": "a",
	} {
		r, err := ParseDeviceRule(text)
		if err != nil || r.String() != want {
			t.Errorf("%q: %s, %v", text, r, err)
		}
	}
	for _, text := range []string{"", "c", "c 1", "c 1:x", "d 1:3", "c 1:3 q", "c 1:3 r w", "/", "/no/such"} {
		if r, err := ParseDeviceRule(text); err == nil {
			t.Errorf("%q: %s", text, r)
		}
	}
}

func TestParseKeyed(t *testing.T) {
	got := parseKeyed("usage_usec 12\nmax max\nbroken\nhuge 9223372036854771712\n")
	if want := map[string]int64{"usage_usec": 12, "max": Unlimited, "huge": Unlimited}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestParsePressure(t *testing.T) {
	got := parsePressure("some avg10=12.50 avg60=3.00 avg300=0.01 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
	want := map[string]Pressure{"some": {0.125, 0.03, 0.0001, 1500 * time.Millisecond}, "full": {}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestFormat(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 1023: "1023", 1536: "1.5K", 200 << 20: "200M", 3 << 30: "3.0G"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	if got := sparkline([]float64{0, 0.2, 2, 4}, 4); got != "▁▂▄▇" && got != "▁▁▄█" && got != "▁▁▄▇" {
		t.Errorf("%s", got)
	}
}

func TestSampler(t *testing.T) {
	p := sampler{metrics: metricsOf([]string{"cpu", "pids"})}
	at := time.Unix(0, 0)
	stat := func(cpu time.Duration, pids int64) *Stat {
		return &Stat{CPU: &CPUStat{Usage: cpu}, PIDs: &PIDsStat{Current: pids}}
	}
	if got := p.next(stat(time.Second, 3), at); !reflect.DeepEqual(got, []float64{0, 3}) {
		t.Errorf("first: %v", got)
	}
	if got := p.next(stat(2*time.Second, 4), at.Add(2*time.Second)); !reflect.DeepEqual(got, []float64{0.5, 4}) {
		t.Errorf("then: %v", got)
	}
}

func TestResolve(t *testing.T) {
	h, err := Discover()
	if err != nil {
		t.Skip(err)
	}
	for name, want := range map[string]string{"/a/../b": "/b", "/": "/", "": "", "..": "", "a/../../b": "", "a\nb": ""} {
		if !strings.HasPrefix(name, "/") {
			if _, err := h.Base(); err != nil {
				continue
			}
		}
		if got, err := h.Resolve(name); got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}
