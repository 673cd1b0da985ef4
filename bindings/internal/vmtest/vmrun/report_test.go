package main

import (
	"strings"
	"testing"

	"nslua/bindings/internal/vmtest"
)

func TestReport(t *testing.T) {
	test := vmtest.Job{Name: "x (root)", Args: []string{"/vm/x.test"}}
	script := vmtest.Job{Name: "y.lua (user)", Args: []string{"/usr/bin/nslua", "y.lua"}}
	const mixed = `=== RUN   TestA
--- PASS: TestA (0.00s)
=== RUN   TestB
=== RUN   TestB/one
    b_test.go:3: needs time: this machine does not have it
=== RUN   TestB/two
    b_test.go:9: wrong
--- FAIL: TestB (0.00s)
    --- SKIP: TestB/one (0.00s)
    --- FAIL: TestB/two (0.01s)
FAIL
`
	for _, tt := range []struct {
		name string
		job  vmtest.Job
		text string
		code int
		want counts
		line string
	}{
		{"subtests", test, mixed, 1, counts{1, 1, 1}, "skipped 1: needs time: this machine does not have it"},
		{"a crash", test, "--- PASS: TestA (0.00s)\npanic: x\n", 2, counts{1, 1, 0}, "panic: x"},
		{"a script", script, "hello\n", 0, counts{1, 0, 0}, "ok  \ty.lua (user)"},
		{"a failed script", script, "y.lua:1: no\n", 1, counts{0, 1, 0}, "y.lua:1: no"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			r := &report{jobs: []vmtest.Job{tt.job}, out: &out}
			r.begin()
			r.output([]byte(tt.text))
			r.exit(tt.code)
			r.summary()
			if r.total != tt.want || !strings.Contains(out.String(), tt.line) {
				t.Errorf("%v; want %v and %q in:\n%s", r.total, tt.want, tt.line, &out)
			}
		})
	}
}

func TestUnfinished(t *testing.T) {
	var out strings.Builder
	r := &report{jobs: []vmtest.Job{{Name: "x"}}, out: &out}
	r.summary()
	if r.total.failed != 1 {
		t.Errorf("%v", r.total)
	}
}

func TestWhoRuns(t *testing.T) {
	for text, want := range map[string]string{
		"-- root, user: both\n": "root,user", "-- root: only\nx": "root", "print(1)": "root,user", "-- a note: this\n": "root,user",
	} {
		if got := whoRuns(text, "root,user"); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := whoRuns("-- root: x", "user"); got != "" {
		t.Errorf("got %s", got)
	}
}
