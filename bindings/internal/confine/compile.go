package confine

import (
	"fmt"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Offsets in struct seccomp_data, see seccomp(2). All architectures of the table are little endian.
const (
	offNr   = 0
	offArch = 4
	offArgs = 16
)

// Compile makes the classic BPF program of a profile. It first tells the
// architectures apart and then finds a call's action by binary search, in about
// eight comparisons where a profile names hundreds of calls.
func Compile(p *Profile) ([]unix.SockFilter, error) {
	program, err := p.program()
	if err != nil {
		return nil, err
	}
	return sockFilter(program)
}

func (p *Profile) program() ([]bpf.Instruction, error) {
	def, err := p.Default.value()
	if err != nil {
		return nil, fmt.Errorf("default: %w", err)
	}
	names := p.Architectures
	if len(names) == 0 {
		names = []string{NativeArch()}
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	a := &assembler{rets: map[uint32]label{}}
	next := a.ret(unix.SECCOMP_RET_KILL_PROCESS)
	seen := map[string]bool{}
	for _, name := range slices.Backward(names) {
		column, err := archIndex(name)
		if err != nil {
			return nil, err
		}
		if seen[name] {
			return nil, fmt.Errorf("architecture %q is given twice", name)
		}
		seen[name] = true
		spans := p.spans(column, def)
		start := a.section(column, spans)
		next = a.branch(bpf.JumpEqual, arches[column].audit, start, next)
	}
	a.load(offArch, 1<<32-1)
	return a.program(), nil
}

func (p *Profile) check() error {
	for i, r := range p.Rules {
		err := r.check()
		if err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
	}
	return nil
}

func (r *Rule) check() error {
	if len(r.Names) == 0 {
		return fmt.Errorf("no system calls")
	}
	if _, err := r.Action.value(); err != nil {
		return err
	}
	for _, g := range r.Args {
		if err := g.check(); err != nil {
			return err
		}
	}
	for _, name := range r.Names {
		if _, err := lookup(name); err != nil {
			return err
		}
	}
	return nil
}

// A span is a row of system calls, up to the next span, that have one outcome:
// the first of the choices whose conditions hold, or else the result.
type span struct {
	start   int
	choices []choice
	result  uint32
}

type choice struct {
	args   []Arg
	result uint32
}

// spans sorts the calls of an architecture by number. The first span starts at 0.
func (p *Profile) spans(column int, def uint32) []span {
	byNr := map[int]*span{}
	decided := map[int]bool{} // a rule without conditions was there: later ones do not count
	for _, r := range p.Rules {
		result, _ := r.Action.value() // checked before
		for _, name := range r.Names {
			nr, _ := lookup(name)
			n := nr[column]
			if n < 0 || decided[n] {
				continue
			}
			s := byNr[n]
			if s == nil {
				s = &span{start: n, result: def}
				byNr[n] = s
			}
			if len(r.Args) > 0 {
				s.choices = append(s.choices, choice{r.Args, result})
				continue
			}
			s.result, decided[n] = result, true
		}
	}
	var calls []int
	for n := range byNr {
		calls = append(calls, n)
	}
	slices.Sort(calls)
	out := []span{{start: 0, result: def}}
	add := func(s span) {
		last := &out[len(out)-1]
		if len(s.choices) == 0 && len(last.choices) == 0 && last.result == s.result {
			return
		}
		if last.start == s.start {
			*last = s
			return
		}
		out = append(out, s)
	}
	for _, n := range calls {
		add(*byNr[n])
		add(span{start: n + 1, result: def})
	}
	return out
}

// section decides about a call of one architecture.
func (a *assembler) section(column int, spans []span) label {
	at := a.search(spans)
	if arches[column].name == "x86_64" {
		// Numbers of x32 calls are refused; -1 is what a tracer sets to skip a call.
		x32 := a.branch(bpf.JumpEqual, 1<<32-1, at, a.ret(unix.SECCOMP_RET_KILL_PROCESS))
		at = a.branch(bpf.JumpGreaterOrEqual, x32Bit, x32, at)
	}
	return a.load0(offNr, at)
}

// load0 reads a word and goes on at the label, which may have been written some time before.
func (a *assembler) load0(offset uint32, to label) label {
	if a.distance(to) > 0 {
		a.emit(bpf.Jump{Skip: uint32(a.distance(to))})
	}
	return a.load(offset, 1<<32-1)
}

// search finds the span of the call number in the accumulator.
func (a *assembler) search(spans []span) label {
	if len(spans) == 1 {
		return a.decide(spans[0])
	}
	mid := len(spans) / 2
	above := a.search(spans[mid:])
	below := a.search(spans[:mid])
	return a.branch(bpf.JumpGreaterOrEqual, uint32(spans[mid].start), above, below)
}

// decide looks at the arguments, where the outcome depends on them.
func (a *assembler) decide(s span) label {
	next := a.ret(s.result)
	for _, c := range slices.Backward(s.choices) {
		at := a.ret(c.result)
		for _, g := range slices.Backward(c.args) {
			at = a.compare(g, at, next)
		}
		next = at
	}
	return next
}

// compare tests an argument, the upper half of its 64 bits first.
func (a *assembler) compare(g Arg, yes, no label) label {
	mask := g.Mask
	if mask == 0 {
		mask = 1<<64 - 1
	}
	test := bpf.JumpTest(bpf.JumpEqual)
	switch g.Op {
	case "ne":
		yes, no = no, yes
	case "gt":
		test = bpf.JumpGreaterThan
	case "le":
		test, yes, no = bpf.JumpGreaterThan, no, yes
	case "ge":
		test = bpf.JumpGreaterOrEqual
	case "lt":
		test, yes, no = bpf.JumpGreaterOrEqual, no, yes
	}
	low := uint32(offArgs + 8*g.Index)
	a.branch(test, uint32(g.Value), yes, no)
	lower := a.load(low, uint32(mask))
	high := a.branch(bpf.JumpEqual, uint32(g.Value>>32), lower, no)
	if test != bpf.JumpEqual {
		a.branch(bpf.JumpGreaterThan, uint32(g.Value>>32), yes, high)
	}
	return a.load(low+4, uint32(mask>>32))
}
