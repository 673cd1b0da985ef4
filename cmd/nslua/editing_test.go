package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

const (
	escUp    = "\x1b[A"
	escDown  = "\x1b[B"
	escLeft  = "\x1b[D"
	escHome  = "\x1b[H"
	backWord = "\x17"
	ctrlR    = "\x12"
	tabKey   = "\t"
)

func pasted(text string) string { return "\x1b[200~" + text + "\x1b[201~" }

func TestEvaluation(t *testing.T) {
	s := startSession(t)
	s.run("1 + 1", "2")
	s.run("_ + 40", "42")
	s.run("_1", "2")
	s.run("'text', 1, nil, true", "text    1       nil     true")
	s.run("local x, y = 5", "")
	s.run("x, y", "5       nil")
	s.run("local function f(n) return n < 2 and 1 or n * f(n - 1) end", "")
	s.run("f(5)", "120")
	s.run("nil", "")
	s.run("print('printed')", "printed")
}

func TestBlock(t *testing.T) {
	s := startSession(t)
	s.typed("for i = 1, 2 do\r")
	s.await("nslua# for i = 1, 2 do\n    ->")
	s.typed("print(i)\rend")
	s.await("nslua# for i = 1, 2 do\n    ->   print(i)\n    -> end")
	s.typed("\r")
	s.await("-> end\n1\n2\nnslua#")

	// From the history it comes as one text, and is edited as one.
	s.cleared()
	s.typed(escUp)
	s.await("nslua# for i = 1, 2 do\n    ->   print(i)\n    -> end")
	s.typed(escUp + "\x05" + escLeft + " * 10" + escDown + "\r")
	s.await("print(i * 10)\n    -> end\n10\n20\nnslua#")

	// Home, End and Ctrl-K keep to the line.
	s.typed("if true then\rprint('no')" + "\x01" + "\x0b" + "print('yes')\rend\r")
	s.await("yes\nnslua#")
}

func TestPaste(t *testing.T) {
	s := startSession(t)
	s.typed(pasted("local t = 0\r\nfor i = 1, 3 do\r\n\tt = t + i\r\nend\r\nprint('sum', t)\r\n"))
	s.await("end\n    -> print('sum', t)")
	s.typed("\r")
	s.await("sum     6\nnslua#")
	s.typed(escUp)
	s.await("nslua# local t = 0\n    -> for i = 1, 3 do\n    ->     t = t + i\n    -> end\n    -> print('sum', t)")
	s.typed(ctrlC)
	s.await("^C\nnslua#")
	s.typed(pasted("print('\x1b[31mred\x07')") + "\r")
	s.await("[31mred\nnslua#")
	s.typed(pasted(strings.Repeat("x = 1\n", 2000)) + "\r")
	s.run("x", "1")
}

func TestChinese(t *testing.T) {
	s := startSession(t)
	s.run("'你好，世界'", "你好，世界")
	s.typed("'中文中文'" + escLeft + escLeft + escLeft + "国\r")
	s.await("'中文国中文'\n中文国中文\nnslua#")
	s.typed("'" + strings.Repeat("汉", 60))
	s.await(strings.Repeat("汉", 36) + "\n" + strings.Repeat("汉", 24))
	s.typed(strings.Repeat("\x7f", 58) + "'\r")
	s.await("'汉汉'\n汉汉\nnslua#")
}

func TestHistory(t *testing.T) {
	home := openDir(t)
	s := startSessionAt(t, 80, 24, home, "-U")
	s.run("a = 1", "")
	s.run("b = 2", "")
	s.run(" secret = 3", "")
	s.run("a = 1", "")
	s.run("'a\\nb'", "a\nb")
	s.typed(ctrlD)
	if code := s.status(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	path := filepath.Join(home, "state", "nslua", "history")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "a = 1\nb = 2\na = 1\n'a\\\\nb'\n"; string(text) != want {
		t.Errorf("history %q, want %q", text, want)
	}

	s = startSessionAt(t, 80, 24, home, "-U")
	s.typed(escUp)
	s.await("nslua# 'a\\nb'")
	s.typed(escUp + escUp + escUp)
	s.await("nslua# b = 2")
	s.typed(ctrlC)
	s.typed("b" + escUp)
	s.await("nslua# b = 2")
	s.typed(escDown)
	s.await("nslua# b")
	s.typed(ctrlC + ctrlR + "=")
	s.await("(search '=') a = 1")
	s.typed(ctrlR)
	s.await("(search '=') b = 2")
	s.typed("\r")
	s.run("b", "2")
}

func TestScreenSizes(t *testing.T) {
	long := "'" + strings.Repeat("0123456789", 9) + "'"
	s := startSessionAt(t, 0, 0, openDir(t), "-U")
	s.typed(long + "\r")
	s.sees("\n" + strings.Repeat("0123456789", 8))
	s.run("1 + 1", "2")

	s = startSessionAt(t, 40, 10, openDir(t), "-U")
	s.typed(long)
	s.await("'01234567890123456789012345678901\n2345678901234567890123456789012345678901\n234567890123456789'")
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: 10, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	s.typed("\r")
	s.run("2 + 2", "4")

	// A block that is higher than the screen shows the part around the cursor.
	s = startSessionAt(t, 40, 6, openDir(t), "-U")
	s.typed(pasted(strings.Repeat("y = 1\n", 20) + "last = 7"))
	s.await("-> last = 7")
	s.typed("\r")
	s.run("last", "7")
}

func TestCtrlC(t *testing.T) {
	s := startSession(t)
	s.typed("half a line")
	s.await("half a line")
	s.typed(ctrlC)
	s.await("half a line^C\nnslua#")
	s.typed("for i = 1, 3 do\rprint(i)\r" + ctrlC)
	s.await("^C\nnslua#")
	s.run("co = coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end)", "")
	s.run("co()", "1")
	for _, endless := range []string{
		"while true do end", "proc.sleep('1h')", "proc.run{'sleep', '3600'}", "io.read()", "!sleep 3600",
		"coroutine.wrap(function() while true do end end)()", "pcall(function() while true do end end)",
	} {
		s.typed(endless + "\r")
		s.await(endless)
		time.Sleep(150 * time.Millisecond)
		sent := time.Now()
		s.typed(ctrlC)
		s.until("a prompt", func(text string) bool {
			return strings.HasSuffix(strings.TrimRight(text, " \n"), "\nnslua#")
		})
		if took := time.Since(sent); took > heeded {
			t.Errorf("%s: took %v", endless, took)
		}
	}
	s.cleared()
	s.run("co()", "2")
}

func TestCtrlDAsks(t *testing.T) {
	s := startSession(t)
	s.run("mount.tmpfs('/mnt') and 1", "1")
	s.typed(ctrlD)
	s.sees("Leaving undoes")
	s.typed("n\r")
	s.run("1 + 2", "3")
	s.typed(ctrlD + "y\r")
	if code := s.status(); code != 0 {
		t.Errorf("exit status %d", code)
	}

	s = startSession(t)
	s.typed("os.exit(3)\r")
	if code := s.status(); code != 3 {
		t.Errorf("exit status %d", code)
	}
	s = startSession(t, "-i")
	s.cmd.Process.Signal(syscall.SIGTERM)
	if code := s.status(); code != 143 {
		t.Errorf("exit status %d", code)
	}
}

// status waits for the end of the shell.
func (s *session) status() int {
	s.t.Helper()
	timer := time.AfterFunc(5*time.Second, func() { s.cmd.Process.Kill() })
	defer timer.Stop()
	s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

func TestMuchOutput(t *testing.T) {
	s := startSession(t)
	s.typed("io.write(('x'):rep(10 * 1024 * 1024))\r")
	s.until("10 MB", func(string) bool { s.mu.Lock(); defer s.mu.Unlock(); return s.bytes > 10<<20 })
	s.typed("\x0c")
	s.run("1 + 1", "2")
}

// TestIdle measures a prompt that waits.
func TestIdle(t *testing.T) {
	s := startSession(t, "-i")
	time.Sleep(300 * time.Millisecond)
	before := s.consumed(t)
	time.Sleep(500 * time.Millisecond)
	after := s.consumed(t)
	if after.cpu-before.cpu > 1 { // a tick is what the clock rounds by
		t.Errorf("an idle prompt used %d ticks", after.cpu-before.cpu)
	}
	if after.rss > 25<<20 {
		t.Errorf("an idle prompt takes %d KiB", after.rss>>10)
	}
}

type consumed struct{ cpu, rss int }

// consumed reads what the shell has used: processor time in ticks, memory in bytes.
func (s *session) consumed(t *testing.T) consumed {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), "stat"))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	number := func(i int) int {
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return consumed{cpu: number(11) + number(12), rss: number(21) * os.Getpagesize()}
}
