package repl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nslua/lua/luadoc"
)

// settings are what :set and its like change.
type settings struct {
	output  string // "table", "lua" or "json"
	depth   int
	items   int
	pager   bool
	timing  bool
	explain bool
	diff    bool
}

func defaults() settings { return settings{output: "table", depth: 6, items: 200, pager: true} }

// setting is one of them by name.
type setting struct {
	name, about string
	values      []string // nil: a number
	get         func(s *settings) string
	set         func(s *settings, value string)
}

func settingList() []setting {
	onOff := []string{"on", "off"}
	flag := func(name, about string, of func(s *settings) *bool) setting {
		return setting{name, about, onOff,
			func(s *settings) string {
				if *of(s) {
					return "on"
				}
				return "off"
			},
			func(s *settings, v string) { *of(s) = v == "on" }}
	}
	number := func(name, about string, of func(s *settings) *int) setting {
		return setting{name, about, nil,
			func(s *settings) string { return strconv.Itoa(*of(s)) },
			func(s *settings, v string) { *of(s), _ = strconv.Atoi(v) }}
	}
	return []setting{
		{"output", "how results are shown", []string{"table", "lua", "json"},
			func(s *settings) string { return s.output }, func(s *settings, v string) { s.output = v }},
		number("depth", "how deep tables are shown", func(s *settings) *int { return &s.depth }),
		number("items", "how much of a table is shown", func(s *settings) *int { return &s.items }),
		flag("pager", "long results go through $PAGER", func(s *settings) *bool { return &s.pager }),
		flag("time", "tell how long each input takes", func(s *settings) *bool { return &s.timing }),
		flag("explain", "show the classic commands for each input", func(s *settings) *bool { return &s.explain }),
		flag("diff", "show what each input changes in the kernel", func(s *settings) *bool { return &s.diff }),
	}
}

func settingNames() []string {
	var names []string
	for _, s := range settingList() {
		names = append(names, s.name)
	}
	return names
}

// set is :set NAME VALUE; without a name it lists the settings.
func (p *Prompt) set(args string) error {
	name, value, _ := strings.Cut(args, " ")
	value = strings.TrimSpace(value)
	for _, s := range settingList() {
		if name == "" || name == s.name && value == "" {
			fmt.Fprintf(p.Out, "%-8s %-6s %s\n", s.name, s.get(&p.settings), s.about)
			continue
		}
		if name != s.name {
			continue
		}
		if s.values == nil {
			if n, err := strconv.Atoi(value); err != nil || n < 1 {
				return fmt.Errorf("setting %s: a number above 0 expected, got '%s'", name, value)
			}
		} else if !slices.Contains(s.values, value) {
			return fmt.Errorf("setting %s: %s expected, got '%s'", name, strings.Join(s.values, " or "), value)
		}
		s.set(&p.settings, value)
		return nil
	}
	if name == "" || slices.Contains(settingNames(), name) {
		return nil
	}
	if near, ok := luadoc.Nearest(name, settingNames()); ok {
		return fmt.Errorf("unknown setting '%s', did you mean '%s'?", name, near)
	}
	return fmt.Errorf("unknown setting '%s'; :set lists them", name)
}
