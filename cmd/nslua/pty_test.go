package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// terminal is a shell at a terminal of its own.
type terminal struct {
	t   *testing.T
	cmd *exec.Cmd
	tty *os.File

	mu   sync.Mutex
	text bytes.Buffer
	seen int // how much of text expect has gone past
}

// startTerminal starts a shell at a terminal that can do nothing but print.
func startTerminal(t *testing.T, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command(binary(t), args...)
	cmd.Env = append(os.Environ(), "TERM=dumb")
	return startAt(t, cmd, 80, 24)
}

func startAt(t *testing.T, cmd *exec.Cmd, columns, rows uint16) *terminal {
	t.Helper()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: columns})
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, cmd: cmd, tty: tty}
	go term.read()
	t.Cleanup(func() {
		tty.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return term
}

func (term *terminal) read() {
	b := make([]byte, 4096)
	for {
		n, err := term.tty.Read(b)
		term.mu.Lock()
		term.text.Write(b[:n])
		term.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (term *terminal) send(text string) {
	term.t.Helper()
	if _, err := term.tty.WriteString(text); err != nil {
		term.t.Fatal(err)
	}
}

// expect waits until text appears, after what the last expect has found.
func (term *terminal) expect(text string) {
	term.t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		term.mu.Lock()
		rest := term.text.String()[term.seen:]
		i := strings.Index(rest, text)
		if i >= 0 {
			term.seen += i + len(text)
		}
		term.mu.Unlock()
		if i >= 0 {
			return
		}
		if time.Now().After(deadline) {
			term.t.Fatalf("no %q in %q", text, rest)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// status waits for the end of the shell.
func (term *terminal) status() int {
	term.t.Helper()
	timer := time.AfterFunc(5*time.Second, func() { term.cmd.Process.Kill() })
	defer timer.Stop()
	err := term.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		term.t.Fatal(err)
	}
	return term.cmd.ProcessState.ExitCode()
}

// promptText is the prompt of the user who runs the tests.
func promptText() string {
	switch {
	case os.Getuid() != 0:
		return "nslua> "
	case onHost():
		return "nslua host# "
	}
	return "nslua# "
}

const (
	ctrlC = "\x03"
	ctrlD = "\x04"
)

func TestPrompt(t *testing.T) {
	term := startTerminal(t)
	term.expect("Ctrl-D leaves")
	term.expect(promptText())
	term.send("1 + 1\n")
	term.expect("\r\n2\r\n")
	term.expect(promptText())

	term.send("for i = 1, 2 do\n")
	term.expect("-> ")
	term.send("print('line', i)\nend\n")
	term.expect("line\t1\r\n")
	term.expect("line\t2\r\n")
	term.expect(promptText())

	term.send("line = io.read()\n")
	term.send("for the script\n")
	term.expect(promptText())
	term.send("line\n")
	term.expect("\r\nfor the script\r\n")
	term.expect(promptText())

	term.send("nosuchname\n")
	term.expect("undefined variable 'nosuchname'")
	term.expect(promptText())

	term.send(ctrlD)
	if code := term.status(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

func TestPromptInterrupt(t *testing.T) {
	term := startTerminal(t, "-i", "-e", "n = 0")
	term.expect(promptText())

	term.send("while true do n = n + 1 end\n")
	time.Sleep(100 * time.Millisecond)
	sent := time.Now()
	term.send(ctrlC)
	term.expect("interrupted")
	if took := time.Since(sent); took > heeded {
		t.Errorf("took %v", took)
	}
	term.expect(promptText())
	term.send("n > 0\n")
	term.expect("\r\ntrue\r\n")

	term.send("for i = 1, 2 do\n")
	term.expect("-> ")
	term.send("half a li" + ctrlC)
	term.expect(promptText())
	term.send("'fresh'\n")
	term.expect("\r\nfresh\r\n")

	term.send("proc.sleep('1h')\n")
	time.Sleep(100 * time.Millisecond)
	term.send(ctrlC)
	term.expect("interrupted")

	term.send("io.read()\n")
	time.Sleep(100 * time.Millisecond)
	term.send(ctrlC)
	term.expect("interrupted")

	term.expect(promptText())
	term.send("os.exit(3)\n")
	if code := term.status(); code != 3 {
		t.Errorf("exit status %d", code)
	}
}

func TestPromptSignals(t *testing.T) {
	for name, c := range map[string]struct {
		sig  syscall.Signal
		want int
	}{
		"SIGTERM": {syscall.SIGTERM, 143},
		"SIGHUP":  {syscall.SIGHUP, 129},
	} {
		t.Run(name, func(t *testing.T) {
			term := startTerminal(t)
			term.expect(promptText())
			if err := term.cmd.Process.Signal(c.sig); err != nil {
				t.Fatal(err)
			}
			if code := term.status(); code != c.want {
				t.Errorf("exit status %d, want %d", code, c.want)
			}
		})
	}
}

// TestInterruptAtTerminal types Ctrl-C while a script runs: the terminal signals the whole group.
func TestInterruptAtTerminal(t *testing.T) {
	for name, args := range map[string][]string{
		"loop":    {"-e", "print('ready') while true do end"},
		"command": {"-e", "print('ready') while true do proc.run{'sleep', '3600'} end"},
		"world":   {"-U", "-e", "print('ready') while true do proc.run{'sleep', '3600'} end"},
	} {
		t.Run(name, func(t *testing.T) {
			term := startTerminal(t, args...)
			term.expect("ready")
			time.Sleep(100 * time.Millisecond)
			sent := time.Now()
			term.send(ctrlC)
			if code := term.status(); code != 130 {
				t.Errorf("exit status %d", code)
			}
			if took := time.Since(sent); took > heeded {
				t.Errorf("took %v", took)
			}
		})
	}
}

// A Ctrl-C that the child has died of before the shell gets it still stops the script.
func TestCtrlCReachesChildFirst(t *testing.T) {
	code := `proc.start{"sh", "-c", "p=$PPID; (sleep 0.03; kill -INT $p) & kill -INT $$"}:wait() print("went on")`
	term := startTerminal(t, "-e", code)
	if got := term.status(); got != 130 {
		t.Errorf("exit status %d", got)
	}
	term.mu.Lock()
	defer term.mu.Unlock()
	if strings.Contains(term.text.String(), "went on") {
		t.Error("the script went on")
	}
}
