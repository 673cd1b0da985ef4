package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// prompted gives a prompt without a terminal its input, and returns what it printed.
func prompted(t *testing.T, input string) string {
	t.Helper()
	cmd := exec.Command(binary(t), "-U", "-i")
	cmd.Stdin = strings.NewReader(input)
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errors.String())
	}
	if strings.Contains(string(out), "\x1b") {
		t.Errorf("colours in a pipe: %q", out)
	}
	return string(out)
}

func TestPrinting(t *testing.T) {
	for input, want := range map[string]string{
		"{}":                          "{}",
		"{1, 'two', true, {a = 'x'}}": `{1, "two", true, {a = "x"}}`,
		"{[1] = 1, [3] = 3, [true] = 0, ['a b'] = 'q\"\\n\\0'}":        `{1, nil, 3, [true] = 0, ["a b"] = "q\"\n\000"}`,
		"{['end'] = 1, _x = 2^53, y = 0.1, z = -1/0}":                  `{["end"] = 1, _x = 9.007199254741e+15, y = 0.1, z = -1/0}`,
		"t = {name = '名'} t.self = t\nt":                               `{name = "名", self = {↑1}}`,
		"{{{{{{{{1}}}}}}}}":                                            `{{{{{{{…}}}}}}}`,
		":set depth 2\n{{{1}}}":                                        `{{{…}}}`,
		":set items 2\n{1, 2, 3, 4}":                                   `{1, 2, … 2 more}`,
		"setmetatable({}, {__tostring = function() return 'own' end})": "own",
		"{{id = 1, name = '中文'}, {id = 20, name = 'b', up = true}}":    "id  name  up\n 1  中文\n20  b     true",
		"{{name = 'a', list = {1, 2}}}":                                "name  list\na     {1, 2}",
		"{{1, 2}, {3, 4}}":                                             "{{1, 2}, {3, 4}}",
		"{string.rep('a', 50), string.rep('b', 50)}":                   "{\n  \"" + strings.Repeat("a", 50) + "\",\n  \"" + strings.Repeat("b", 50) + "\",\n}",
		":set output json\n{a = 1}, 'x'":                               "{\"a\":1}\n\"x\"",
		":set output lua\n'x', {{n = 1}}":                              "\"x\"\n{{n = 1}}",
		":set output lua\nt = {} t[1] = t\nt":                          "{\n  nil --[=[the table around it]=],\n}",
		"'\\255'":                                                      "\xff",
		"{'\\255'}":                                                    `{"\255"}`,
	} {
		t.Run(input, func(t *testing.T) {
			if got := prompted(t, input+"\n"); got != want+"\n" {
				t.Errorf("printed:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// TestPasteable reads what was printed as Lua, and prints it again.
func TestPasteable(t *testing.T) {
	input := ":set output lua\nx = {list = {1, 2.5, 'three'}, ['key with blanks'] = {deep = {deeper = {['\\t'] = '\"'}}}, [0] = false}\n"
	first := prompted(t, input+"x\n")
	second := prompted(t, ":set output lua\nx = "+first+"x\n")
	if first != second || len(first) < 20 {
		t.Errorf("printed:\n%s\nand then:\n%s", first, second)
	}
}

func TestHandlePrinting(t *testing.T) {
	s := startSession(t)
	s.typed("{h = ns.current('net')}\r")
	s.sees("{h = net:[")
}

// TestWideTable fits a table into terminals of several widths.
func TestWideTable(t *testing.T) {
	for _, columns := range []int{30, 80, 200} {
		s := startSessionAt(t, columns, 24, openDir(t), "-U")
		s.typed("mount.list({under = '/proc'})\r")
		s.sees("target")
		s.until("a prompt", func(text string) bool { return strings.HasSuffix(strings.TrimRight(text, " \n"), "\nnslua#") })
		lines := strings.Split(s.text(), "\n")
		at := len(lines)
		for i, l := range lines {
			if strings.HasPrefix(strings.TrimLeft(l, " "), "id ") {
				at = i
			}
		}
		if at+1 >= len(lines) || !strings.Contains(lines[at+1], "/proc") {
			t.Errorf("%d columns: a row is broken:\n%s", columns, s.text())
		}
	}
}

// TestPager sends a long result through $PAGER.
func TestPager(t *testing.T) {
	if _, err := exec.LookPath("sed"); err != nil {
		t.Skip(err)
	}
	home := openDir(t)
	s := startSessionAt(t, 80, 10, home, "-U", "-i", "-e", "rows = {} for i = 1, 30 do rows[i] = {n = i} end")
	s.typed("rows\r")
	s.sees("30\nnslua#") // $PAGER is empty
	if err := os.WriteFile(home+"/pager", []byte("#!/bin/sh\nsed 's/^/paged /'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PAGER", home+"/pager")
	s = startSessionAt(t, 80, 10, home, "-U", "-i", "-e", "rows = {} for i = 1, 30 do rows[i] = {n = i} end")
	s.typed("rows\r")
	s.sees("paged 30")
	s.typed(":set pager off\rrows\r")
	s.sees("\n30\nnslua#")
	s.run("{1}", "{1}")
}
