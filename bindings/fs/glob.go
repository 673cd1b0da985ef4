package fs

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Glob lists the paths that match a pattern, by name: * ? [abc] within a name,
// and ** for any number of directories, links to them left out. As in glob(7), a
// name that begins with a dot is matched by a pattern that does.
func Glob(wait Wait, pattern string) ([]string, error) {
	parts := strings.Split(pattern, "/")
	for _, p := range parts {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("pattern %q: %w", pattern, unix.EINVAL)
		}
	}
	g := globber{wait: wait, seen: map[string]bool{}}
	base := ""
	if strings.HasPrefix(pattern, "/") {
		base = "/"
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	if err := g.expand(base, parts); err != nil {
		return nil, err
	}
	slices.Sort(g.found)
	return g.found, nil
}

type globber struct {
	wait  Wait
	seen  map[string]bool
	found []string
}

func (g *globber) expand(base string, parts []string) error {
	if err := g.wait.check(); err != nil {
		return err
	}
	if len(parts) == 0 {
		if base != "" && !g.seen[base] {
			g.seen[base] = true
			g.found = append(g.found, base)
		}
		return nil
	}
	part, rest := parts[0], parts[1:]
	if part == "**" {
		return g.deep(base, rest)
	}
	if !strings.ContainsAny(part, `*?[\`) {
		next := filepath.Join(base, part)
		if _, err := os.Lstat(next); err != nil {
			return nil
		}
		return g.expand(next, rest)
	}
	return g.each(base, func(e Entry) error {
		if ok, _ := path.Match(part, e.Name); !ok || hidden(e.Name) && !hidden(part) {
			return nil
		}
		return g.expand(filepath.Join(base, e.Name), rest)
	})
}

// deep is **: here, and in every directory below.
func (g *globber) deep(base string, rest []string) error {
	if err := g.expand(base, rest); err != nil {
		return err
	}
	return g.each(base, func(e Entry) error {
		if e.Type != "dir" || hidden(e.Name) {
			if len(rest) == 0 && !hidden(e.Name) {
				return g.expand(filepath.Join(base, e.Name), nil)
			}
			return nil
		}
		return g.deep(filepath.Join(base, e.Name), rest)
	})
}

// each calls f for what is in a directory. One that can't be read matches nothing, as in a shell.
func (g *globber) each(base string, f func(Entry) error) error {
	dir := base
	if dir == "" {
		dir = "."
	}
	entries, err := List(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }
