package lua

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// thing is a handle for tests.
type thing struct{ closed bool }

func (t *thing) Close() error   { t.closed = true; return nil }
func (t *thing) Closed() bool   { return t.closed }
func (t *thing) String() string { return "thing" }

// unpackModule has functions that read every kind of argument and say what they got.
func unpackModule() *Module {
	show := F("show", func(c *Call) error {
		var s string
		var n int
		flag, mode := true, Mode(0o644)
		var size Size
		var rate Rate
		var cpu CPU
		var d time.Duration
		var list []string
		var env map[string]string
		var word string
		var big uint64
		var small uint32
		limit := Optional[int]{}
		if err := c.Unpack("s", &s, "n?", &n, "options?", Fields{
			"flag": &flag, "mode": &mode, "size": &size, "rate": &rate, "cpu": &cpu, "time": &d, "list": &list,
			"env": &env, "word": Enum(&word, "red", "green"), "big": &big, "small": &small, "limit": &limit,
			"nested": Fields{"deep": &n},
		}); err != nil {
			return err
		}
		return c.Return(fmt.Sprint(s, " ", n, " ", flag, " ", mode, " ", size, " ", rate, " ", cpu, " ", d, " ", list, " ", env, " ",
			word, " ", big, " ", small, " ", limit))
	})
	mixed := F("mixed", func(c *Call) error {
		var kinds []string
		var must string
		if err := c.Unpack("spec", Fields{"...": &kinds, "must!": &must}); err != nil {
			return err
		}
		return c.Return(strings.Join(kinds, "+") + must)
	})
	take := F("take", func(c *Call) error {
		var h *thing
		if err := c.Unpack("thing", Ref(&h)); err != nil {
			return err
		}
		return c.Return(h)
	})
	return &Module{
		Name: "t",
		Funcs: []*Func{show, mixed, take, F("new", func(c *Call) error {
			if err := c.Unpack(); err != nil {
				return err
			}
			return c.Return(&thing{})
		})},
		Types: []*Type{{
			Name: "t.Thing", Sample: (*thing)(nil),
			Methods: []*Func{
				F("name", func(c *Call) error {
					var suffix string
					if err := c.Unpack("suffix?", &suffix); err != nil {
						return err
					}
					return c.Return("thing" + suffix)
				}),
				F("close", func(c *Call) error {
					if err := c.Unpack(); err != nil {
						return err
					}
					return Self[*thing](c).Close()
				}),
			},
			Fields: map[string]func(Handle) any{"size": func(Handle) any { return 3 }},
		}},
	}
}

func TestUnpack(t *testing.T) {
	for _, c := range []struct{ code, want string }{
		{`t.show("a")`, "a 0 true 420 0 0 0 0s [] map[]  0 0 {0 false}"},
		{`t.show(7, "8")`, "7 8 true"},
		{`t.show("a", 1, {flag = false, mode = "0755", size = "1.5K", rate = "10mbit", cpu = "500m", time = "1m30s"})`,
			"a 1 false 493 1536 10000000 0.5 1m30s"},
		{`t.show("a", nil, {size = "2Mi", rate = "1kbps", cpu = 2, time = "1d"})`, "2097152 8000 2 24h0m0s"},
		{`t.show("a", nil, {time = 0.25, size = 10})`, "10 0 0 250ms"},
		{`t.show("a", nil, {list = {"x", "y"}, env = {A = 1}, word = "red"})`, "[x y] map[A:1] red"},
		{`t.show("a", nil, {list = "one", big = "18446744073709551615", small = 4294967295, limit = 0})`, "[one] map[]  18446744073709551615 4294967295 {0 true}"},
		{`t.show("a", nil, {nested = {deep = 5}})`, "a 5"},
		{`t.mixed{"user", "net", must = "!"}`, "user+net!"},
		{`tostring(t.take(t.new()))`, "thing"},
		{`t.new():name("s") .. t.new().size`, "things3"},
	} {
		if got := mustRun(t, "print("+c.code+")", unpackModule()); !strings.Contains(got, c.want) {
			t.Errorf("%s = %s, want %s", c.code, got, c.want)
		}
	}
}

func TestUnpackRefuses(t *testing.T) {
	for _, c := range []struct{ code, want string }{
		{`t.show()`, "t.show: argument 's' (number 1) is missing: string expected"},
		{`t.show({})`, "t.show: argument 's': a string expected, got a table"},
		{`t.show("a", "x")`, `argument 'n': an integer expected, got "x"`},
		{`t.show("a", 1.5)`, "an integer expected, got 1.5"},
		{`t.show("a", 1, {}, 4)`, "takes at most 3 arguments, got 4"},
		{`t.show("a", 1, {flg = true})`, "unknown option 'flg', did you mean 'flag'?"},
		{`t.show("a", 1, "flag")`, "argument 'options': a table of options expected"},
		{`t.show("a", 1, {true})`, "unexpected entry [1]"},
		{`t.show("a", 1, {mode = 755})`, "Lua has no octal numbers"},
		{`t.show("a", 1, {mode = "0999"})`, `option 'mode': a mode in octal ("0755") expected`},
		{`t.show("a", 1, {size = "lots"})`, `option 'size': a size`},
		{`t.show("a", 1, {size = -1})`, "option 'size'"},
		{`t.show("a", 1, {rate = "10mb"})`, "option 'rate': a rate"},
		{`t.show("a", 1, {cpu = "-1"})`, "option 'cpu'"},
		{`t.show("a", 1, {time = "soon"})`, "option 'time': a duration"},
		{`t.show("a", 1, {time = 1e300})`, "option 'time'"},
		{`t.show("a", 1, {list = {"x", {}}})`, "option 'list', item 2: a string expected, got a table"},
		{`t.show("a", 1, {list = {x = 1}})`, "a plain list expected, found the key 'x'"},
		{`t.show("a", 1, {word = "gren"})`, `did you mean "green"?`},
		{`t.show("a", 1, {small = 4294967296})`, "an integer from 0 to 4294967295 expected"},
		{`t.show("a", 1, {nested = {dep = 1}})`, "did you mean 'deep'"},
		{`t.mixed{"a"}`, "option 'must' is missing"},
		{`t.mixed{must = "x", [{}] = 1}`, "unexpected entry"},
		{`t.take(5)`, "argument 'thing': a t.Thing expected, got 5"},
		{`local h = t.new(); h:close(); h:close(); t.take(h)`, "thing has been closed"},
		{`local h = t.new(); h:close(); h:name()`, "t.Thing:name: thing has been closed"},
		{`t.new().name()`, "write handle:name(…), with a colon"},
		{`t.new():nam()`, "t.Thing has no method or field 'nam', did you mean 'name'?"},
		{`t.shw("a")`, "module 't' has no field 'shw', did you mean 'show'?"},
	} {
		_, o, _ := run(t, c.code, unpackModule())
		if o.Err == nil || !strings.Contains(o.Err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.code, o.Err, c.want)
		}
	}
}

func TestHandlesClose(t *testing.T) {
	s, err := New(Options{Modules: []*Module{unpackModule()}})
	if err != nil {
		t.Fatal(err)
	}
	o := s.RunString(`a, b = t.new(), t.new(); b:close(); return a, b`, "test")
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	a, b := HandleOf(o.Results[0]).(*thing), HandleOf(o.Results[1]).(*thing)
	if a.closed || !b.closed {
		t.Fatalf("before the end: a %v, b %v", a.closed, b.closed)
	}
	if err := s.Close(); err != nil || !a.closed {
		t.Fatalf("after the end: %v, a %v", err, a.closed)
	}
}

func TestReport(t *testing.T) {
	const code = "local function f()\n  t.show{}\nend\nf()"
	_, o, s := run(t, code, unpackModule())
	got := s.Report(o.Err, func(string) (string, bool) { return code, true })
	for _, want := range []string{
		"test.lua:2: t.show: argument 's': a string expected, got a table\n",
		"    2 |   t.show{}\n", "traceback:\n", "test.lua:2 in function 'f'", "test.lua:4 in main chunk",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the report lacks %q:\n%s", want, got)
		}
	}
}

func TestDescribe(t *testing.T) {
	m := unpackModule()
	_, _, s := run(t, "", m)
	sig, err := s.Describe(m.Funcs[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(sig.Params) != 3 || sig.Params[0].Name != "s" || sig.Params[0].Optional || !sig.Params[1].Optional {
		t.Errorf("params %+v", sig.Params)
	}
	if f := sig.Params[2].Fields; len(f) != 13 || f[0].Name != "big" {
		t.Errorf("fields %+v", f)
	}
	if _, err := s.Describe(F("bad", func(*Call) error { return nil })); err == nil {
		t.Error("a function without Unpack was described")
	}
}
