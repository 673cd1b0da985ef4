package lua

import (
	"slices"
	"strings"

	glua "github.com/yuin/gopher-lua"

	"nslua/lua/command"
)

// undoNote is what an Explainer knows of an Undo.
type undoNote struct {
	e        *Explainer
	x        *explained
	commands []string
	number   int     // of the commands in the script
	back     bool    // the undo leads the shell back
	side     bool    // the thing goes with another one: a mount point
	here     nsenter // to there
}

// registered notes that the innermost call has something to be taken back later.
func (e *Explainer) registered(u *Undo) {
	x := e.innermost()
	if x == nil {
		return
	}
	x.undos = append(x.undos, u)
}

// attachUndo gives the things that a call has made the commands that take them
// back. Where there are several they belong to the last, which is undone first,
// unless they say what was {made}.
func (e *Explainer) attachUndo(x *explained) {
	n := len(x.undos)
	if n == 0 && e.script != nil && x.variable != "" { // a process that only the script has
		e.script.Later(e.undoCommands(x, "", true))
	}
	for i, u := range x.undos {
		note := &undoNote{e: e, x: x, commands: e.undoCommands(x, u.What, i == n-1), side: strings.HasPrefix(u.What, "mount point ")}
		if x.doc.Enter != nil {
			note.back, note.here = true, x.here
		}
		if note.commands == nil && !note.back {
			continue
		}
		u.note = note
		e.notes = append(e.notes, note)
		if e.script != nil && note.commands != nil {
			note.number = e.script.Later(note.commands)
		}
	}
}

// undoCommands are the commands that take one thing back.
func (e *Explainer) undoCommands(x *explained, made string, last bool) []string {
	var commands []string
	for _, t := range x.doc.Undo {
		x.made = made
		if !last && !t.Uses("made") {
			continue
		}
		lines, err := t.Render(x)
		if err == nil {
			lines, err = e.prefixed(x, lines)
		}
		if err == nil {
			commands = append(commands, lines...)
		}
	}
	return commands
}

// renamed notes that something has another name now.
func (e *Explainer) renamed(x *explained) {
	text, err := x.doc.Renames.Render(x)
	if err != nil || len(text) != 1 {
		return
	}
	words := command.Fields(text[0])
	if len(words) != 2 {
		return
	}
	for _, n := range e.notes {
		if n.side {
			continue
		}
		changed := false
		for i, line := range n.commands {
			parts := command.Fields(line)
			for j, word := range parts {
				if word == words[0] {
					parts[j], changed = words[1], true
				}
			}
			n.commands[i] = strings.Join(parts, " ")
		}
		if changed && n.number > 0 {
			e.script.Instead(n.number, n.commands)
		}
	}
}

// drop takes a note off the list.
func (n *undoNote) drop() {
	n.e.notes = slices.DeleteFunc(n.e.notes, func(o *undoNote) bool { return o == n })
}

// runs says that a scope takes the thing back now.
func (n *undoNote) runs() {
	n.drop()
	e := n.e
	if n.back {
		e.here = n.here
	}
	switch {
	case n.commands == nil || e.script != nil && e.ending:
	case e.script == nil:
		x := n.x.explanation()
		x.Commands, x.Undo = n.commands, true
		e.show(x)
	default:
		for _, line := range n.commands {
			e.script.Run(line)
		}
		e.script.Forget(n.number)
	}
}

// gone says that there is nothing to be taken back any more.
func (n *undoNote) gone() {
	n.drop()
	e := n.e
	if e.script == nil || n.number == 0 || e.ending {
		return
	}
	e.script.Forget(n.number)
	if x := e.innermost(); n.side && x != nil && x.c.Op() != "keep" {
		x.after = append(x.after, n.commands...)
	}
}

// innermost is the call under way; nil between calls.
func (e *Explainer) innermost() *explained {
	if len(e.calls) == 0 {
		return nil
	}
	return e.calls[len(e.calls)-1]
}

// callSite is the place in Lua code that a Go function was called from.
func callSite(l *glua.LState) (chunk string, line int) {
	for level := 0; ; level++ {
		d, ok := l.GetStack(level)
		if !ok {
			return "", 0
		}
		if _, err := l.GetInfo("Sl", d, Nil); err == nil && d.What != "G" {
			return d.Source, d.CurrentLine
		}
	}
}

// Operand is a handle in classic commands.
type Operand struct {
	Text   string // what names it: a process number, a link's name, a path
	At     Handle // the network namespace that its methods work in, if that is not the shell's own
	Fields Record // what templates may say of it beside the handle's own fields: {self.kind}
	// Passing says that Text holds for as long as this process lives.
	Passing bool
}
