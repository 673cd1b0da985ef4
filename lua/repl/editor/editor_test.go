package editor

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPicture(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		pos      int
		columns  int
		rows     []string
		row, col int
	}{
		"empty":            {"", 0, 10, []string{"> "}, 0, 2},
		"line":             {"abc", 1, 10, []string{"> abc"}, 0, 3},
		"full":             {"12345678", 8, 10, []string{"> 12345678", ""}, 1, 0},
		"broken":           {"123456789", 9, 10, []string{"> 12345678", "9"}, 1, 1},
		"block":            {"a\nbc", 4, 10, []string{"> a", ". bc"}, 1, 4},
		"end of a line":    {"a\nbc", 1, 10, []string{"> a", ". bc"}, 0, 3},
		"wide":             {"中文", 1, 10, []string{"> 中文"}, 0, 4},
		"wide at the edge": {"1234567中", 8, 10, []string{"> 1234567", "中"}, 1, 2},
		"combining":        {"e\u0301x", 3, 10, []string{"> e\u0301x"}, 0, 4},
		"tab":              {"\tx", 1, 10, []string{">     x"}, 0, 6},
		"one column":       {"ab", 2, 1, []string{">", " ", "a", "b", ""}, 4, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := layout{prompt: "> ", more: ". ", text: []rune(c.text), pos: c.pos, columns: c.columns, rows: 24}.picture()
			if !slices.Equal(p.rows, c.rows) || p.row != c.row || p.col != c.col {
				t.Errorf("%q, cursor %d:%d; want %q, cursor %d:%d", p.rows, p.row, p.col, c.rows, c.row, c.col)
			}
		})
	}
}

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "history")
	h, err := NewHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one", "for i = 1, 2 do\n  print('\\n')\nend", " secret", "", "two", "one"} {
		if err := h.Add(text); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"for i = 1, 2 do\n  print('\\n')\nend", "two", "one"}
	if !slices.Equal(h.Items(), want) {
		t.Errorf("%q, want %q", h.Items(), want)
	}
	again, err := NewHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Items(), want) {
		t.Errorf("read %q, want %q", again.Items(), want)
	}
}

// TestHistoryShrinks reads a file that has grown too long.
func TestHistoryShrinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(path, []byte(strings.Repeat("a = 1\nb = 2\n", maxHistory+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewHistory(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != "a = 1\nb = 2\n" {
		t.Errorf("%d bytes are left", len(text))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestClean(t *testing.T) {
	if got := clean("a\r\n\tb\x1b[31m\x07\x00中\r\r"); got != "a\n\tb[31m中" {
		t.Errorf("%q", got)
	}
}
