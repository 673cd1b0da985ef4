package lua

import (
	"slices"
	"strings"
)

// switches are the ---@diagnostic comments of a script.
type switches struct {
	lines map[int][]string // kinds that are off in one line; an empty list: all
	from  []toggle
}

// toggle turns kinds off or on from a line on.
type toggle struct {
	line  int
	on    bool
	kinds []string
}

// diagnostics reads the comments with which LuaLS and Check are told to say nothing.
func diagnostics(text string) *switches {
	s := &switches{lines: map[int][]string{}}
	if !strings.Contains(text, "@diagnostic") {
		return s
	}
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		_, comment, found := strings.Cut(line, "---@diagnostic ")
		if !found {
			continue
		}
		action, list, _ := strings.Cut(comment, ":")
		kinds := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\r' })
		switch strings.TrimSpace(action) {
		case "disable-line":
			s.lines[n] = append(kinds, s.lines[n]...)
		case "disable-next-line":
			s.lines[n+1] = append(kinds, s.lines[n+1]...)
		case "disable":
			s.from = append(s.from, toggle{n, false, kinds})
		case "enable":
			s.from = append(s.from, toggle{n, true, kinds})
		}
	}
	return s
}

func (s *switches) disabled(f Finding) bool {
	if f.Kind == "syntax" {
		return false
	}
	if kinds, ok := s.lines[f.Line]; ok && covers(kinds, f.Kind) {
		return true
	}
	off := false
	for _, t := range s.from {
		if t.line <= f.Line && covers(t.kinds, f.Kind) {
			off = !t.on
		}
	}
	return off
}

func covers(kinds []string, kind string) bool { return len(kinds) == 0 || slices.Contains(kinds, kind) }
