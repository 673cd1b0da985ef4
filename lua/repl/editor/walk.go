package editor

import (
	"fmt"
	"strings"
)

// walk is a way through the history: with the arrows, or by a search.
type walk struct {
	walking   bool
	searching bool
	at        int    // in the history; its length is behind the latest
	prefix    string // the arrows visit what begins so
	query     string // the search, what contains it
	failed    bool
	was       line // before
}

func (w walk) label() string {
	failed := ""
	if w.failed {
		failed = "no "
	}
	return fmt.Sprintf("(%ssearch '%s') ", failed, w.query)
}

// begin begins a walk at the text that is there.
func (e *Editor) begin() {
	if !e.walk.walking || e.typed {
		e.walk = walk{walking: true, at: e.History.len(), prefix: string(e.buf), was: line{e.buf, e.pos}}
		e.typed = false
	}
}

func (e *Editor) previous() {
	e.begin()
	items := e.History.Items()
	for i := min(e.walk.at, len(items)) - 1; i >= 0; i-- {
		if strings.HasPrefix(items[i], e.walk.prefix) && items[i] != string(e.buf) {
			e.show(i)
			return
		}
	}
}

func (e *Editor) next() {
	e.begin()
	items := e.History.Items()
	for i := e.walk.at + 1; i < len(items); i++ {
		if strings.HasPrefix(items[i], e.walk.prefix) && items[i] != string(e.buf) {
			e.show(i)
			return
		}
	}
	if e.walk.at < len(items) {
		e.walk.at = len(items)
		e.set(e.walk.was.text, len(e.walk.was.text))
	}
}

func (e *Editor) show(i int) {
	e.walk.at = i
	text := []rune(e.History.Items()[i])
	e.set(text, len(text))
}

// search does a key while the history is searched. It returns true if the search
// is over and the key still to be done.
func (e *Editor) search(k key) (again bool) {
	w := &e.walk
	switch {
	case k.paste == "" && k.seq == "" && (k.code == ctrlC || k.code == ctrlG):
		was := w.was
		e.walk = walk{}
		e.set(was.text, was.pos)
		return false
	case k.code == ctrlR:
		e.find(w.at - 1)
	case k.code == backspace:
		if q := []rune(w.query); len(q) > 0 {
			w.query = string(q[:len(q)-1])
			e.find(e.History.len() - 1)
		}
	case k.code >= ' ':
		w.query += string(k.code)
		e.find(min(w.at, e.History.len()-1))
	default:
		e.walk = walk{}
		e.typed = true
		return k.seq != "\x1b"
	}
	return false
}

// find shows the latest item from i back that contains what is searched for.
func (e *Editor) find(i int) {
	items := e.History.Items()
	for ; i >= 0; i-- {
		if at := strings.Index(items[i], e.walk.query); at >= 0 {
			e.walk.at, e.walk.failed = i, false
			e.set([]rune(items[i]), len([]rune(items[i][:at])))
			return
		}
	}
	e.walk.failed = true
}
