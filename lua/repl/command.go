package repl

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"nslua/lua"
	"nslua/lua/luadoc"
)

// kind says what an input is.
type kind int

const (
	luaInput    kind = iota
	metaInput        // :set output json
	shellInput       // !ls
	helpInput        // mount.bind?
	sourceInput      // f??
	searchInput      // ?veth
)

var asked = regexp.MustCompile(`^([\w.:\[\]"']+?)(\?\??)$`)

// command tells what an input is, and the rest of it without the mark.
func command(text string) (kind, string) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "\n") {
		return luaInput, text
	}
	switch {
	case strings.HasPrefix(text, ":") && !strings.HasPrefix(text, "::"):
		return metaInput, text[1:]
	case strings.HasPrefix(text, "!"):
		return shellInput, strings.TrimSpace(text[1:])
	case strings.HasPrefix(text, "?"):
		return searchInput, strings.TrimSpace(text[1:])
	}
	if m := asked.FindStringSubmatch(text); m != nil {
		if m[2] == "??" {
			return sourceInput, m[1]
		}
		return helpInput, m[1]
	}
	return luaInput, text
}

// meta is one of the prompt's own commands.
type meta struct {
	args  string // as the help shows them
	about string
	run   func(p *Prompt, args string) error
	words []string // what its argument may begin with, for completion
}

// metas are the commands by name.
func metas() map[string]meta {
	return map[string]meta{
		"help":    {"", "this list", (*Prompt).helpMeta, nil},
		"set":     {"[NAME VALUE]", "show or change a setting", (*Prompt).set, settingNames()},
		"why":     {"", "the full story of the last error", (*Prompt).why, nil},
		"explain": {"[on|off]", "the classic commands for the last input, or for each", (*Prompt).explain, []string{"on", "off"}},
		"diff":    {"[on|off]", "show what each input changes in the kernel", (*Prompt).diff, []string{"on", "off"}},
		"trace":   {"", "how to see every operation the kernel is asked for", (*Prompt).trace, nil},
		"undo":    {"", "undo the last step that can be undone", (*Prompt).undo, nil},
		"pending": {"", "list what would be undone at the end", (*Prompt).pending, nil},
		"save":    {"[--shell] FILE", "write the inputs that succeeded as a script", (*Prompt).save, []string{"--shell"}},
		"enter":   {"EXPRESSION", "a prompt inside a namespace; Ctrl-D comes back", (*Prompt).enter, nil},
		"time":    {"[INPUT|on|off]", "tell how long an input takes", (*Prompt).time, []string{"on", "off"}},
		"edit":    {"", "edit the last input with $EDITOR and run it", (*Prompt).edit, nil},
		"history": {"[WORD]", "list earlier inputs", (*Prompt).history, nil},
		"reset":   {"", "forget the session's globals", (*Prompt).reset, nil},
		"quit":    {"", "leave", (*Prompt).quit, nil},
	}
}

// do does an input that is no Lua.
func (p *Prompt) do(k kind, text string) error {
	switch k {
	case shellInput:
		return p.shell(text)
	case helpInput:
		return p.help(text)
	case sourceInput:
		return p.source(text)
	case searchInput:
		return p.search(text)
	}
	name, args, _ := strings.Cut(strings.TrimSpace(text), " ")
	all := metas()
	m, ok := all[name]
	if !ok {
		names := slices.Sorted(maps.Keys(all))
		var begin []string
		for _, n := range names {
			if name != "" && strings.HasPrefix(n, name) {
				begin = append(begin, n)
			}
		}
		if len(begin) != 1 {
			if near, found := luadoc.Nearest(name, names); found {
				return fmt.Errorf("unknown command ':%s', did you mean ':%s'?", name, near)
			}
			return fmt.Errorf("unknown command ':%s'; :help lists them", name)
		}
		m = all[begin[0]]
	}
	return m.run(p, strings.TrimSpace(args))
}

// run runs a program with proc.run, unseen by those who watch what the session does.
func (p *Prompt) run(argv *lua.Table) (ok bool) {
	f, err := p.State.Load("proc.run(...)", "prompt")
	if err != nil {
		p.failed(err)
		return false
	}
	p.State.Unobserved(func() { ok = p.ended(p.foreground(f, argv)) })
	return ok
}

// foreground runs f, which waits for a program that has the terminal. Ctrl-C is
// for the program alone, as in any shell.
func (p *Prompt) foreground(f *lua.Function, args ...lua.Value) lua.Outcome {
	p.Host.Reading(func() {})
	defer p.Host.Reading(nil)
	return p.State.Run(f, args...)
}

// argv is a table of words as proc.run takes it.
func (p *Prompt) argv(words ...string) *lua.Table {
	t := p.State.NewTable()
	for i, w := range words {
		t.RawSetInt(i+1, lua.String(w))
	}
	return t
}

// shell runs a command of sh(1) where the prompt is.
func (p *Prompt) shell(text string) error {
	if text == "" {
		text = `exec "${SHELL:-sh}"`
	}
	p.count++
	p.last = entry{text: fmt.Sprintf("proc.run{\"sh\", \"-c\", %s}", quote(text)), pendingBefore: len(p.State.Pending())}
	in, err := p.State.LoadInput(p.last.text, fmt.Sprintf("[%d]", p.count))
	if err != nil {
		return err
	}
	p.recorder.before()
	o := p.foreground(in.Run)
	if !p.ended(o) {
		p.recorder.after(false)
		return nil
	}
	p.succeeded()
	if t, isTable := first(o.Results).(*lua.Table); isTable {
		if code, _ := t.RawGetString("code").(lua.Number); code != 0 {
			fmt.Fprintf(p.Err, "exit status %d\n", int(code))
		}
	}
	return nil
}

func first(values []lua.Value) lua.Value {
	if len(values) == 0 {
		return lua.Nil
	}
	return values[0]
}

// timed runs f and tells how long it took.
func (p *Prompt) timed(f func() lua.Outcome) (lua.Outcome, time.Duration) {
	begin := time.Now()
	o := f()
	return o, time.Since(begin).Round(time.Microsecond)
}

func (p *Prompt) time(args string) error {
	switch args {
	case "on", "off":
		p.settings.timing = args == "on"
	case "":
		return fmt.Errorf(":time INPUT, :time on or :time off")
	default:
		was := p.settings.timing
		p.settings.timing = true
		p.input(args)
		p.settings.timing = was
	}
	return nil
}

func (p *Prompt) quit(string) error {
	p.leaving = p.mayLeave()
	return nil
}

func (p *Prompt) reset(string) error {
	p.State.DropGlobals()
	p.entries, p.last, p.failure = nil, entry{}, nil
	if n := len(p.State.Pending()); n > 0 {
		fmt.Fprintf(p.Err, "The globals are gone. What was made stays until the end; :pending lists it.\n")
	}
	return nil
}

func (p *Prompt) undo(string) error {
	n := len(p.State.Pending())
	what, err := p.State.UndoLast()
	switch {
	case err != nil:
		return err
	case what == "":
		fmt.Fprintln(p.Err, "There is nothing to undo.")
	default:
		p.entries = slices.DeleteFunc(p.entries, func(e entry) bool { return e.pendingBefore == n-1 && e.pendingAfter == n })
		fmt.Fprintf(p.Err, "undone: %s\n", what)
	}
	return nil
}

func (p *Prompt) pending(string) error {
	for _, what := range p.State.Pending() {
		fmt.Fprintln(p.Out, what)
	}
	return nil
}

func (p *Prompt) trace(string) error {
	fmt.Fprintln(p.Err, "A shell can't trace itself: leave, and start it as nslua --trace, or --trace=FILE to keep the screen for the prompt.")
	return nil
}

func (p *Prompt) history(word string) error {
	for _, item := range p.History.Items() {
		if strings.Contains(item, word) {
			fmt.Fprintln(p.Out, item)
		}
	}
	return nil
}
