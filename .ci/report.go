// Command report runs go test and says what came of it: every failure with its
// output, every skip with its reason, and in the last line how many tests passed,
// failed and were skipped. Its arguments are those of go test; without any it tests ./... .
//
// A test with subtests counts by its subtests. A package that does not build, or
// dies without naming a test, counts as one failure.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// event is a line of go test -json; see go doc test2json.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build output
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

type result struct {
	action string
	output []string
	parent bool // it has subtests
}

type pkg struct {
	tests  map[string]*result
	order  []string
	output []string // of no test
	action string
	failed string // the build that failed
	time   float64
}

type report struct {
	packages map[string]*pkg
	builds   map[string][]string // output of the compiler

	passed, failed, skipped int
	skips                   []string
}

func main() {
	r := report{packages: map[string]*pkg{}, builds: map[string][]string{}}
	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{"./..."}
	}
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "go test:", err)
		os.Exit(1)
	}
	if err := r.read(out); err != nil {
		fmt.Fprintln(os.Stderr, "go test:", err)
		r.failed++
	}
	err = cmd.Wait()
	for _, s := range r.skips {
		fmt.Println("skipped:", s)
	}
	if err != nil && r.failed == 0 { // it found nothing to test, or a fault of its own
		r.failed++
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
	if r.failed > 0 {
		os.Exit(1)
	}
}

func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				fmt.Print(line) // the toolchain's own words
			} else {
				r.event(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *report) event(e event) {
	if e.Action == "build-output" {
		r.builds[e.ImportPath] = append(r.builds[e.ImportPath], e.Output)
	}
	if e.Package == "" {
		return
	}
	p := r.packages[e.Package]
	if p == nil {
		p = &pkg{tests: map[string]*result{}}
		r.packages[e.Package] = p
	}
	if e.Test == "" {
		p.event(e)
		if p.action != "" {
			r.finish(e.Package, p)
		}
		return
	}
	t := p.tests[e.Test]
	if t == nil {
		t = &result{}
		p.tests[e.Test] = t
		p.order = append(p.order, e.Test)
		for i, c := range e.Test {
			if c != '/' {
				continue
			}
			if parent := p.tests[e.Test[:i]]; parent != nil {
				parent.parent = true
			}
		}
	}
	switch e.Action {
	case "output":
		t.output = append(t.output, e.Output)
	case "pass", "fail", "skip":
		t.action = e.Action
	}
}

func (p *pkg) event(e event) {
	switch e.Action {
	case "output":
		p.output = append(p.output, e.Output)
	case "pass", "fail", "skip":
		p.action, p.time, p.failed = e.Action, e.Elapsed, e.FailedBuild
	}
}

// finish counts the tests of a package and shows what failed.
func (r *report) finish(name string, p *pkg) {
	passed, failed, skipped := 0, 0, 0
	for _, test := range p.order {
		t := p.tests[test]
		switch {
		case t.action == "skip":
			skipped++
			r.skips = append(r.skips, fmt.Sprintf("%s %s: %s", name, test, reason(t.output)))
		case t.action == "pass" && !t.parent:
			passed++
		case t.action == "pass":
		case !t.parent || !p.failedBelow(test): // one without an end was running when the process died
			failed++
			r.show(name, test, t.output)
		}
	}
	if p.action == "fail" && failed == 0 {
		failed++
		r.show(name, "", append(slices.Clone(r.builds[p.failed]), p.output...))
	}
	r.passed, r.failed, r.skipped = r.passed+passed, r.failed+failed, r.skipped+skipped
	if len(p.order) > 0 || failed > 0 {
		fmt.Printf("%-4s %-40s %5.1fs  %d passed, %d failed, %d skipped\n", p.action, name, p.time, passed, failed, skipped)
	}
}

func (p *pkg) failedBelow(test string) bool {
	for name, t := range p.tests {
		if strings.HasPrefix(name, test+"/") && t.action != "pass" && t.action != "skip" {
			return true
		}
	}
	return false
}

func (r *report) show(name, test string, output []string) {
	fmt.Printf("---- failed: %s %s\n", name, test)
	for _, line := range output {
		fmt.Print("     ", line)
	}
}

// reason is what a skipped test said, without its position in the source.
func reason(output []string) string {
	var said []string
	for _, line := range output {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		if file, rest, ok := strings.Cut(line, ": "); ok && strings.Contains(file, ".go:") {
			line = rest
		}
		said = append(said, line)
	}
	if len(said) == 0 {
		return "no reason given"
	}
	return strings.Join(said, " ")
}
