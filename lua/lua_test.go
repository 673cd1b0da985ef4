package lua

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

// run runs Lua code in a fresh state and returns what it printed and how it ended.
func run(t *testing.T, code string, modules ...*Module) (string, Outcome, *State) {
	t.Helper()
	var out bytes.Buffer
	s, err := New(Options{Stdout: &out, Stderr: &out, Strict: true, Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	o := s.RunString(code, "test.lua")
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String(), o, s
}

func mustRun(t *testing.T, code string, modules ...*Module) string {
	t.Helper()
	out, o, _ := run(t, code, modules...)
	if o.Err != nil {
		t.Fatalf("%v", o.Err)
	}
	return out
}

func TestCaughtErrorsKeepUpvalues(t *testing.T) {
	mustRun(t, `
local x = 1
local function inc() x = x + 1 end
pcall(error, "e"); inc()
assert(x == 2, "after pcall")
pcall(function() pcall(error, "inner"); error("outer") end); inc()
assert(x == 3, "after nested pcall")
xpcall(function() local t; return t.x end, function(e) return e end); inc()
assert(x == 4, "after xpcall")

local escaped
pcall(function() local a = 10; escaped = function() a = a + 1; return a end; error("x") end)
local b, c, d, e = 1, 2, 3, 4
assert(escaped() == 11 and escaped() == 12, "a closure that outlives the failed call keeps its local")

local co = coroutine.wrap(function()
  local a = 1
  local f = function() a = a + 1 end
  pcall(error, "x"); f()
  coroutine.yield(a)
end)
assert(co() == 2, "in a coroutine")
assert(select("#", pcall(function() return nil, nil end)) == 3)
`)
}

func TestCoroutineErrors(t *testing.T) {
	mustRun(t, `
local outside, why = pcall(coroutine.yield, 1)
assert(not outside and why:find("outside a coroutine"), why)
local w = coroutine.wrap(function() error("bad") end)
assert(not pcall(w))
assert(coroutine.running() == nil, "the main thread runs again")
local c = coroutine.create(function() pcall(coroutine.yield, 1) end)
local ok, err = coroutine.resume(c)
assert(ok, tostring(err))
local d = coroutine.create(function() local ok, e = pcall(function() coroutine.yield(1) end); return ok, e end)
local _, ok, e = coroutine.resume(d)
assert(ok == false and tostring(e):find("across a pcall"), tostring(e))
`)
}

func TestInterrupt(t *testing.T) {
	for name, code := range map[string]string{
		"loop":      `while true do end`,
		"for":       `for i = 1, math.huge do end`,
		"recursion": `local function f() return f() end f()`,
		"caught":    `while true do pcall(function() while true do end end) end`,
		"coroutine": `coroutine.wrap(function() while true do end end)()`,
		"resumed":   `while true do coroutine.resume(coroutine.create(function() while true do end end)) end`,
		"goto":      `::again:: goto again`,
		"pairs":     `for _ in function() return 1 end do end`,
		"xpcall":    `while true do xpcall(function() while true do end end, function() while true do end end) end`,
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New(Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			timer := time.AfterFunc(20*time.Millisecond, s.Interrupt)
			defer timer.Stop()
			o := s.RunString(code, "test.lua")
			if o.Stop == nil || o.Stop.Code != 130 {
				t.Fatalf("outcome %+v", o)
			}
			if o := s.RunString(`local n = 0; for i = 1, 10 do n = n + i end; return n`, "after"); o.Err != nil || o.Results[0] != Number(55) {
				t.Fatalf("the state is unusable afterwards: %+v", o)
			}
		})
	}
}

func TestExit(t *testing.T) {
	_, o, _ := run(t, `pcall(function() os.exit(7) end) print("not reached")`)
	if o.Stop == nil || !o.Stop.Exit || o.Stop.Code != 7 {
		t.Fatalf("outcome %+v", o)
	}
}

func TestExitStatus(t *testing.T) {
	for code, want := range map[string]int{
		`os.exit()`: 0, `os.exit(true)`: 0, `os.exit(false)`: 1, `os.exit("3")`: 3,
		`coroutine.wrap(function() os.exit(4) end)()`: 4, `scope(function() os.exit(5) end)`: 5,
	} {
		if _, o, _ := run(t, code); o.Stop == nil || !o.Stop.Exit || o.Stop.Code != want {
			t.Errorf("%s: outcome %+v", code, o)
		}
	}
	if _, o, _ := run(t, `os.exit("x")`); o.Err == nil || !strings.Contains(o.Err.Error(), "bad argument #1 to 'exit'") {
		t.Errorf("os.exit of a word: %+v", o)
	}
}

// An uncaught value whose __tostring fails is reported all the same.
func TestReportOfBrokenValue(t *testing.T) {
	for _, code := range []string{
		`error(setmetatable({}, {__tostring = function() error("broken") end}))`,
		`error(setmetatable({}, {__tostring = 5}))`,
	} {
		_, o, s := run(t, code)
		if text := s.Report(o.Err, nil); !strings.HasPrefix(text, "test.lua:1: table: ") {
			t.Errorf("%s: %s", code, text)
		}
		if u := s.Uncaught(o.Err); !strings.HasPrefix(u.Message, "table: ") || u.Line != 1 {
			t.Errorf("%s: %+v", code, u)
		}
	}
}

func TestByteOrderMark(t *testing.T) {
	if out := mustRun(t, "\ufeff#!/usr/bin/env nslua\nprint('ok')"); out != "ok\n" {
		t.Errorf("printed %q", out)
	}
}

func TestUncallable(t *testing.T) {
	for code, want := range map[string]string{
		`os.execute("true")`:                           "call a nil value (execute)",
		`local t = {} t:up()`:                          "call a nil value (up)",
		`local n = 5 n()`:                              "call a number value (n)",
		`local t = {} return t.last()`:                 "call a nil value (last)",
		`local t = {} t[1]()`:                          "call a nil value",
		`("x")()`:                                      "call a string value",
		`for _ in nil do end`:                          "call a nil value",
		`coroutine.wrap(function() local f f() end)()`: "call a nil value (f)",
	} {
		_, o, s := run(t, code)
		if o.Err == nil || !strings.HasSuffix(o.Err.Error(), "test.lua:1: attempt to "+want) {
			t.Errorf("%s: %v", code, o.Err)
			continue
		}
		if text := s.Report(o.Err, nil); !strings.Contains(text, "test.lua:1 in ") {
			t.Errorf("%s: report: %s", code, text)
		}
	}
}

func TestStrict(t *testing.T) {
	_, o, _ := run(t, `total = 1; local x = totla`)
	if o.Err == nil || !strings.Contains(o.Err.Error(), "did you mean 'total'") {
		t.Fatalf("got %v", o.Err)
	}
	mustRun(t, `x = nil; assert(x == nil)`)
}

func TestStackOverflow(t *testing.T) {
	_, o, s := run(t, "local function f() return 1 + f() end\nf()")
	if o.Err == nil || !strings.Contains(o.Err.Error(), "stack overflow") {
		t.Fatalf("got %v", o.Err)
	}
	if text := s.Report(o.Err, nil); !strings.Contains(text, "test.lua:1") || strings.Contains(text, "[G]") {
		t.Errorf("report: %s", text)
	}
}

func TestScope(t *testing.T) {
	var log []string
	make := F("make", func(c *Call) error {
		var name string
		var fails bool
		if err := c.Unpack("name", &name, "fails?", &fails); err != nil {
			return err
		}
		log = append(log, "+"+name)
		c.State().OnUndo("thing "+name, nil, func() error {
			log = append(log, "-"+name)
			if fails {
				return Invalid("stuck")
			}
			return nil
		}, nil)
		return nil
	})
	m := &Module{Name: "t", Funcs: []*Func{make}}
	mustRun(t, `
t.make("outer")
local ok, err = pcall(scope, function() t.make("a"); scope(function() t.make("b") end); t.make("c"); error("half way") end)
assert(not ok and tostring(err):find("half way"))
local ok, err = pcall(scope, function() t.make("d", true) end)
assert(not ok and tostring(err):find("undo thing d: stuck"), tostring(err))
assert(scope(function(x) return x + 1 end, 41) == 42)
`, m)
	want := "+outer +a +b -b +c -c -a +d -d"
	if got := strings.Join(log, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestScopeEndsOnInterrupt(t *testing.T) {
	undone := 0
	m := &Module{Name: "t", Funcs: []*Func{F("make", func(c *Call) error {
		if err := c.Unpack(); err != nil {
			return err
		}
		c.State().OnUndo("thing", nil, func() error { undone++; return c.State().Sleep(time.Millisecond) }, nil)
		c.State().Interrupt()
		return nil
	})}}
	out, o, _ := run(t, `scope(function() t.make() while true do end end)`, m)
	if o.Stop == nil || undone != 1 || out != "" {
		t.Fatalf("outcome %+v, undone %d, printed %q", o, undone, out)
	}
}

func TestRequire(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/helper.lua", []byte("return {answer = 42}"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LUA_PATH", dir+"/?.lua")
	mustRun(t, `
assert(require("helper").answer == 42 and require("helper") == require("helper"))
assert(require("string") == string)
local ok, e = pcall(require, "nowhere")
assert(not ok and e.code == "ENOENT" and tostring(e):find("nowhere.lua"))
package.preload.mine = function(name) return name .. "!" end
assert(require("mine") == "mine!")
`)
}
