package lua

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	glua "github.com/yuin/gopher-lua"
)

// openRequire makes the table package and the function require: modules of the
// shell by their names, then Lua files along package.path.
func (s *State) openRequire() {
	pkg, loaded, preload := s.l.NewTable(), s.l.NewTable(), s.l.NewTable()
	script := ""
	if len(s.opts.Args) > 0 {
		script = s.opts.Args[0]
	}
	pkg.RawSetString("path", String(searchPath(script)))
	pkg.RawSetString("loaded", loaded)
	pkg.RawSetString("preload", preload)
	s.globals().RawSetString("package", pkg)
	require := s.l.NewFunction(func(l *glua.LState) int {
		name := l.CheckString(1)
		v := loaded.RawGetString(name)
		if v == Nil {
			v = s.require(l, name, pkg, preload)
			if v == Nil {
				v = glua.LTrue
			}
			loaded.RawSetString(name, v)
		}
		l.Push(v)
		return 1
	})
	s.globals().RawSetString("require", require)
}

// require finds and runs what name stands for. An error is raised, not returned.
func (s *State) require(l *glua.LState, name string, pkg, preload *Table) Value {
	if loader := preload.RawGetString(name); loader != Nil {
		l.Push(loader)
		l.Push(String(name))
		l.Call(1, 1)
		v := l.Get(-1)
		l.Pop(1)
		return v
	}
	if v := s.Global(name); v != Nil && (s.modules[name] != nil || s.named[v] == name) {
		return v
	}
	var tried []string
	for _, pattern := range strings.Split(pkg.RawGetString("path").String(), ";") {
		file := strings.ReplaceAll(pattern, "?", strings.ReplaceAll(name, ".", "/"))
		text, err := os.ReadFile(file)
		if err != nil {
			tried = append(tried, file)
			continue
		}
		f, err := s.Load(string(text), file)
		if err != nil {
			s.raise(l, "require", err)
		}
		l.Push(f)
		l.Push(String(name))
		l.Call(1, 1)
		v := l.Get(-1)
		l.Pop(1)
		return v
	}
	s.raise(l, "require", &Error{Code: "ENOENT", Errno: 2,
		Message: fmt.Sprintf("no module '%s': neither a module of the shell nor one of the files %s", name, strings.Join(tried, ", "))})
	return Nil
}

// searchPath is where require looks for Lua files: beside the script, and in the working directory.
func searchPath(script string) string {
	path := "./?.lua;./?/init.lua"
	if script != "" {
		dir := filepath.Dir(script)
		path = filepath.Join(dir, "?.lua") + ";" + filepath.Join(dir, "?", "init.lua") + ";" + path
	}
	if own := os.Getenv("LUA_PATH"); own != "" {
		path = own + ";" + path
	}
	return path
}
