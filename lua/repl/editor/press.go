package editor

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Control keys, by the letter they are typed with.
const (
	ctrlA     = 'a' & 0x1f
	ctrlC     = 'c' & 0x1f
	ctrlD     = 'd' & 0x1f
	ctrlE     = 'e' & 0x1f
	ctrlG     = 'g' & 0x1f
	tab       = '\t'
	newline   = '\n'
	ctrlK     = 'k' & 0x1f
	ctrlL     = 'l' & 0x1f
	enter     = '\r'
	ctrlN     = 'n' & 0x1f
	ctrlP     = 'p' & 0x1f
	ctrlR     = 'r' & 0x1f
	ctrlU     = 'u' & 0x1f
	ctrlY     = 'y' & 0x1f
	backspace = 0x7f
)

// sequences are keys that terminals send as escape sequences, as what they do.
var sequences = map[string]func(e *Editor){
	"\x1b[A": (*Editor).up, "\x1bOA": (*Editor).up,
	"\x1b[B": (*Editor).down, "\x1bOB": (*Editor).down,
	"\x1b[H": (*Editor).home, "\x1bOH": (*Editor).home, "\x1b[1~": (*Editor).home, "\x1b[7~": (*Editor).home,
	"\x1b[F": (*Editor).end, "\x1bOF": (*Editor).end, "\x1b[4~": (*Editor).end, "\x1b[8~": (*Editor).end,
	"\x1b[3~":   (*Editor).erase,
	"\x1b\r":    func(e *Editor) { e.insert("\n") }, // Alt-Enter: a new line in any case
	"\x1b\n":    func(e *Editor) { e.insert("\n") },
	"\x1b<":     func(e *Editor) { e.set(e.buf, 0) },
	"\x1b>":     func(e *Editor) { e.set(e.buf, len(e.buf)) },
	"\x1b[1;5A": (*Editor).previous,
	"\x1b[1;5B": (*Editor).next,
	"\x1b[Z":    func(e *Editor) { e.unindent() },
	"\x1b[1;5D": func(e *Editor) { e.engineKey("\x1bb") },
	"\x1b[1;3D": func(e *Editor) { e.engineKey("\x1bb") },
	"\x1b[1;5C": func(e *Editor) { e.engineKey("\x1bf") },
	"\x1b[1;3C": func(e *Editor) { e.engineKey("\x1bf") },
	"\x1b[D":    func(e *Editor) { e.engineKey("\x02") },
	"\x1bOD":    func(e *Editor) { e.engineKey("\x02") },
	"\x1b[C":    func(e *Editor) { e.engineKey("\x06") },
	"\x1bOC":    func(e *Editor) { e.engineKey("\x06") },
	"\x1bb":     func(e *Editor) { e.engineKey("\x1bb") },
	"\x1bf":     func(e *Editor) { e.engineKey("\x1bf") },
	"\x1bd":     func(e *Editor) { e.cut("\x1bd") },
	"\x1b\x7f":  func(e *Editor) { e.cut("\x1b\x7f") },
	"\x1b\x08":  func(e *Editor) { e.cut("\x1b\x7f") },
	"\x1b[3;5~": func(e *Editor) { e.cut("\x1bd") },
}

// press does what a key means; done says that the input has ended, well if err is nil.
func (e *Editor) press(k key) (done bool, err error) {
	if e.walk.searching {
		if again := e.search(k); !again {
			return false, nil
		}
	}
	switch {
	case k.paste != "":
		e.insert(clean(k.paste))
		return false, nil
	case k.seq != "":
		if do := sequences[k.seq]; do != nil {
			do(e)
		}
		return false, nil
	}
	switch k.code {
	case ctrlC:
		return true, ErrInterrupted
	case ctrlD:
		if len(e.buf) == 0 {
			return true, io.EOF
		}
		e.erase()
	case enter, newline:
		return e.enter(), nil
	default:
		e.control(k.code)
	}
	return false, nil
}

func (e *Editor) control(c rune) {
	switch c {
	case ctrlA:
		e.home()
	case ctrlE:
		e.end()
	case ctrlG:
	case tab:
		e.complete()
	case ctrlK:
		e.killTo(e.lineEnd())
	case ctrlU:
		e.killTo(e.lineStart())
	case ctrlY:
		if e.kill != nil {
			e.insert(string(e.kill))
		} else {
			e.engineKey(string(c))
		}
	case 'w' & 0x1f:
		e.cut(string(c))
	case ctrlL:
		io.WriteString(e.Out, "\x1b[H\x1b[2J")
		e.screen.reset()
	case ctrlP:
		e.previous()
	case ctrlN:
		e.next()
	case ctrlR:
		e.walk = walk{searching: true, at: e.History.len(), was: line{e.buf, e.pos}}
	case 'b' & 0x1f, 'f' & 0x1f, 't' & 0x1f, 'h' & 0x1f:
		e.engineKey(string(c))
	case backspace:
		e.typed = true
		if !e.unindent() {
			e.engineKey(string(c))
		}
	case 'z' & 0x1f: // a shell has nobody who could continue it from here
	default:
		if c >= ' ' {
			e.typed = true
			e.dedentEnd(c)
			e.engineKey(string(c))
		}
	}
}

// engineKey has readline do a key.
func (e *Editor) engineKey(sequence string) {
	l := e.engine.press(sequence)
	e.buf, e.pos = l.text, l.pos
}

// cut has readline do a key that cuts something out.
func (e *Editor) cut(sequence string) {
	e.kill, e.typed = nil, true
	e.engineKey(sequence)
}

// set replaces the text.
func (e *Editor) set(text []rune, pos int) {
	e.buf, e.pos = slices.Clone(text), pos
	e.engine.set(line{e.buf, pos})
}

func (e *Editor) insert(text string) {
	e.typed = true
	e.replace(e.pos, e.pos, []rune(text))
}

// replace puts text in place of what is between from and to, and the cursor behind it.
func (e *Editor) replace(from, to int, text []rune) {
	e.set(slices.Concat(e.buf[:from], text, e.buf[to:]), from+len(text))
}

func (e *Editor) erase() {
	if e.pos < len(e.buf) {
		e.typed = true
		e.replace(e.pos, e.pos+1, nil)
	}
}

// killTo cuts out what is between the cursor and to; at the end of a line it is the line's end.
func (e *Editor) killTo(to int) {
	if to == e.pos && to < len(e.buf) && to == e.lineEnd() {
		to++
	}
	from, to := min(e.pos, to), max(e.pos, to)
	if from == to {
		return
	}
	e.typed = true
	e.kill = slices.Clone(e.buf[from:to])
	e.replace(from, to, nil)
}

// lineStart is where the line that the cursor is in begins.
func (e *Editor) lineStart() int {
	for i := e.pos; i > 0; i-- {
		if e.buf[i-1] == '\n' {
			return i
		}
	}
	return 0
}

func (e *Editor) lineEnd() int {
	if i := slices.Index(e.buf[e.pos:], '\n'); i >= 0 {
		return e.pos + i
	}
	return len(e.buf)
}

func (e *Editor) home() { e.set(e.buf, e.lineStart()) }
func (e *Editor) end()  { e.set(e.buf, e.lineEnd()) }

// up goes a line up, and from the first line back in the history.
func (e *Editor) up() {
	start := e.lineStart()
	if start == 0 {
		e.previous()
		return
	}
	column := e.pos - start
	e.pos = start - 1
	above := e.lineStart()
	e.set(e.buf, min(above+column, start-1))
}

// down goes a line down, and from the last line forth in the history.
func (e *Editor) down() {
	end := e.lineEnd()
	if end == len(e.buf) {
		e.next()
		return
	}
	column := e.pos - e.lineStart()
	e.pos = end + 1
	e.set(e.buf, min(end+1+column, e.lineEnd()))
}

// enter ends the input if it is whole and the cursor is in its last line; else it begins a line.
func (e *Editor) enter() bool {
	text := string(e.buf)
	if e.lineEnd() == len(e.buf) && (e.request.Whole == nil || e.request.Whole(text)) {
		return true
	}
	e.insert("\n" + e.indentation())
	return false
}

// clean is a pasted text as it is taken: lines end with \n, the last without
// one, and what would act on the terminal is left out.
func clean(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = strings.TrimRight(text, "\n")
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == utf8.RuneError || c == ours {
			return -1
		}
		return c
	}, text)
}
