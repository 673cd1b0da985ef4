package editor

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxHistory is how many inputs are kept.
const maxHistory = 5000

// History is the inputs of this session and of earlier ones, each once, the
// latest last. A nil History keeps nothing.
type History struct {
	path  string
	items []string
}

// NewHistory reads the history that is kept at path, which need not exist. With
// an empty path it lives as long as the process.
func NewHistory(path string) (*History, error) {
	h := &History{path: path}
	if path == "" {
		return h, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return h, err
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, l := range lines {
		if l != "" {
			h.remember(unescape(l))
		}
	}
	if len(lines) > 2*maxHistory {
		return h, h.rewrite()
	}
	return h, nil
}

func (h *History) len() int {
	if h == nil {
		return 0
	}
	return len(h.items)
}

// Items are the inputs, the latest last.
func (h *History) Items() []string {
	if h == nil {
		return nil
	}
	return h.items
}

func (h *History) remember(text string) {
	if i := slices.Index(h.items, text); i >= 0 {
		h.items = slices.Delete(h.items, i, i+1)
	}
	h.items = append(h.items, text)
	if len(h.items) > maxHistory {
		h.items = slices.Delete(h.items, 0, len(h.items)-maxHistory)
	}
}

// Add remembers an input. One that begins with a space is kept from the history, and so is an empty one.
func (h *History) Add(text string) error {
	text = strings.TrimRight(text, "\n")
	if h == nil || strings.TrimSpace(text) == "" || strings.HasPrefix(text, " ") {
		return nil
	}
	if len(h.items) > 0 && h.items[len(h.items)-1] == text {
		return nil
	}
	h.remember(text)
	if h.path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return err
	}
	// Other shells append to the same file: one write each.
	f, err := os.OpenFile(h.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(escape(text) + "\n")
	return errors.Join(err, f.Close())
}

// rewrite makes the file as short as the list.
func (h *History) rewrite() error {
	f, err := os.CreateTemp(filepath.Dir(h.path), ".history-") // with mode 0600
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for _, item := range h.items {
		fmt.Fprintln(w, escape(item))
	}
	err = errors.Join(w.Flush(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), h.path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// A block is one line of the file.
var (
	escaper   = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	unescaper = strings.NewReplacer(`\\`, `\`, `\n`, "\n")
)

func escape(text string) string   { return escaper.Replace(text) }
func unescape(text string) string { return unescaper.Replace(text) }
