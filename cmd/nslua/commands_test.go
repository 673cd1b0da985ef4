package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestErrorsAtThePrompt(t *testing.T) {
	s := startSession(t)
	s.typed("local m = mount.bind('/nosuch', '/mnt')\r")
	s.sees("    1 | local m = mount.bind('/nosuch', '/mnt')\n      |           ^\ntraceback:")
	s.typed(":why\r")
	s.sees("call       mount.bind\nerror      open_tree /nosuch: no such file or directory (ENOENT)\nerrno      ENOENT (2)")
	s.sees("rule       ENOENT: ")
	s.sees("manual     open_tree(2)")
	s.run("1 + 1", "2")
	s.typed("nosuch.field\r")
	s.sees("1 | nosuch.field\n      | ^")
	s.typed("x = = 1\r")
	s.sees("1 | x = = 1")
	s.typed(":whi\r")
	s.sees("unknown command ':whi', did you mean ':why'?")
}

func TestHelpAtThePrompt(t *testing.T) {
	s := startSession(t)
	s.typed("mount.tmpfs?\r")
	s.sees("Mounts an empty file system in memory.")
	s.sees("mount -t tmpfs")
	s.cleared()
	s.run("h = ns.current('net')", "")
	s.typed("h?\r")
	s.sees("ns.Namespace\n")
	s.cleared()
	s.typed(pasted("-- Adds one.\nfunction add(a, ...)\n  return a + 1\nend") + "\r")
	s.await("end\nnslua#")
	s.run("add?", "function(a, ...), [2]:2\nAdds one.")
	s.cleared()
	s.typed("add??\r")
	s.sees("-- [2]:2\nfunction add(a, ...)\n  return a + 1\nend\nnslua#")
	s.typed("?pivot\r")
	s.sees("mount.pivot_root")
	s.typed("nosuch?\r")
	s.sees("nothing is called 'nosuch'")
	s.typed(":help\r")
	s.sees(":why                     the full story of the last error")
}

func TestStateDiff(t *testing.T) {
	s := startSession(t)
	s.run(":diff on", "")
	s.run("net.link('lo'):up():exists()", "true\nnet lo DOWN→UP 127.0.0.1/8 ::1/128")
	s.run("m = mount.tmpfs('/mnt')", "mnt +1 /mnt rw tmpfs")
	s.typed("p = proc.start{'sleep', '1000'}\r")
	s.sees("proc +1 ")
	s.sees(" sleep\nnslua#")
	s.typed("p:kill() p:wait()\r")
	s.sees("proc -1 ")
	s.typed("ns.unshare('uts')\r")
	s.sees("ns uts 40265")
	s.await("nslua [uts]#")
	s.typed(":undo\r")
	s.sees("undone: the change of namespace")
	s.await("nslua#")
	s.run(":undo", "undone: mount /mnt")
	s.run(":undo", "There is nothing to undo.")
	s.run("mount.find('/mnt').target == '/mnt'", "false")
	s.run(":diff off", "")
	s.run("m = mount.tmpfs('/mnt')", "")
}

func TestExplainAtThePrompt(t *testing.T) {
	s := startSession(t)
	s.run(":explain", "Nothing has run.")
	s.run("m = mount.tmpfs('/mnt', {size = '1M'})", "")
	s.run(":explain", "mount -t tmpfs -o size=1M tmpfs /mnt    # [1]:1 mount.tmpfs")
	s.run(":explain on", "")
	s.run("m:umount()", "umount /mnt    # [2]:1 mount.Mount:umount")
	s.run(":explain off", "")
	s.run("x = 1", "")
}

// TestSave saves a session as a script and as a shell script, and runs both.
func TestSave(t *testing.T) {
	home := openDir(t)
	s := startSessionAt(t, 120, 40, home, "-U")
	for _, input := range []string{
		"local size = '1M'",
		"m = mount.tmpfs('/mnt', {size = size})",
		"fs.write('/mnt/note', 'kept')",
		"net.link('lo'):up():exists()",
		"fs.exists('/mnt/note')",
		"nosuch()",
		"other = ns.new('net')",
		"!true",
		"m2 = mount.tmpfs('/media')",
		":undo",
		"fs.read('/mnt/note')",
		"saved = _",
		"1 +",
	} {
		s.typed(input + "\r")
	}
	s.typed("1\r")
	s.await("2\nnslua#")
	s.typed(":enter other\r")
	s.await("nslua other [net]#")
	s.typed("net.link('lo'):up():exists()\r")
	s.await("true\nnslua other [net]#")
	s.typed(ctrlD)
	s.await("nslua#")
	s.typed(":save lab.lua\r:save --shell lab.sh\r")
	s.sees("lab.sh\nnslua#")
	text, err := os.ReadFile(filepath.Join(home, "lab.lua"))
	if err != nil {
		t.Fatal(err)
	}
	script := string(text)
	for _, part := range []string{
		"local size = '1M'\n",
		"assert(mount.find(\"/mnt\").target == \"/mnt\")\n",
		"assert(net.link(\"lo\"):info().up == true)\n",
		"proc.run{\"sh\", \"-c\", \"true\"}\n",
		"other:call(function()\n",
		"assert((net.link('lo'):up():exists()) == true)\n",
		"_ = fs.read('/mnt/note')\nsaved = _\n",
	} {
		if !strings.Contains(script, part) {
			t.Errorf("no %q in\n%s", part, script)
		}
	}
	for _, part := range []string{"nosuch", "/media", ":save", "--shell"} {
		if strings.Contains(script, part) {
			t.Errorf("%q in\n%s", part, script)
		}
	}
	for _, run := range [][]string{
		{"-U", filepath.Join(home, "lab.lua")},
		{"-U", "-e", "os.exit(proc.run{'sh', '" + filepath.Join(home, "lab.sh") + "'}.code)"},
	} {
		if out, err := exec.Command(binary(t), run...).CombinedOutput(); err != nil {
			shell, _ := os.ReadFile(filepath.Join(home, "lab.sh"))
			t.Errorf("%v: %v\n%s\n%s\n%s", run, err, out, script, shell)
		}
	}
}

func TestEnter(t *testing.T) {
	s := startSession(t)
	s.run("h = ns.new('uts')", "")
	s.typed(":enter h\r")
	s.await("nslua h [uts]#")
	s.typed("sys.hostname('inside')\r")
	s.await("nslua h [uts]#")
	s.typed("seen = sys.hostname()\rwhile true do end\r")
	s.await("while true do end")
	s.typed(ctrlC)
	s.await("interrupted\nnslua h [uts]#")
	s.typed(ctrlD)
	s.await("nslua#")
	s.run("seen, sys.hostname() == seen", "inside  false")

	s.run("u = ns.new('user')", "")
	s.typed(":enter u\r")
	s.sees("A new nslua inside user:[")
	s.await("Ctrl-D leaves.\nnslua#")
	s.typed("mine = 'child'\rmine\r")
	s.await("child\nnslua#")
	s.typed("while true do end\r")
	s.await("while true do end")
	time.Sleep(100 * time.Millisecond)
	s.typed(ctrlC)
	s.await("interrupted\nnslua#")
	s.run("mine", "child")
	s.typed(ctrlD)
	s.await("nslua#\nnslua#")
	s.typed("rawget(_G, 'mine')\r1 + 1\r")
	s.await("2\nnslua#")
	s.typed(":enter 5\r")
	s.sees("5 can't be entered")
	s.typed(":enter h\ros.exit(4)\r")
	if code := s.status(); code != 4 {
		t.Errorf("exit status %d", code)
	}
}

func TestOtherCommands(t *testing.T) {
	home := openDir(t)
	if err := os.WriteFile(home+"/edit", []byte("#!/bin/sh\nsed -i 's/20/40/' \"$1\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VISUAL", "")
	t.Setenv("EDITOR", home+"/edit")
	s := startSessionAt(t, 80, 24, home, "-U")
	s.run("!echo $((6 * 7)); exit 3", "42\nexit status 3")
	s.typed("!trap 'echo caught' INT; sleep 5; echo done\r")
	s.await("echo done")
	time.Sleep(150 * time.Millisecond)
	s.typed(ctrlC)
	s.await("caught\ndone\nnslua#")
	s.run("20 + 2", "22")
	s.run(":edit", "42")
	s.typed(":time 1 + 1\r")
	s.sees("\n2\n")
	s.sees("µs\nnslua#")
	s.run(":set depth 3", "")
	s.run(":set depth", "depth    3      how deep tables are shown")
	s.typed(":set depth none\r")
	s.sees("setting depth: a number above 0 expected, got 'none'")
	s.typed(":set output tabel\r")
	s.sees("table or lua or json expected")
	s.run("name = 1", "")
	s.run(":reset", "")
	s.typed("name\r")
	s.sees("undefined variable 'name'")
	s.run("string.upper('x'), #arg", "X       0")
	s.typed(":trace\r")
	s.sees("nslua --trace")
	s.typed(":history depth\r")
	s.sees("\n:set depth 3\n:set depth\n")
	s.typed(":quit\r")
	if code := s.status(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// TestCompletionAtThePrompt types Tab.
func TestCompletionAtThePrompt(t *testing.T) {
	s := startSession(t)
	s.typed("mount.tm" + tabKey)
	s.sees("nslua# mount.tmpfs\n  tmpfs  mount.tmpfs(target")
	s.typed("('/mnt', {si" + tabKey)
	s.sees("nslua# mount.tmpfs('/mnt', {size =\nmount.tmpfs(target")
	s.typed("'1M'})\r")
	s.await("{size = '1M'})\nmount:/mnt\nnslua#")
	s.typed("net.link('l" + tabKey)
	s.sees("nslua# net.link('lo\n")
	s.typed("'):" + tabKey)
	s.sees("  addr ")
	s.typed("exi" + tabKey + "()\r")
	s.await("exists()\ntrue\nnslua#")
}
