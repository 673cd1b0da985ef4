package net

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// qdisc is a kind of queueing discipline: its options, and their way to the kernel and back.
type qdisc struct {
	name    string
	options []Option
	encode  func(*Message, Values) error
	decode  func([]byte) Values
	config  string
}

func share(name string) Option   { return Option{Name: name, kind: percent} }
func bitrate(name string) Option { return Option{Name: name, kind: rate} }
func amount(name string) Option  { return Option{Name: name, kind: size} }
func period(name string) Option  { return Option{Name: name, kind: span, unit: 1} }
func count(name string) Option   { return Option{Name: name, size: 4} }

// qdiscs are the disciplines that net.tc makes.
func qdiscs() []qdisc {
	list := []qdisc{
		{"netem", []Option{
			period("delay"), period("jitter"), share("delay_correlation"), share("loss"), share("loss_correlation"),
			share("duplicate"), share("duplicate_correlation"), share("reorder"), share("reorder_correlation"), count("gap"),
			share("corrupt"), share("corrupt_correlation"), bitrate("rate"), count("limit"),
		}, encodeNetem, decodeNetem, "NET_SCH_NETEM"},
		{"tbf", []Option{
			bitrate("rate"), amount("burst"), period("latency"), amount("limit"), bitrate("peakrate"), amount("mtu"),
		}, encodeTBF, decodeTBF, "NET_SCH_TBF"},
		{"htb", []Option{count("default"), count("r2q"), count("direct_qlen")}, encodeHTB, decodeHTB, "NET_SCH_HTB"},
		{"prio", []Option{count("bands"), {Name: "priomap", kind: numbers}}, encodePrio, decodePrio, "NET_SCH_PRIO"},
	}
	for _, fifo := range []string{"pfifo", "bfifo"} {
		list = append(list, qdisc{fifo, []Option{count("limit")}, encodeFIFO, decodeFIFO, "NET_SCHED"})
	}
	for _, plain := range []string{"ingress", "clsact"} {
		list = append(list, qdisc{plain, nil, func(*Message, Values) error { return nil }, func([]byte) Values { return nil }, "NET_SCH_INGRESS"})
	}
	us := time.Microsecond
	return append(list,
		fromTable("fq_codel", "NET_SCH_FQ_CODEL", inUnits("target", 1, us), num32("limit", 2), inUnits("interval", 3, us), yes32("ecn", 4),
			num32("flows", 5), num32("quantum", 6), inUnits("ce_threshold", 7, us), num32("drop_batch", 8), num32("memory_limit", 9)),
		fromTable("codel", "NET_SCH_CODEL", inUnits("target", 1, us), num32("limit", 2), inUnits("interval", 3, us), yes32("ecn", 4),
			inUnits("ce_threshold", 5, us)),
		fromTable("fq", "NET_SCH_FQ", num32("limit", 1), num32("flow_limit", 2), num32("quantum", 3), num32("initial_quantum", 4),
			yes32("pacing", 5), inUnits("refill_delay", 9, us), num32("orphan_mask", 10), inUnits("ce_threshold", 12, us)),
	)
}

// fromTable is a discipline whose options are attributes.
func fromTable(name, config string, options ...Option) qdisc {
	return qdisc{name, options, func(m *Message, v Values) (err error) {
		m.nest(nl.TCA_OPTIONS, func() { err = encode(m, options, v, nil) })
		return err
	}, func(b []byte) Values { return decode(options, b, nil) }, config}
}

func qdiscNamed(name string) (qdisc, bool) {
	for _, q := range qdiscs() {
		if q.name == name {
			return q, true
		}
	}
	return qdisc{}, false
}

// get is a value, the zero value if it is not given.
func get[T any](v Values, name string) T {
	t, _ := v[name].(T)
	return t
}

// chance is a percentage as the kernel counts it: all is 2³²-1.
func chance(v Values, name string) uint32 {
	return uint32(math.Round(get[float64](v, name) / 100 * math.MaxUint32))
}

func fromChance(n uint32) float64 {
	return math.Round(float64(n)/math.MaxUint32*100*1e6) / 1e6
}

func words32(b []byte) []uint32 {
	var out []uint32
	for ; len(b) >= 4; b = b[4:] {
		out = append(out, binary.NativeEndian.Uint32(b))
	}
	return out
}

func put32(words ...uint32) []byte {
	var b []byte
	for _, w := range words {
		b = binary.NativeEndian.AppendUint32(b, w)
	}
	return b
}

const netemLimit = 1000

func encodeNetem(m *Message, v Values) error {
	limit := uint32(netemLimit)
	if n := get[uint64](v, "limit"); n != 0 {
		limit = uint32(n)
	}
	gap := uint32(get[uint64](v, "gap"))
	delay, jitter := get[time.Duration](v, "delay"), get[time.Duration](v, "jitter")
	reorder := chance(v, "reorder")
	switch {
	case reorder != 0 && delay == 0:
		return fmt.Errorf("reorder needs a delay that the reordered packets skip: %w", unix.EINVAL)
	case reorder != 0 && gap == 0:
		gap = 1
	case delay < 0 || jitter < 0:
		return fmt.Errorf("a delay can't be negative: %w", unix.EINVAL)
	}
	m.nest(nl.TCA_OPTIONS, func() {
		m.open.Data = put32(ticksOf(delay), limit, chance(v, "loss"), gap, chance(v, "duplicate"), ticksOf(jitter))
		m.bytes(1, put32(chance(v, "delay_correlation"), chance(v, "loss_correlation"), chance(v, "duplicate_correlation")))
		m.bytes(3, put32(reorder, chance(v, "reorder_correlation")))
		m.bytes(4, put32(chance(v, "corrupt"), chance(v, "corrupt_correlation")))
		if r := get[uint64](v, "rate") / 8; r != 0 {
			m.bytes(6, put32(uint32(min(r, math.MaxUint32)), 0, 0, 0))
			m.u64(8, r)
		}
		m.u64(10, uint64(delay))
		m.u64(11, uint64(jitter))
	})
	return nil
}

func decodeNetem(b []byte) Values {
	const fixed = 24
	if len(b) < fixed {
		return nil
	}
	w := words32(b[:fixed])
	v := Values{"delay": ofTicks(w[0]), "limit": uint64(w[1]), "loss": fromChance(w[2]), "gap": uint64(w[3]),
		"duplicate": fromChance(w[4]), "jitter": ofTicks(w[5])}
	for typ, a := range attributes(b[fixed:]) {
		w := append(words32(a), 0, 0, 0)
		switch typ {
		case 1:
			v["delay_correlation"], v["loss_correlation"], v["duplicate_correlation"] = fromChance(w[0]), fromChance(w[1]), fromChance(w[2])
		case 3:
			v["reorder"], v["reorder_correlation"] = fromChance(w[0]), fromChance(w[1])
		case 4:
			v["corrupt"], v["corrupt_correlation"] = fromChance(w[0]), fromChance(w[1])
		case 6:
			if v["rate"] == nil {
				v["rate"] = uint64(w[0]) * 8
			}
		case 8:
			v["rate"] = uintOf(a) * 8
		case 10:
			v["delay"] = time.Duration(uintOf(a))
		case 11:
			v["jitter"] = time.Duration(uintOf(a))
		}
	}
	for name, value := range v { // what is not in effect is not worth telling
		if value == 0.0 || value == uint64(0) || value == time.Duration(0) {
			delete(v, name)
		}
	}
	return v
}

// tick is the packet scheduler's unit of time (PSCHED_SHIFT).
const tick = 64 * time.Nanosecond

func ticksOf(d time.Duration) uint32 { return uint32(min(d/tick, math.MaxUint32)) }
func ofTicks(n uint32) time.Duration { return time.Duration(n) * tick }

// ratespec is struct tc_ratespec: bytes a second over Ethernet, so that the kernel needs no table of times.
func ratespec(bytes uint64) []byte {
	const ethernet = 1
	return append([]byte{0, ethernet, 0, 0, 0, 0, 0, 0}, nl.Uint32Attr(uint32(min(bytes, math.MaxUint32)))...)
}

func encodeTBF(m *Message, v Values) error {
	r, burst := get[uint64](v, "rate")/8, get[uint64](v, "burst")
	limit, latency := get[uint64](v, "limit"), get[time.Duration](v, "latency")
	peak, mtu := get[uint64](v, "peakrate")/8, get[uint64](v, "mtu")
	switch {
	case r == 0 || burst == 0:
		return fmt.Errorf("rate and burst are needed: %w", unix.EINVAL)
	case limit == 0 && latency == 0:
		return fmt.Errorf("either latency or limit is needed: %w", unix.EINVAL)
	case peak != 0 && mtu == 0:
		return fmt.Errorf("peakrate needs mtu: %w", unix.EINVAL)
	case latency != 0:
		limit = uint64(float64(r)*latency.Seconds()) + burst
	}
	m.nest(nl.TCA_OPTIONS, func() {
		b := append(ratespec(r), make([]byte, 12)...)
		if peak != 0 {
			b = append(ratespec(r), ratespec(peak)...)
		}
		m.bytes(1, append(b, put32(uint32(min(limit, math.MaxUint32)), ticksOf(sendTime(burst, r)), uint32(mtu))...))
		m.u32(6, uint32(burst))
		if r > math.MaxUint32 {
			m.u64(4, r)
		}
		if peak != 0 {
			m.u32(7, uint32(mtu))
			if peak > math.MaxUint32 {
				m.u64(5, peak)
			}
		}
	})
	return nil
}

// sendTime is how long bytes take at so many bytes a second.
func sendTime(bytes, rate uint64) time.Duration {
	return time.Duration(float64(bytes) / float64(rate) * 1e9)
}

func decodeTBF(b []byte) Values {
	p := find(b, 1)
	if len(p) < 36 {
		return nil
	}
	r := uint64(binary.NativeEndian.Uint32(p[8:]))
	if wide := find(b, 4); wide != nil {
		r = uintOf(wide)
	}
	w := words32(p[24:36])
	// The kernel keeps the burst as a time; bytes are what passes in it.
	burst := uint64(math.Round(ofTicks(w[1]).Seconds() * float64(r)))
	v := Values{"rate": r * 8, "limit": uint64(w[0]), "burst": burst}
	if peak := uint64(binary.NativeEndian.Uint32(p[20:])); peak != 0 {
		v["peakrate"], v["mtu"] = peak*8, uint64(w[2])
	}
	return v
}

func encodeHTB(m *Message, v Values) error {
	r2q := uint32(10)
	if n := get[uint64](v, "r2q"); n != 0 {
		r2q = uint32(n)
	}
	m.nest(nl.TCA_OPTIONS, func() {
		m.bytes(2, put32(3, r2q, uint32(get[uint64](v, "default")), 0, 0))
		if n := get[uint64](v, "direct_qlen"); n != 0 {
			m.u32(5, uint32(n))
		}
	})
	return nil
}

func decodeHTB(b []byte) Values {
	w := words32(find(b, 2))
	if len(w) < 3 {
		return nil
	}
	v := Values{"r2q": uint64(w[1]), "default": uint64(w[2])}
	if n := find(b, 5); n != nil {
		v["direct_qlen"] = uintOf(n)
	}
	return v
}

// htbClassOptions are the options of an HTB class.
func htbClassOptions() []Option {
	return []Option{bitrate("rate"), bitrate("ceil"), amount("burst"), amount("cburst"), count("prio"), amount("quantum")}
}

// htbBurst lets a packet of the usual size pass at once.
const htbBurst = 1600

func encodeHTBClass(m *Message, v Values) error {
	r, ceil := get[uint64](v, "rate")/8, get[uint64](v, "ceil")/8
	if r == 0 {
		return fmt.Errorf("a class needs a rate: %w", unix.EINVAL)
	}
	if ceil == 0 {
		ceil = r
	}
	if ceil < r {
		return fmt.Errorf("the ceil is below the rate: %w", unix.EINVAL)
	}
	bursts := [2]uint64{htbBurst, htbBurst}
	for i, name := range []string{"burst", "cburst"} {
		if n := get[uint64](v, name); n != 0 {
			bursts[i] = n
		}
	}
	m.nest(nl.TCA_OPTIONS, func() {
		b := append(ratespec(r), ratespec(ceil)...)
		b = append(b, put32(ticksOf(sendTime(bursts[0], r)), ticksOf(sendTime(bursts[1], ceil)),
			uint32(get[uint64](v, "quantum")), 0, uint32(get[uint64](v, "prio")))...)
		m.bytes(1, b)
		if r > math.MaxUint32 {
			m.u64(6, r)
		}
		if ceil > math.MaxUint32 {
			m.u64(7, ceil)
		}
	})
	return nil
}

func decodeHTBClass(b []byte) Values {
	p := find(b, 1)
	if len(p) < 44 {
		return nil
	}
	r, ceil := uint64(binary.NativeEndian.Uint32(p[8:])), uint64(binary.NativeEndian.Uint32(p[20:]))
	if wide := find(b, 6); wide != nil {
		r = uintOf(wide)
	}
	if wide := find(b, 7); wide != nil {
		ceil = uintOf(wide)
	}
	w := words32(p[24:44])
	bytes := func(ticks uint32, rate uint64) uint64 {
		return uint64(math.Round(ofTicks(ticks).Seconds() * float64(rate)))
	}
	return Values{"rate": r * 8, "ceil": ceil * 8, "burst": bytes(w[0], r), "cburst": bytes(w[1], ceil), "quantum": uint64(w[2]),
		"prio": uint64(w[4])}
}

const prioBands = 16

func encodePrio(m *Message, v Values) error {
	bands := get[uint64](v, "bands")
	priomap := get[[]int](v, "priomap")
	if bands == 0 {
		bands = 3
	}
	if priomap == nil {
		priomap = []int{1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}
	}
	if bands < 2 || bands > prioBands || len(priomap) != prioBands {
		return fmt.Errorf("2 to 16 bands and a priomap of 16 numbers expected: %w", unix.EINVAL)
	}
	b := put32(uint32(bands))
	for _, n := range priomap {
		if n < 0 || n >= int(bands) {
			return fmt.Errorf("priomap: %d is no band, they are 0 to %d: %w", n, bands-1, unix.EINVAL)
		}
		b = append(b, byte(n))
	}
	m.bytes(nl.TCA_OPTIONS, b)
	return nil
}

func decodePrio(b []byte) Values {
	if len(b) < 4+prioBands {
		return nil
	}
	priomap := make([]int, prioBands)
	for i := range priomap {
		priomap[i] = int(b[4+i])
	}
	return Values{"bands": uintOf(b[:4]), "priomap": priomap}
}

func encodeFIFO(m *Message, v Values) error {
	if n := get[uint64](v, "limit"); n != 0 {
		m.u32(nl.TCA_OPTIONS, uint32(n))
	}
	return nil
}

func decodeFIFO(b []byte) Values { return Values{"limit": uintOf(b)} }
