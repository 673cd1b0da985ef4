package lua

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkModule is a module with every kind of thing that Check looks at.
func checkModule() *Module {
	none := func(c *Call) error { return c.Unpack() }
	return &Module{
		Name: "net",
		Docs: `---@meta
net = {}

---@class net.Base
---@field timeout? Duration
---@class net.PingOptions : net.Base
---@field count? integer
---@field tls? {cert: string}
---@field hosts? net.Host[]
---@class net.Host
---@field name string
---@class net.VethOptions
---@field [integer] string
---@field mtu? integer
---@class net.Any
---@field [string] string

---@param host string
---@param options? net.PingOptions
function net.ping(host, options) end

---@param options net.VethOptions
function net.veth(options) end

---@param options net.Any
function net.any(options) end

---@param words string[]|net.PingOptions
function net.words(words) end

net.tcp = {}
function net.tcp.serve() end
`,
		Funcs:  []*Func{F("ping", none), F("veth", none), F("any", none), F("words", none), F("tcp.serve", none)},
		Values: R("MAX", 5),
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		code string
		want string // findings, one a line
	}{
		{"good", `local x = 1; print(x, net.MAX, net.ping, math.huge, arg[1], ...)`, ""},
		{"syntax", "x = = 1", "1: syntax error near '='"},
		{"not text", "\x7fELF\x00", ": not a text file; Lua source is expected"},
		{"shebang", "#!/usr/bin/nslua\nprint(totla)", "2: undefined variable 'totla'"},

		{"global", "totla = 1\nprint(total)", "2: undefined variable 'total', did you mean 'totla'?"},
		{"local nearby", "local count = 1\nreturn cuont", "2: undefined variable 'cuont', did you mean 'count'?"},
		{"out of scope", "do local a1 = 1 end\nreturn a1", "2: undefined variable 'a1'"},
		{"assigned later", "local function f() return later end\nlater = f", ""},
		{"function later", "return function() return later() end, function() function later() end end", ""},
		{"through _G", "_G.a1 = 1; rawset(_G, 'b1', 1); return a1, b1, _G.zebra", "1: undefined variable 'zebra'"},
		{"any through _G", "for k, v in pairs{} do _G[k] = v end; return something", ""},
		{"_G passed on", "fill = function() end; fill(_G); return something", ""},
		{"_G looked at", "for k in pairs(_G) do print(k) end; return something", "1: undefined variable 'something'"},
		{"setmetatable", "setmetatable(_G, {__index = function() end}); return something", ""},
		{"loaded code", "load('loaded = 1')(); return loaded, nothing1", "1: undefined variable 'nothing1'"},
		{"unknown code", "load(io.read())(); return anything", ""},
		{"repeat sees its body", "repeat local done = true until done", ""},
		{"loop variables", "for i, v in ipairs{} do print(i, v) end; for j = 1, 2 do print(j) end; return i", "1: undefined variable 'i'"},
		{"recursive local", "local function f() return f() end; return f", ""},
		{"local does not see itself", "local selfish = selfish", "1: undefined variable 'selfish'"},
		{"self", "local T = {}; function T:m() return self.x end; return T", ""},
		{"goto", "goto done; ::done::", ""},

		{"field", "net.pnig('x')", "1: module 'net' has no field 'pnig', did you mean 'ping'?"},
		{"field read", "return net.nothing", "1: module 'net' has no field 'nothing'"},
		{"alias", "local m = net\nm.pnig('x')", "2: module 'net' has no field 'pnig', did you mean 'ping'?"},
		{"required", "local m = require 'net'\nreturn m.pnig", "2: module 'net' has no field 'pnig', did you mean 'ping'?"},
		{"nested", "net.tcp.sevre()", "1: 'net.tcp' has no field 'sevre', did you mean 'serve'?"},
		{"reassigned alias", "local m = net; m = {}; return m.pnig", ""},
		{"shadowed", "local net = {}; return net.pnig", ""},
		{"own global", "net = {}; return net.pnig", ""},
		{"added field", "function net.mine() end; net.mine()", ""},
		{"computed", "return net[arg[1]]", ""},
		{"library call", "string.fromat('')", "1: 'string' has no field 'fromat', did you mean 'format'?"},
		{"library test", "local f = table.move2 or print; if string.trim then string.trim('') end; return f", ""},
		{"method on a string", "return ('x'):trim2()", ""},

		{"option", "net.ping('h', {conut = 1})", "1: net.ping: unknown option 'conut', did you mean 'count'?"},
		{"inherited option", "net.ping('h', {timeout = 1, ['count'] = 2})", ""},
		{"option through locals", "local p = net.ping\np('h', {\n  conut = 1})", "3: net.ping: unknown option 'conut', did you mean 'count'?"},
		{"inner record", "net.ping('h', {tls = {cetr = 'x'}})", "1: net.ping: unknown option 'cetr', did you mean 'cert'?"},
		{"list of records", "net.ping('h', {hosts = {{nmae = 'x'}}})", "1: net.ping: unknown option 'nmae', did you mean 'name'?"},
		{"positional", "net.veth{'a', 'b', mtu = 1}", ""},
		{"positional, wrong", "net.veth{'a', mut = 1}", "1: net.veth: unknown option 'mut', did you mean 'mtu'?"},
		{"any name", "net.any{whatever = 'x'}", ""},
		{"union", "net.words{'a'}; net.words{count = 1}; net.words{cuont = 1}", "1: net.words: unknown option 'cuont', did you mean 'count'?"},
		{"computed name", "net.ping('h', {[arg[1]] = 1})", ""},
		{"by pcall", "pcall(net.ping, 'h', {conut = 1})", ""},

		{"turned off in a line", "return totla ---@diagnostic disable-line: undefined-global", ""},
		{"another kind", "return totla ---@diagnostic disable-line: undefined-field", "1: undefined variable 'totla'"},
		{"turned off in the next", "---@diagnostic disable-next-line\nprint(totla)\nreturn totla", "3: undefined variable 'totla'"},
		{"off and on", "---@diagnostic disable: undefined-global\nprint(a1)\n---@diagnostic enable: undefined-global\nprint(b1)", "4: undefined variable 'b1'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := New(Options{Modules: []*Module{checkModule()}})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var got []string
			for _, f := range s.Check(c.code, "x.lua") {
				text := strings.TrimPrefix(f.String(), "x.lua:")
				got = append(got, text)
			}
			want := c.want
			if strings.HasPrefix(want, ": ") {
				want = want[1:]
			}
			if strings.Join(got, "\n") != want {
				t.Errorf("got  %q\nwant %q", strings.Join(got, "\n"), want)
			}
		})
	}
}

// TestCheckFollowsRequire checks that the globals of a required file count.
func TestCheckFollowsRequire(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"helper.lua":     `from_helper = 1; require "sub.deeper"; require "helper"`,
		"sub/deeper.lua": `from_deeper = 2`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	main := filepath.Join(dir, "main.lua")
	found := s.Check(`require "helper"; print(from_helper, from_deeper, from_nowhere)`, main)
	if len(found) != 1 || !strings.Contains(found[0].Message, "from_nowhere") {
		t.Errorf("found %v", found)
	}
	if found := s.Check(`require "nosuchmodule"; print(from_nowhere)`, main); len(found) != 0 {
		t.Errorf("what a module that is not there defines can't be known, but: %v", found)
	}
}
