package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"nslua/bindings/internal/vmtest"
)

type counts struct{ passed, failed, skipped int }

func (c counts) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.passed, c.failed, c.skipped)
}

// report counts what the jobs say and prints a line for each.
type report struct {
	jobs    []vmtest.Job
	verbose bool
	out     io.Writer

	done    int // jobs that are over
	started time.Time
	text    bytes.Buffer // of the job under way
	total   counts
	reasons map[string]int // of skips
}

func (r *report) complete() bool { return r.done == len(r.jobs) }

func (r *report) begin() { r.started = time.Now() }

func (r *report) output(data []byte) {
	r.text.Write(data)
	if r.verbose {
		r.out.Write(data)
	}
}

// exit takes the code of the job under way.
func (r *report) exit(code int) {
	job := r.jobs[r.done]
	text := r.text.String()
	var c counts
	if strings.HasSuffix(job.Args[0], ".test") {
		c = r.count(text)
		if code != 0 && c.failed == 0 {
			c.failed = 1 // it ended between tests, or left something behind
		}
	} else if code == 0 {
		c.passed = 1
	} else {
		c.failed = 1
	}
	word := "ok  "
	if c.failed > 0 {
		word = "FAIL"
		if !r.verbose {
			io.WriteString(r.out, uneventful.ReplaceAllString(text, ""))
		}
		fmt.Fprintf(r.out, "exit code %d\n", code)
	}
	fmt.Fprintf(r.out, "%s\t%s\t%.1fs\t%s\n", word, job.Name, time.Since(r.started).Seconds(), c)
	r.total = counts{r.total.passed + c.passed, r.total.failed + c.failed, r.total.skipped + c.skipped}
	r.done++
	r.text.Reset()
	r.begin()
}

// uneventful are the lines of go test -v that a report of failures can do without.
var uneventful = regexp.MustCompile(`(?m)^(=== (RUN|PAUSE|CONT).*| *--- (PASS|SKIP): .*)\n`)

// In the output of go test -v, mark says which test the lines below it belong
// to, logged is a line of its own, and verdict ends a test.
var (
	mark    = regexp.MustCompile(`^=== (?:RUN|CONT|NAME) +(\S+)$`)
	verdict = regexp.MustCompile(`^ *--- (PASS|FAIL|SKIP): (\S+) \(`)
	logged  = regexp.MustCompile(`^ +\S+\.go:\d+: (.*)`)
)

// count counts the tests that have none within them: a test with subtests is only their sum.
func (r *report) count(text string) counts {
	verdicts, said := map[string]string{}, map[string]string{}
	parents := map[string]bool{}
	name := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := mark.FindStringSubmatch(line); m != nil {
			name = m[1]
		} else if m := verdict.FindStringSubmatch(line); m != nil {
			verdicts[m[2]] = m[1]
			for above := m[2]; strings.Contains(above, "/"); {
				above = above[:strings.LastIndexByte(above, '/')]
				parents[above] = true
			}
		} else if m := logged.FindStringSubmatch(line); m != nil {
			said[name] = m[1]
		}
	}
	var c counts
	for name, v := range verdicts {
		switch {
		case parents[name]:
		case v == "PASS":
			c.passed++
		case v == "FAIL":
			c.failed++
		case v == "SKIP":
			c.skipped++
			r.skip(said[name])
		}
	}
	return c
}

// skip notes why a test was skipped.
func (r *report) skip(reason string) {
	if reason == "" {
		reason = "no reason given"
	}
	if r.reasons == nil {
		r.reasons = map[string]int{}
	}
	r.reasons[reason]++
}

// summary prints the reasons of all skips and the sum. Jobs that did not come to their end count as failed.
func (r *report) summary() {
	for _, job := range r.jobs[r.done:] {
		fmt.Fprintf(r.out, "FAIL\t%s\tnot finished\n", job.Name)
		r.total.failed++
	}
	for _, reason := range slices.Sorted(maps.Keys(r.reasons)) {
		fmt.Fprintf(r.out, "skipped %d: %s\n", r.reasons[reason], reason)
	}
	fmt.Fprintf(r.out, "%s\n", r.total)
}
