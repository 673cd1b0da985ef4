package repl

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nslua/lua"
)

// recorder watches what inputs do: the classic commands for it, and the change in the kernel.
type recorder struct {
	p        *Prompt
	each     *lua.Explainer
	whole    *lua.Explainer // a shell script of the session
	commands []lua.Explanation
	total    int // of commands in the session
	last     Snapshot
	running  bool
}

// How many commands are kept of one input, and how many make a shell script of
// the session too long to be of use.
const (
	maxCommands = 1000
	maxScript   = 50000
)

func (r *recorder) start(p *Prompt) {
	r.p = p
}

// watch begins to watch the calls. It needs the documentation, which is not there at once.
func (r *recorder) watch() {
	if r.each != nil {
		return
	}
	r.each = r.p.State.Explain(func(e lua.Explanation) {
		if r.total++; r.total == maxScript {
			r.whole.Stop()
		}
		if len(r.commands) < maxCommands {
			r.commands = append(r.commands, e)
		}
		if r.p.settings.explain && r.running {
			r.p.State.Flush() // what fails here fails again at the end
			fmt.Fprintln(r.p.Err, e)
		}
	})
	r.whole = r.p.State.ExplainScript() // the later of the two is told what scopes take back
}

func (r *recorder) stop() {
	if r.each != nil {
		r.each.Stop()
		r.whole.Stop()
	}
}

// before an input runs.
func (r *recorder) before() {
	r.watch()
	r.commands, r.running = nil, true
	if s, err := r.p.Host.Snapshot(); err == nil {
		r.last = s
	}
}

// after it has run.
func (r *recorder) after(ok bool) {
	r.running = false
	r.p.last.commands = r.commands
	if r.last == nil {
		return
	}
	now, err := r.p.Host.Snapshot()
	if err != nil {
		if r.p.settings.diff {
			fmt.Fprintf(r.p.Err, "diff: %v\n", err)
		}
		return
	}
	list := changes(r.last, now)
	r.last = nil
	if ok {
		r.p.last.checks = assertions(list)
	}
	if r.p.settings.diff && len(list) > 0 {
		fmt.Fprintln(r.p.Err, summary(list))
	}
}

func onOff(name, args string, setting *bool) (bool, error) {
	switch args {
	case "on", "off":
		*setting = args == "on"
		return true, nil
	case "":
		return false, nil
	}
	return false, fmt.Errorf(":%s takes on or off, got '%s'", name, args)
}

// explain is :explain.
func (p *Prompt) explain(args string) error {
	if done, err := onOff("explain", args, &p.settings.explain); done || err != nil {
		return err
	}
	if p.last.text == "" {
		fmt.Fprintln(p.Err, "Nothing has run.")
		return nil
	}
	if len(p.last.commands) == 0 {
		fmt.Fprintln(p.Err, "The last input has asked the kernel for nothing that a command would do.")
	}
	for _, e := range p.last.commands {
		fmt.Fprintln(p.Out, e)
	}
	return nil
}

// diff is :diff.
func (p *Prompt) diff(args string) error {
	done, err := onOff("diff", args, &p.settings.diff)
	if !done && err == nil {
		return fmt.Errorf(":diff takes on or off")
	}
	return err
}

// save is :save [--shell] FILE.
func (p *Prompt) save(args string) error {
	path, shell := strings.CutPrefix(args, "--shell")
	path = strings.TrimSpace(path)
	if path == "" {
		return fmt.Errorf(":save [--shell] FILE")
	}
	text, mode := p.script(), os.FileMode(0o666)
	if shell {
		p.recorder.watch()
		if p.recorder.total >= maxScript {
			return fmt.Errorf("save %s: the session has run more than %d commands, which is no script to read", path, maxScript)
		}
		text, mode = p.recorder.whole.Script("What a session of nslua did."), 0o777
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		return err
	}
	fmt.Fprintf(p.Err, "%d inputs in %s\n", len(p.entries), path)
	return nil
}

// The names of results: the latest, and those before it.
var (
	latest  = regexp.MustCompile(`(^|[^\w.:])_($|\W)`)
	earlier = regexp.MustCompile(`(^|[^\w.:])_[1-9]($|\W)`)
)

// script is a Lua script of the inputs that succeeded.
func (p *Prompt) script() string {
	return "-- A session of nslua. Run it with: nslua FILE\n\n" + p.statements()
}

// statements are the inputs that succeeded, and checks of what they have changed.
func (p *Prompt) statements() string {
	var b strings.Builder
	for i, e := range p.entries {
		b.WriteString(e.lua(p.kept(i)) + "\n")
		for _, c := range e.checks {
			b.WriteString(c + "\n")
		}
	}
	return b.String()
}

// kept is what has to be assigned so that later inputs find the result of an input: "_", "_1, _" or nothing.
func (p *Prompt) kept(i int) string {
	is := func(re *regexp.Regexp) func(entry) bool { return func(e entry) bool { return re.MatchString(e.text) } }
	if slices.ContainsFunc(p.entries, is(earlier)) {
		return "_1, _ = rawget(_G, \"_\"), "
	}
	for _, e := range p.entries[i+1:] {
		if latest.MatchString(e.text) {
			return "_ = "
		}
		if e.expression {
			break
		}
	}
	return ""
}

// lua is the input as a statement. keep assigns its result.
func (e entry) lua(keep string) string {
	text := strings.TrimSpace(e.text)
	if !e.expression {
		return text
	}
	if keep != "" {
		return keep + text
	}
	if e.truth != "" {
		return fmt.Sprintf("assert((%s) == %s)", text, e.truth)
	}
	if strings.HasSuffix(text, ")") || strings.HasSuffix(text, "}") {
		if callLike.MatchString(text) {
			return text
		}
	}
	return "do local _ = " + text + " end"
}

// callLike recognises an expression that is a statement too.
var callLike = regexp.MustCompile(`^[A-Za-z_][\w.:]*\s*[({"']`)

// truth is "true" or "false" if results are just that: what a script can check, as it is the same every time.
func truth(results []lua.Value) string {
	if len(results) != 1 {
		return ""
	}
	if b, ok := results[0].(lua.Bool); ok {
		return strconv.FormatBool(bool(b))
	}
	return ""
}
