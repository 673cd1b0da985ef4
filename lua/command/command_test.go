package command

import (
	"errors"
	"fmt"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

// given is the Values of a test: paths with dots.
type given map[string]Value

func (g given) Value(path []string) (Value, error) {
	v, ok := g[path[0]]
	if !ok {
		return nil, nil
	}
	for _, key := range path[1:] {
		switch of := v.(type) {
		case *Table:
			v = of.Fields[key]
		case Ref:
			v = of.Fields[key]
		default:
			return nil, nil
		}
	}
	return v, nil
}

func (g given) Filter(name string, v Value) ([]string, error) {
	if name != "long" {
		return nil, fmt.Errorf("no filter %q", name)
	}
	var words []string
	for _, w := range Words("", v) {
		words = append(words, "--"+w)
	}
	return words, nil
}

func list(words ...string) *Table {
	t := &Table{}
	for _, w := range words {
		t.List = append(t.List, w)
	}
	return t
}

func named(pairs ...any) *Table {
	t := &Table{Fields: map[string]Value{}}
	for i := 0; i < len(pairs); i += 2 {
		t.Fields[pairs[i].(string)] = pairs[i+1]
	}
	return t
}

func TestRender(t *testing.T) {
	const bind = "mount {recursive?--rbind|--bind}[ -o {,{readonly?ro} {nosuid} size={size} {options}}] {source} {target}"
	for _, tt := range []struct {
		template string
		values   given
		want     string
	}{
		{bind, given{"source": "/a", "target": "/b"}, "mount --bind /a /b"},
		{bind, given{"source": "/a", "target": "/b c", "recursive": true, "readonly": true, "size": "1M"},
			"mount --rbind -o ro,size=1M /a '/b c'"},
		{bind, given{"source": "/a", "target": "/b", "nosuid": false, "readonly": false}, "mount --bind /a /b"},
		{bind, given{"source": "/a", "target": "/b", "options": named("mode", "700", "huge", true, "swap", false)},
			"mount --bind -o huge,mode=700 /a /b"},
		{bind, given{"source": "/a", "target": "/b", "nosuid": true, "options": list("x=1", "y")},
			"mount --bind -o nosuid,x=1,y /a /b"},
		{"{...}", given{"...": list("echo", "it's", "")}, `echo 'it'\''s' ''`},
		{"unshare {kinds:long} true", given{"kinds": list("net", "uts")}, "unshare --net --uts true"},
		{"kill {p}", given{"p": Ref{Text: `"$p1"`}}, `kill "$p1"`},
		{"ip link set {self} master {self.dev}", given{"self": Ref{"veth0", map[string]Value{"dev": "br0"}}},
			"ip link set veth0 master br0"},
		{"umount {paths*}", given{"paths": list("/a", "/b")}, "umount /a\numount /b"},
		{"umount {paths*}", given{"paths": "/a"}, "umount /a"},
		{"umount {paths*}", given{"paths": &Table{}}, ""},
		{"{up?ip link set {name} up}", given{"name": "x"}, ""},
		{"{type=fifo?mkfifo|mknod} {path}", given{"type": "fifo", "path": "/x"}, "mkfifo /x"},
		{"{type=fifo?mkfifo|mknod} {path}", given{"type": "char", "path": "/x"}, "mknod /x"},
		{`test \[ -e {path} \] \{`, given{"path": "/x"}, "test [ -e /x ] {"},
		{"echo {text}   end", given{"text": "a  b\n c"}, "echo 'a  b\n c' end"},
		{`{a}$[ {b}]`, given{"a": "x"}, "x$"},
		{`echo "$a  b" {a}`, given{"a": `it's  "`}, `echo "$a  b" 'it'\''s  "'`},
		{"env {env} {...}", given{"env": named("A", "1 2", "B", "x"), "...": list("sh")}, "env A='1 2' B=x sh"},
		{"{peer.name?{peer.name}|{peer}}", given{"peer": named("name", "b")}, "b"},
		{"{peer.name?{peer.name}|{peer}}", given{"peer": "b"}, "b"},
		{"x[ {spec....}]", given{"spec": named("...", list("a", "b"))}, "x a b"},
	} {
		tmpl, err := Parse(tt.template)
		if err != nil {
			t.Error(err)
			continue
		}
		lines, err := tmpl.Render(tt.values)
		if got := strings.Join(lines, "\n"); err != nil || got != tt.want {
			t.Errorf("%s\n got %q, %v\nwant %q", tt.template, got, err, tt.want)
		}
	}
}

func TestRenderMissing(t *testing.T) {
	tmpl, err := Parse("mount {source}[ {options}] {target.path}")
	if err != nil {
		t.Fatal(err)
	}
	_, err = tmpl.Render(given{"source": "/a"})
	if missing, ok := errors.AsType[*MissingError](err); !ok || missing.Name != "target.path" {
		t.Errorf("got %v", err)
	}
	tmpl, _ = Parse("{a:nosuch}")
	if _, err := tmpl.Render(given{"a": "x"}); err == nil {
		t.Error("an unknown filter is accepted")
	}
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"{", "{}", "{a", "{a b}", "[", "a]", "a}", "{a?x", "{,a", "{a:}", "{a=b}", "{a?[x}"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

func TestHoles(t *testing.T) {
	tmpl, err := Parse("a {b.c} [{d:f} {,{e} x={g}}] {h?{i}|{j}} {k*}")
	if err != nil {
		t.Fatal(err)
	}
	paths, filters := tmpl.Holes()
	want := [][]string{{"b", "c"}, {"d"}, {"e"}, {"g"}, {"h"}, {"i"}, {"j"}, {"k"}}
	if !reflect.DeepEqual(paths, want) || !reflect.DeepEqual(filters, []string{"f"}) {
		t.Errorf("got %v, %v", paths, filters)
	}
	if !tmpl.Uses("b") || tmpl.Uses("c") {
		t.Error("Uses is wrong about {b.c}")
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct{ template, want string }{
		{"mount {recursive?--rbind|--bind}[ -o {,{readonly?ro} {nosuid} size={size} {options}}] {source} {target}",
			"mount --rbind|--bind [-o ro,nosuid,size=SIZE,options] SOURCE TARGET"},
		{"ip link add {name}[ mtu {mtu}] type veth", "ip link add NAME [mtu MTU] type veth"},
		{"{...} {a?|x}", "… [x]"},
		{`kill {self.pid}`, "kill PID"},
	} {
		tmpl, err := Parse(tt.template)
		if err != nil {
			t.Fatal(err)
		}
		if got := tmpl.Usage(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.template, got, tt.want)
		}
	}
}

// What is quoted comes through a real shell unchanged.
func TestQuote(t *testing.T) {
	for _, s := range []string{"", "plain", "two words", "it's", `"`, "$HOME", "`id`", `\`, "a\nb", "*", "~", "中文", "#x", "-n", "!", "a;b&c|d>e"} {
		out, err := exec.Command("sh", "-c", "printf %s "+Quote(s)).Output()
		if err != nil || string(out) != s {
			t.Errorf("%q became %q, %v", s, out, err)
		}
	}
	if got := Quote("--net=/run/netns/a"); got != "--net=/run/netns/a" {
		t.Errorf("quoted without need: %s", got)
	}
}
