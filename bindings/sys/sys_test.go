package sys

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

func modules() []*lua.Module { return []*lua.Module{Module()} }

func TestMain(m *testing.M) { kerntest.Main(m, modules) }

func TestLua(t *testing.T) { kerntest.Lua(t, "testdata/*.lua") }

func TestExamples(t *testing.T) { kerntest.Examples(t, Module()) }

func TestParseList(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []int
	}{
		{"", nil}, {"0", []int{0}}, {"0-3", []int{0, 1, 2, 3}}, {"0-1,7,9-10", []int{0, 1, 7, 9, 10}},
	} {
		if got, err := parseList(tt.text); err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %v, %v", tt.text, got, err)
		}
	}
	for _, bad := range []string{"x", "0-x", "1-"} {
		if _, err := parseList(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestSysctlSearch(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"net/conf/eth0", "net/conf/eth0.1/deep", "net/conf/eth0.1.x"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"net.conf.eth0":          "net/conf/eth0",
		"net.conf.eth0.1":        "net/conf/eth0.1",
		"net.conf.eth0.1.deep":   "net/conf/eth0.1/deep",
		"net.conf.eth0.1.x":      "net/conf/eth0.1.x",
		"net.conf.eth0.2":        "",
		"net.conf.eth0.1.deep.x": "",
		"..":                     "",
		"net.conf.eth0....":      "",
	} {
		got := search(root, strings.Split(name, "."))
		if want != "" {
			want = filepath.Join(root, want)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestInterrupt(t *testing.T) {
	for name, code := range map[string]string{
		"msg receive": `sys.ipc.msg.create():receive()`,
		"msg send":    `local q = sys.ipc.msg.create() while true do q:send(("x"):rep(8000)) end`,
		"sem op":      `sys.ipc.sem.create(1):op(0, -1)`,
		"mq receive":  `sys.mq.create("/nslua-interrupt"):receive()`,
		"caught":      `while true do pcall(function() sys.ipc.sem.create(1):op(0, -1) end) end`,
	} {
		t.Run(name, func(t *testing.T) {
			s := kerntest.State(t, modules())
			timer := time.AfterFunc(50*time.Millisecond, s.Interrupt)
			defer timer.Stop()
			start := time.Now()
			o := s.RunString(code, "test.lua")
			if o.Stop == nil || o.Err != nil {
				t.Fatalf("outcome %+v", o)
			}
			if d := time.Since(start); d > time.Second {
				t.Errorf("stopped after %s", d)
			}
		})
	}
}

// A handle stays with its ipc namespace, wherever the shell goes.
func TestHandlesStayHome(t *testing.T) {
	if os.Geteuid() != 0 {
		kerntest.Skipf(t, "root", "unshare takes it")
	}
	s := kerntest.State(t, modules()) // its cleanup removes what is made below, and the machine check sees that it did
	kerntest.Run(t, s, `
q = sys.ipc.msg.create()
sem = sys.ipc.sem.create(1)
shm = sys.ipc.shm.create(10)
mq = sys.mq.create("/nslua-home")`)
	if err := unix.Unshare(unix.CLONE_NEWIPC); err != nil {
		t.Fatal(err)
	}
	kerntest.Run(t, s, `
assert(#sys.ipc.list() == 0 and #sys.mq.list() == 0)
q:send("from afar")
assert(q:receive() == "from afar" and q:info().qnum == 0)
sem:op(0, 2)
assert(sem:getall()[1] == 2)
shm:write(0, "here")
assert(shm:read(0, 4) == "here")
mq:send("x")
assert(mq:receive() == "x")
shm:remove()
assert(not pcall(sys.ipc.msg.at, q.id))
sys.ipc.msg.create()
sys.mq.create("/nslua-away")`)
}

// What a killed process leaves is undone by its journal entry, in the same namespace only.
func TestUndoEntries(t *testing.T) {
	s := kerntest.State(t, modules())
	kerntest.Run(t, s, `q = sys.ipc.msg.create(); mq = sys.mq.create("/nslua-entries")`)
	entries := s.Entries()
	if len(entries) != 2 {
		t.Fatalf("entries %+v", entries)
	}
	undo := Module().Undo
	for _, e := range entries {
		here := e.Data["namespace"]
		e.Data["namespace"] = "1"
		if err := undo[e.Kind](e); err != nil {
			t.Fatal(err)
		}
		e.Data["namespace"] = here
	}
	kerntest.Run(t, s, `q:info(); sys.mq.open("/nslua-entries"):close()`)
	for range 2 {
		for _, e := range entries {
			if err := undo[e.Kind](e); err != nil {
				t.Fatal(err)
			}
		}
	}
	kerntest.Run(t, s, `assert(not pcall(q.info, q) and not pcall(sys.mq.open, "/nslua-entries"))`)
}

// A POSIX queue travels to another process as its descriptor.
func TestQueueTravels(t *testing.T) {
	here, there := kerntest.State(t, modules()), kerntest.State(t, modules())
	kerntest.Run(t, here, `mq = sys.mq.create("/nslua-travel"); mq:send("hello")`)
	data, fds, err := here.Pack([]string{"mq"}, here.Global("mq"))
	if err != nil {
		t.Fatal(err)
	}
	for i, fd := range fds {
		if fds[i], err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0); err != nil {
			t.Fatal(err)
		}
	}
	values, err := there.Unpack(data, fds, false)
	if err != nil {
		t.Fatal(err)
	}
	there.SetGlobal("mq", values[0])
	kerntest.Run(t, there, `assert(mq.name == "/nslua-travel" and mq:receive() == "hello")`)
}
