package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nslua/lua"
)

// inPlace are the kinds of namespaces that this very process can visit.
var inPlace = []string{"net", "uts", "ipc", "mnt", "cgroup"}

// enter is :enter EXPRESSION: a prompt inside a namespace, a container or whatever has a method run.
func (p *Prompt) enter(args string) error {
	if args == "" {
		return fmt.Errorf(":enter EXPRESSION, such as :enter h")
	}
	f, err := p.State.Load("return "+args, "enter")
	if err != nil {
		return err
	}
	o := p.State.Run(f)
	if !p.ended(o) {
		return nil
	}
	h := first(o.Results)
	if name, ok := h.(lua.String); ok {
		return fmt.Errorf("a handle expected, got the string %q; :enter ns.open(%q)", string(name), string(name))
	}
	text := args
	if r := p.State.Run(p.State.Global("tostring").(*lua.Function), h); len(r.Results) > 0 {
		text = r.Results[0].String()
	}
	kind, _, _ := strings.Cut(text, ":")
	if p.method(h, "call") != nil && slices.Contains(inPlace, kind) {
		return p.enterInPlace(h, args)
	}
	run := p.method(h, "run")
	if run == nil {
		return fmt.Errorf("%s can't be entered: it has neither a method call nor run", text)
	}
	return p.enterProcess(h, run, text)
}

// method is a method of a handle, or a function in a table.
func (p *Prompt) method(h lua.Value, name string) *lua.Function {
	if t := p.State.TypeOf(h); t != nil {
		f, _ := p.State.Methods(t).RawGetString(name).(*lua.Function)
		return f
	}
	f, err := p.State.Load("local t, name = ... return type(t) == 'table' and t[name] or nil", "enter")
	if err != nil {
		return nil
	}
	found, _ := first(p.State.Run(f, h, lua.String(name)).Results).(*lua.Function)
	return found
}

// enterInPlace has this very prompt go on inside. For :save what is typed there is the body of one call.
func (p *Prompt) enterInPlace(h lua.Value, expression string) error {
	outer := p.entries
	p.entries = nil
	defer func() {
		if inner := p.statements(); inner != "" {
			text := fmt.Sprintf("(%s):call(function()\n%send)", expression, inner)
			if identifier.MatchString(expression) {
				text = fmt.Sprintf("%s:call(function()\n%send)", expression, inner)
			}
			outer = append(outer, entry{text: text})
		}
		p.entries = outer
	}()
	var loopErr error
	body := p.State.Function(lua.F("prompt", func(c *lua.Call) error {
		if err := c.Unpack(); err != nil {
			return err
		}
		loopErr = p.loop(expression)
		return nil
	}))
	p.ended(p.State.Run(p.method(h, "call"), h, body))
	return loopErr
}

// enterProcess runs a prompt in a process of its own there.
func (p *Prompt) enterProcess(h lua.Value, run *lua.Function, text string) error {
	exe, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Err, "A new nslua inside %s; its variables are its own.\n", text)
	p.State.Unobserved(func() { p.ended(p.foreground(run, h, p.argv(exe, "-i"))) })
	return nil
}

// edit is :edit: the last input goes through $EDITOR, and is the next one to begin with.
func (p *Prompt) edit(string) error {
	dir, err := os.MkdirTemp("", "nslua-edit-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "input.lua")
	if err := os.WriteFile(path, []byte(p.last.text+"\n"), 0o600); err != nil {
		return err
	}
	program := os.Getenv("VISUAL")
	if program == "" {
		program = os.Getenv("EDITOR")
	}
	if program == "" {
		program = "vi"
	}
	if !p.run(p.argv("sh", "-c", program+` "$1"`, "sh", path)) {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if edited := strings.TrimSpace(string(text)); edited != "" {
		p.input(edited)
	}
	return nil
}
