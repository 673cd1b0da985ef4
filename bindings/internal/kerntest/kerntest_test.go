package kerntest

import (
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func TestMain(m *testing.M) { Main(m, modules) }

// modules is a module of the misdeeds that the tests below want caught.
func modules() []*lua.Module {
	return []*lua.Module{{
		Name: "t",
		Docs: docs,
		Funcs: []*lua.Func{
			action("mount", func() error { return unix.Mount("tmpfs", "/tmp", "tmpfs", 0, "") }),
			action("open", func() error { _, err := unix.Open("/", unix.O_PATH, 0); return err }),
			action("start", func() error { return exec.Command("sleep", "60").Start() }),
			action("orphan", func() error { return exec.Command("sh", "-c", "sleep 60 &").Run() }),
			action("queue", func() error {
				_, _, errno := unix.Syscall(unix.SYS_MSGGET, 0, unix.IPC_CREAT|0o600, 0)
				if errno != 0 {
					return errno
				}
				return nil
			}),
			action("die", func() error { return unix.Kill(os.Getpid(), unix.SIGKILL) }),
			lua.F("uid", func(c *lua.Call) error { return c.Return(os.Getuid()) }),
			lua.F("pid", func(c *lua.Call) error { return c.Return(os.Getpid()) }),
			lua.F("main", func(c *lua.Call) error { return c.Return(unix.Gettid() == os.Getpid()) }),
		},
	}}
}

func action(name string, f func() error) *lua.Func {
	return lua.F(name, func(*lua.Call) error { return f() })
}

const docs = `---@meta

--- Misdeeds.
t = {}

--- Says who runs.
---
--- ` + "```lua" + `
--- assert(t.uid() == 0)
--- ` + "```" + `
---
--- ` + "```lua root needs=tmpfs" + `
--- assert(t.pid() > 1)
--- ` + "```" + `
---
--- ` + "```lua norun" + `
--- error("not run")
--- ` + "```" + `
---@return integer
function t.uid() end
`

func TestLua(t *testing.T)      { Lua(t, "testdata/*.lua") }
func TestExamples(t *testing.T) { Examples(t, modules()[0]) }

func TestCaught(t *testing.T) {
	for _, tt := range []struct{ name, code, want string }{
		{"an error", "local x = nil\nprint(x.y)", "bad.lua:2"},
		{"a syntax error", "x = = 1", "bad.lua:1"},
		{"an undefined global", "print(undefined)", "undefined variable"},
		{"an exit code", "os.exit(3)", "exit status 3"},
		{"a mount", "t.mount()", "left behind by the script: mount"},
		{"an open file", "t.open()", "left open by the script: descriptor"},
		{"a child", "t.start()", "left open by the script: process"},
		{"an orphan", "t.orphan()", "left behind by the script: process"},
		{"a message queue", "t.queue()", "left behind by the script: System V msg"},
		{"a file", "io.open('/tmp/nslua-x', 'w'):close()", "left behind by the script: file /tmp/nslua-x"},
		{"a crash", "t.die()", "SIGKILL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := world{Name: "bad.lua", Kinds: kinds, User: true}
			out, err := w.run(t.Context(), tt.code, openDir(t))
			if err == nil {
				t.Fatalf("it passed:\n%s", out)
			}
			if text := out + err.Error(); !strings.Contains(text, tt.want) {
				t.Errorf("%q not found in:\n%s", tt.want, text)
			}
		})
	}
}

func TestTimeLimit(t *testing.T) {
	w := world{Name: "endless.lua", Kinds: kinds, User: true, limit: 500 * time.Millisecond}
	out, err := w.run(t.Context(), "while true do end", openDir(t))
	if err == nil || !strings.Contains(err.Error(), "still running after 500ms") {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(out, "runScript") {
		t.Errorf("no stack of the script's process in:\n%s", out)
	}
}

func TestMachineCheck(t *testing.T) {
	before, err := observe(machine)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.CreateTemp("/tmp", "nslua-kerntest")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	left, err := added(machine, before)
	cmd.Process.Kill()
	cmd.Wait()
	f.Close()
	os.Remove(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(left, "\n")
	for _, want := range []string{"file " + f.Name(), "(sleep)", "of " + f.Name()} {
		if !strings.Contains(text, want) {
			t.Errorf("%q not found in:\n%s", want, text)
		}
	}
}

func TestAsUser(t *testing.T) {
	t.Run("body (1)", func(t *testing.T) {
		AsUser(t, func(t *testing.T) {
			groups, err := os.Getgroups()
			if err != nil {
				t.Fatal(err)
			}
			if os.Getuid() != Nobody || os.Getgid() != Nobody || len(groups) > 0 {
				t.Errorf("uid %d, gid %d, groups %v", os.Getuid(), os.Getgid(), groups)
			}
			if err := os.WriteFile(os.TempDir()+"/x", nil, 0o600); err != nil {
				t.Error(err)
			}
		})
	})
}

func TestParseHeader(t *testing.T) {
	both := []string{"root", "user"}
	for _, tt := range []struct {
		text string
		want header
	}{
		{"print(1)", header{both, kinds, nil, ""}},
		{"#!/usr/bin/nslua\n-- as: root\nprint(1)", header{[]string{"root"}, realRoot, nil, ""}},
		{"-- as: user\n\n-- needs: overlay, link:vlan\n", header{[]string{"user"}, kinds, []string{"overlay", "link:vlan"}, ""}},
		{"-- long: moves much, slowly", header{both, kinds, nil, "moves much, slowly"}},
		{"-- world: none", header{both, nil, nil, ""}},
		{"-- as: root\n-- world: user,net", header{[]string{"root"}, []string{"user", "net"}, nil, ""}},
		{"-- a sentence: with a colon\nprint(1)\n-- as: root", header{both, kinds, nil, ""}},
	} {
		got, err := parseHeader(tt.text)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %+v, %v; want %+v", tt.text, got, err, tt.want)
		}
	}
	if _, err := parseHeader("-- as: nobody"); err == nil {
		t.Error("as: nobody is accepted")
	}
}

func TestHas(t *testing.T) {
	for feature, want := range map[string]bool{
		"tmpfs": true, "nosuchfs": false, "pid": true, "linux-4.18": true, "linux-99": false, "linux-99.1-rc1": false,
		"/dev/null": true, "/no/such": false, "cmd:sh": true, "cmd:no-such-program": false,
		"link:bridge": true, "link:nosuch": false, "qdisc:pfifo": true, "qdisc:nosuch": false, "cgroup2:nosuch": false,
	} {
		if Has(feature) != want {
			t.Errorf("%s: %v", feature, !want)
		}
	}
}
