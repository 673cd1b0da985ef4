package lua

import (
	"fmt"
	"os"
	"strings"

	"nslua/lua/command"
	"nslua/lua/luadoc"
)

// Explanation is a call, or the undoing of one, and the classic commands that are equivalent.
type Explanation struct {
	Op       string
	Chunk    string // where it was called
	Line     int
	Commands []string
	None     string // why there is no command
	Undo     bool   // these take back what the call had made
}

// String is text for a terminal: the commands, and behind the first a comment
// that says where they come from.
func (e Explanation) String() string {
	where := "# " + e.Op
	if e.Line > 0 {
		where = fmt.Sprintf("# %s:%d %s", e.Chunk, e.Line, e.Op)
	}
	if e.Undo {
		where += ", undone"
	}
	if len(e.Commands) == 0 {
		return where + ": no equivalent: " + e.None
	}
	text := strings.Join(e.Commands, "\n")
	if first, rest, several := strings.Cut(text, "\n"); several {
		return fmt.Sprintf("%s\n%s\n%s", where, first, rest)
	}
	return text + "    " + where
}

// Explainer tells the classic commands for what a state does: for each call
// before it runs, or as a script of the whole run.
type Explainer struct {
	s      *State
	docs   *luadoc.Set
	show   func(Explanation)
	script *command.Script // nil: show each call
	sigs   map[string]*Signature
	names  map[Handle]string // how the shell names them
	count  map[string]int    // of variables, by module
	calls  []*explained      // under way, the innermost last
	here   nsenter           // where the shell has gone, and the calls under way have
	notes  []*undoNote       // what is still to be undone
	ending bool              // the state is: what a script takes back is taken back by its trap
}

// Explain has show called with each call before it runs, and with what scopes
// take back. Calls for which nothing is to be said, such as help(), are left out.
func (s *State) Explain(show func(Explanation)) *Explainer {
	e := newExplainer(s)
	e.show = show
	s.explain = e
	s.Observe(e)
	return e
}

// ExplainScript collects the commands of the whole run, for Script.
func (s *State) ExplainScript() *Explainer {
	e := newExplainer(s)
	e.script = &command.Script{}
	s.explain = e
	s.Observe(e)
	return e
}

func newExplainer(s *State) *Explainer {
	return &Explainer{
		s: s, docs: s.Docs(), sigs: map[string]*Signature{}, names: map[Handle]string{}, count: map[string]int{},
	}
}

// Stop ends the explaining.
func (e *Explainer) Stop() {
	e.s.unobserve(e)
	if e.s.explain == e {
		e.s.explain = nil
	}
}

// Script is the run so far, as a POSIX shell script that does the same.
func (e *Explainer) Script(title string) string { return e.script.String(title) }

// explained is a call under way.
type explained struct {
	callValues
	doc   *luadoc.Func
	chunk string
	line  int
	here  nsenter  // before the call
	undos []*Undo  // what the call has registered
	after []string // commands for what has gone with what the call removes
	wd    string
}

// Before implements Observer.
func (e *Explainer) Before(c *Call) {
	x := &explained{callValues: callValues{e: e, c: c}, here: e.here}
	e.calls = append(e.calls, x)
	if c.fn.part {
		return
	}
	x.doc, _ = e.docs.Lookup(c.Op()).(*luadoc.Func)
	if x.doc == nil {
		return
	}
	x.chunk, x.line = callSite(c.l)
	if h := handleOf(c.Arg(1)); h != nil {
		if t := e.s.typeOf(h); t != nil && t.Shell != nil {
			x.was = t.Shell(h).Text
		}
	}
	if e.script != nil {
		x.wd, _ = os.Getwd()
	} else if !late(x.doc) {
		e.display(x)
	}
	if x.doc.Inside != nil {
		e.enter(x, x.doc.Inside)
	}
}

// enter has what follows run in namespaces. Where a script can't, it ends.
func (e *Explainer) enter(x *explained, t *command.Template) {
	options, err := t.Render(x)
	if err != nil {
		if e.script != nil {
			e.script.Stop(x.where() + ": no equivalent: " + err.Error())
		}
		return
	}
	e.here = x.here.with(options)
}

func (x *explained) where() string { return fmt.Sprintf("%s:%d %s", x.chunk, x.line, x.c.Op()) }

// late reports whether only the end of the call tells what is to be shown: its result, or what it has written.
func late(f *luadoc.Func) bool {
	for _, t := range f.Explain {
		paths, _ := t.Holes()
		for _, p := range paths {
			if p[0] == "result" || p[len(p)-1] == "writes" {
				return true
			}
		}
	}
	return false
}

// display shows the commands of a call.
func (e *Explainer) display(x *explained) {
	ex := x.explanation()
	var err error
	if ex.Commands, err = x.render(x.doc.Explain); err != nil {
		ex.None = err.Error()
	}
	if ex.Commands, err = e.prefixed(x, ex.Commands); err != nil {
		ex.None = err.Error()
	}
	if len(ex.Commands) > 0 || ex.None != "" && !x.doc.Passive {
		e.show(ex)
	}
}

func (x *explained) explanation() Explanation {
	return Explanation{Op: x.c.Op(), Chunk: x.chunk, Line: x.line, None: x.doc.NoEquivalent}
}

// render fills templates.
func (x *explained) render(templates []*command.Template) ([]string, error) {
	var all []string
	for _, t := range templates {
		lines, err := t.Render(x)
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	return all, nil
}

// After implements Observer.
func (e *Explainer) After(c *Call, err error) {
	x := e.pop(c)
	if x == nil || x.doc == nil {
		return
	}
	if x.doc.Inside != nil {
		e.here = x.here
	}
	if err != nil {
		return
	}
	if x.doc.As != nil && len(c.results) > 0 {
		if h := handleOf(c.results[0]); h != nil {
			if text, err := x.doc.As.Render(x); err == nil && len(text) == 1 {
				e.names[h] = text[0]
			}
		}
	}
	switch {
	case e.script != nil:
		e.write(x)
	case late(x.doc):
		e.display(x)
	}
	if x.doc.Renames != nil {
		e.renamed(x)
	}
	e.attachUndo(x)
	if x.doc.Enter != nil && e.script != nil {
		e.enter(x, x.doc.Enter)
	}
}

// leftOut are the options given that no template asks for.
func (x *explained) leftOut() []string {
	known := map[string]bool{}
	all := append(append(append([]*command.Template{}, x.doc.Explain...), x.doc.Script...), x.doc.Undo...)
	for _, t := range all {
		paths, _ := t.Holes()
		for _, p := range paths {
			if p[0] == "result" || p[len(p)-1] == "writes" {
				return nil // the call's effects rather than its options
			}
			for i, name := range p {
				known[name] = known[name] || i > 0 || len(p) == 1
			}
		}
	}
	sig, err := x.e.signature(x.c.fn)
	if err != nil {
		return nil
	}
	var left []string
	for i, p := range sig.Params {
		t, ok := x.e.value(x.c.Arg(x.firstArg() + i)).(*command.Table)
		if !ok || known[p.Name] || p.Rest {
			continue
		}
		for _, name := range sortedKeys(t.Fields) {
			if !known[name] {
				left = append(left, name)
			}
		}
	}
	return left
}

// pop takes a call off the stack, with those above it that a Go panic has ended.
func (e *Explainer) pop(c *Call) *explained {
	for len(e.calls) > 0 {
		x := e.calls[len(e.calls)-1]
		e.calls = e.calls[:len(e.calls)-1]
		if x.c == c {
			return x
		}
	}
	return nil
}

// write adds what a call has done to the script.
func (e *Explainer) write(x *explained) {
	if x.doc.Passive {
		return
	}
	templates := x.doc.Script
	if templates == nil {
		templates = x.doc.Explain
	}
	lines, err := x.render(templates)
	if err == nil {
		lines, err = e.prefixed(x, lines)
	}
	switch {
	case err != nil:
		e.script.Stop(x.where() + ": no equivalent: " + err.Error())
	case templates == nil && x.doc.NoEquivalent != "":
		e.script.Stop(x.where() + ": no equivalent: " + x.doc.NoEquivalent)
	case len(lines) > 0:
		e.script.Comment(x.where())
		if left := x.leftOut(); len(left) > 0 {
			e.script.Warn(x.where() + ": no equivalent for " + strings.Join(left, ", "))
		}
	}
	for _, line := range append(lines, x.after...) {
		if reason, ok := strings.CutPrefix(line, "stop "); ok {
			line = "stop " + command.Quote(x.where()+": no equivalent: ") + reason
		}
		e.script.Run(line)
	}
}

// prefixed are lines as they are run in the namespaces where the call is made.
func (e *Explainer) prefixed(x *explained, lines []string) ([]string, error) {
	at := x.here
	if h := x.at(); h != nil && len(lines) > 0 {
		option, err := x.Filter("enter", e.ref(h))
		if err != nil {
			return nil, err
		}
		at = at.with(option)
	}
	var short func(string) string
	if e.script != nil {
		short = e.script.Name
	}
	var out []string
	for _, line := range lines {
		if line = at.prefixed(line, x.wd, short); line != "" {
			out = append(out, line)
		}
	}
	return out, nil
}

// explainText is help for explain(f): the templates of a function as a manual page shows them.
func explainText(f *luadoc.Func) string {
	var lines []string
	for _, t := range f.Explain {
		lines = append(lines, t.Usage())
	}
	if lines == nil {
		return "# no equivalent: " + f.NoEquivalent
	}
	return strings.Join(lines, "\n")
}

// explain(f, ...) gives the templates of a module's function, or runs a Lua
// function and gives the commands for what it does.
func explain(c *Call) error {
	var f *Function
	var args []Value
	if err := c.Unpack("f", &f, "...args", &args); err != nil {
		return err
	}
	s := c.s
	if f.IsG {
		name, ok := s.docName(f)
		doc, documented := s.Docs().Lookup(name).(*luadoc.Func)
		if !ok || !documented || doc.Explain == nil && doc.NoEquivalent == "" {
			return Invalid("argument 'f': a function of a module, or one written in Lua, expected")
		}
		return c.Return(explainText(doc))
	}
	var lines []string
	outer := s.explain
	e := s.Explain(func(x Explanation) {
		if len(x.Commands) == 0 {
			lines = append(lines, fmt.Sprintf("# %s: no equivalent: %s", x.Op, x.None))
		}
		lines = append(lines, x.Commands...)
	})
	_, err := c.Invoke(f, args...)
	e.Stop()
	s.explain = outer
	if err != nil {
		return err
	}
	return c.Return(lines)
}
