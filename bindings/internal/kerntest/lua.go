package kerntest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nslua/lua"
	"nslua/lua/luadoc"
)

// Lua runs every script that matches pattern in a world of its own, once started
// by root (subtest NAME/root) and once by an ordinary user (NAME/user). A script
// passes if it ends without an error and leaves nothing behind.
//
// It is root inside: with every id if root has started it, alone otherwise. The
// world has fresh user, mnt, pid, net, uts, ipc and cgroup namespaces, its own
// /proc and empty /run and /tmp. Comments before the first line of code say otherwise:
//
//	-- as: root          only this way; without other word on the world, as real root: no user namespace
//	-- as: user
//	-- world: mnt, net   these namespaces only
//	-- world: none       the machine's own
//	-- needs: overlay    skipped unless Has(...) for each
//	-- long: REASON      skipped by go test -short
func Lua(t *testing.T, pattern string) {
	t.Helper()
	scripts, err := filepath.Glob(pattern)
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no script matches %s (%v)", pattern, err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".lua"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			h, err := parseHeader(string(text))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			h.run(t, path, string(text))
		})
	}
}

// Examples runs every example of a module's docs as Lua runs a script. The words
// behind ```lua say otherwise: root (as real root, without a user namespace),
// user, norun, needs=FEATURE,FEATURE.
func Examples(t *testing.T, m *lua.Module) {
	t.Helper()
	name := m.Name + ".d.lua"
	set := luadoc.NewSet(luadoc.Parse(name, []byte(m.Docs)))
	for _, e := range set.Examples() {
		if e.Has("norun") {
			continue
		}
		h := header{as: []string{"root", "user"}, kinds: kinds, needs: e.List("needs")}
		switch {
		case e.Has("root"):
			h.as, h.kinds = []string{"root"}, realRoot
		case e.Has("user"):
			h.as = []string{"user"}
		}
		t.Run(fmt.Sprintf("%s:%d", e.Owner, e.Line), func(t *testing.T) {
			// Line numbers in errors are those of the stub.
			h.run(t, name, strings.Repeat("\n", e.Line-1)+e.Code)
		})
	}
}

// header is what the comments at the top of a script say.
type header struct {
	as    []string
	kinds []string
	needs []string
	long  string
}

// realRoot is a world for what no root of a user namespace may do.
var realRoot = slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return k == "user" })

func parseHeader(text string) (header, error) {
	h := header{as: []string{"root", "user"}}
	set := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--") && !strings.HasPrefix(line, "#!") {
			break
		}
		key, value, ok := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "--")), ":")
		words := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		if !ok {
			continue
		}
		switch key {
		case "as":
			h.as = words
			for _, w := range words {
				if w != "root" && w != "user" {
					return h, fmt.Errorf("as: %s: root or user expected", w)
				}
			}
		case "needs":
			h.needs = words
		case "long":
			h.long = strings.TrimSpace(value)
		case "world":
			set = true
			if value := strings.TrimSpace(value); value != "none" {
				h.kinds = words
			}
		}
	}
	if !set {
		h.kinds = kinds
		if slices.Equal(h.as, []string{"root"}) {
			h.kinds = realRoot
		}
	}
	return h, nil
}

func (h header) run(t *testing.T, name, text string) {
	for _, as := range h.as {
		t.Run(as, func(t *testing.T) {
			if h.long != "" && testing.Short() {
				t.Skip(h.long)
			}
			for _, feature := range h.needs {
				if !Has(feature) {
					Skipf(t, feature, "this machine does not have it")
				}
			}
			if as == "root" && os.Getuid() != 0 {
				Skipf(t, "root", "the tests run as an ordinary user")
			}
			w := world{Name: name, Kinds: h.kinds, User: as == "user"}
			out, err := w.run(t.Context(), text, openDir(t))
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			} else if out != "" {
				t.Log("\n" + out)
			}
		})
	}
}
