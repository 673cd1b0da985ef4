package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"nslua/bindings"
	"nslua/lua"
	"nslua/lua/repl"
)

func newCompleter(t testing.TB) *repl.Completer {
	t.Helper()
	state, err := lua.New(lua.Options{Modules: bindings.All(), Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := state.Close(); err != nil {
			t.Error(err)
		}
	})
	o := state.RunString(`
		here = ns.current("net")
		lab = {router = {up = print}, ["not a name"] = 1, _secret = 2}
		calls = 0
		trap = setmetatable({}, {__index = function() calls = calls + 1 return {field = 1} end})
		greeting = "hello"
	`, "setup")
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	names := func(kind string) []string { return []string{"a-" + kind + " first", "b-" + kind} }
	return &repl.Completer{State: state, Names: names}
}

func TestComplete(t *testing.T) {
	c := newCompleter(t)
	if err := os.WriteFile(t.TempDir()+"/file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/sub", 0o700); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{ // a "|" between candidates; "…" for more
		"moun":                                  "mount",
		"print(moun":                            "mount",
		"gree":                                  "greeting",
		"loc":                                   "local",
		"mount.bin":                             "bind",
		"net.route.g":                           "get",
		"lab.":                                  "_secret|router",
		"lab.router.":                           "up",
		"lab:":                                  "",
		"here:ca":                               "call",
		"here.":                                 "",
		"x = here:own":                          "owner|owner_uid",
		"net.link('lo'):addr_":                  "addr_del|addr_flush",
		"net.link'lo':addr_f":                   "addr_flush",
		"ns.current('net'):owner():pare":        "parent",
		"('x'):uppe":                            "upper",
		"greeting:uppe":                         "upper",
		"mount.tmpfs('/mnt', {nr_":              "nr_inodes = ",
		"mount.tmpfs('/mnt', {nr_inodes=5, nr_": "",
		"proc.run{'ls', clear":                  "clearenv = ",
		"ns.clone{'ut":                          "uts",
		"ns.new('cg":                            "cgroup",
		"ns.new(":                               "\"cgroup\"|\"ipc\"|…",
		"net.link('":                            "a-interface|b-interface",
		"net.routes{dev = 'b":                   "b-interface",
		"proc.kill(a":                           "a-pid",
		"ns.open('a-":                           "a-namespace",
		"fs.read('" + dir + "/s":                dir + "/sub/",
		"!ls " + dir + "/s":                     dir + "/sub/",
		":se":                                   "set",
		":set out":                              "output",
		":set output j":                         "json",
		":explain o":                            "on|off",
		"?moun":                                 "mount",
		"trap.":                                 "",
		"trap.field.":                           "",
		"-- moun":                               "",
		"'moun":                                 "",
		"x = 'it' .. gree":                      "greeting",
		"function f() return {a = gree":         "greeting",
		"":                                      "…",
	} {
		t.Run(text, func(t *testing.T) {
			found := c.Complete(text, len(text))
			var got []string
			for _, k := range found.List {
				got = append(got, k.Text)
			}
			names := strings.Split(want, "|")
			if want == "" {
				names = nil
			}
			if n := len(names); n > 0 && names[n-1] == "…" {
				names = names[:n-1]
				got = got[:min(len(got), n-1)]
			}
			if !slices.Equal(got, names) {
				t.Errorf("%q, want %q", got, names)
			}
			if found.From > len(text) || len(found.List) > 0 && !strings.HasPrefix(found.List[0].Text, text[found.From:]) {
				t.Errorf("replaces %q", text[found.From:])
			}
		})
	}
	if calls := c.State.Global("calls"); calls != lua.Value(lua.Number(0)) {
		t.Errorf("completion has called the script %v times", calls)
	}
}

// TestCompleteShows checks what is shown with the candidates.
func TestCompleteShows(t *testing.T) {
	c := newCompleter(t)
	found := c.Complete("mount.bin", 9)
	if len(found.List) != 1 || !strings.HasPrefix(found.List[0].Type, "mount.bind(source, target") || found.List[0].Brief == "" {
		t.Errorf("%+v", found.List)
	}
	text := "mount.bind('/a', "
	if about := c.Complete(text, len(text)).About; !strings.HasPrefix(about, "mount.bind(source, target") || !strings.Contains(about, "\n") {
		t.Errorf("%q", about)
	}
}

// TestCompleteTime holds a completion of a global to 20 ms.
func TestCompleteTime(t *testing.T) {
	c := newCompleter(t)
	c.State.Docs()
	begin := time.Now()
	const rounds = 50
	for range rounds {
		c.Complete("mou", 3)
	}
	if took := time.Since(begin) / rounds; took > 20*time.Millisecond {
		t.Errorf("took %v", took)
	}
}
