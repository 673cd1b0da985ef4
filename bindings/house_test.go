package bindings

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one Go file of the module that is not a test.
type source struct {
	path string // "lua/lua.go"
	room string // "lua"
	file *ast.File
	set  *token.FileSet
}

// sources parses all Go files of the module but tests.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || strings.HasPrefix(name, ".") && name != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		path = filepath.ToSlash(path)[len("../"):]
		out = append(out, source{path, strings.TrimSuffix(path, "/"+name), file, set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("found only %d files", len(out))
	}
	return out
}

const own = "nslua/"

// TestImports holds the rules about who may import whom.
func TestImports(t *testing.T) {
	for _, src := range sources(t) {
		for _, spec := range src.file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if why := refused(src, path); why != "" {
				t.Errorf("%s imports %s: %s", src.path, path, why)
			}
		}
	}
}

func refused(src source, path string) string {
	inside, isOwn := strings.CutPrefix(path, own)
	external := !isOwn && strings.Contains(strings.SplitN(path, "/", 2)[0], ".")
	within := func(dir string) bool { return src.room == dir || strings.HasPrefix(src.room, dir+"/") }
	switch {
	case path == "C":
		return "there is no cgo here"
	case strings.HasPrefix(inside, "cmd/"):
		return "nothing imports a command"
	case strings.HasPrefix(path, "github.com/yuin/gopher-lua"):
		if !slices.Contains([]string{"lua", "lua/stdlib", "lua/ship"}, src.room) {
			return "only lua, lua/stdlib and lua/ship know gopher-lua"
		}
	case within("lua/luadoc"), within("lua/command"):
		if isOwn && inside != "lua/command" || external {
			return "it uses the standard library only"
		}
	case src.room == "lua/repl":
		if external && path != runeWidth || isOwn && !slices.Contains([]string{"lua", "lua/luadoc", "lua/repl/editor"}, inside) {
			return "lua/repl uses lua, lua/luadoc and its editor"
		}
	case src.room == "lua/repl/editor":
		if isOwn || external && !slices.Contains([]string{"github.com/chzyer/readline", runeWidth, "golang.org/x/sys/unix"}, path) {
			return "the editor knows terminals only"
		}
	case within("lua"):
		if external && path != "golang.org/x/sys/unix" || isOwn && !strings.HasPrefix(inside, "lua/") {
			return "lua uses gopher-lua, x/sys/unix and what is below lua"
		}
	case src.room == "scripts":
		if isOwn || external {
			return "scripts only embeds"
		}
	case strings.HasPrefix(src.room, "bindings/"):
		return refusedInBinding(src, inside, isOwn)
	}
	return ""
}

// runeWidth tells how wide characters are on a terminal.
const runeWidth = "github.com/mattn/go-runewidth"

// refusedInBinding holds the rules for bindings/X and bindings/internal/X.
func refusedInBinding(src source, inside string, isOwn bool) string {
	glue := strings.HasPrefix(filepath.Base(src.path), "lua")
	internal := strings.HasPrefix(src.room, "bindings/internal/")
	switch {
	case !isOwn || inside == src.room || strings.HasPrefix(inside, src.room+"/"):
	case strings.HasPrefix(inside, "bindings/internal/"):
	case strings.HasPrefix(inside, "bindings"):
		return "a binding does not import another"
	case strings.HasPrefix(inside, "lua") && !glue && !internal:
		return "plain Go over the kernel knows no Lua: only lua*.go does"
	case !strings.HasPrefix(inside, "lua"):
		return "a binding uses lua and bindings/internal"
	}
	return ""
}

// TestNoInit allows init functions only where a thread or a limit must be caught before everything else.
func TestNoInit(t *testing.T) {
	allowed := []string{"cmd/nslua/main.go", "bindings/internal/nsfork/early/early.go", "bindings/internal/kerntest/kerntest.go"}
	for _, src := range sources(t) {
		for _, decl := range src.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.Name == "init" && !slices.Contains(allowed, src.path) {
				t.Errorf("%s: an init function: modules are listed in bindings.go", src.set.Position(f.Pos()))
			}
		}
	}
}
