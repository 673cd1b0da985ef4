package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"nslua/bindings"
	"nslua/lua"
	"nslua/lua/luadoc"
)

// showDoc prints the documentation of one thing, or the list of modules.
func showDoc(o *options) int {
	name := ""
	if len(o.args) > 0 {
		name = o.args[0]
	}
	page := luadoc.Page{Width: terminalWidth(os.Stdout)}
	if wantColor(o.color, os.Stdout) {
		page.Style = luadoc.Style{Heading: "1", Name: "36", Type: "32", Code: "33", Strong: "1"}
	}
	text, err := lua.HelpText(lua.Docs(bindings.All()), name, page)
	if err != nil {
		return usageError(err)
	}
	return printOut(text)
}

// terminalWidth is the number of columns to fill.
func terminalWidth(f *os.File) int {
	const narrow, standard, wide = 40, 80, 100
	ws, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil || ws.Col == 0 {
		return standard
	}
	return min(max(int(ws.Col), narrow), wide)
}

// editorSettings makes LuaLS use the stubs. Of the languages it knows LuaJIT's is
// the nearest: Lua 5.1 with goto.
const editorSettings = `{
  "runtime.version": "LuaJIT",
  "runtime.builtin": {"bit": "disable", "ffi": "disable", "jit": "disable"},
  "workspace.library": ["."],
  "workspace.checkThirdParty": false
}
`

// writeStubs writes the stubs of all modules into a directory, and settings for
// LuaLS unless there are some.
func writeStubs(o *options) int {
	dir := o.args[0]
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return failed(err)
	}
	for _, stub := range lua.Stubs(bindings.All()) {
		if err := os.WriteFile(filepath.Join(dir, stub.Name), []byte(stub.Text), 0o666); err != nil {
			return failed(err)
		}
	}
	settings := filepath.Join(dir, ".luarc.json")
	f, err := os.OpenFile(settings, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if os.IsExist(err) {
		return exitOK
	}
	if err != nil {
		return failed(err)
	}
	_, err = f.WriteString(editorSettings)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return failed(err)
	}
	return exitOK
}

func failed(err error) int {
	fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
	return exitError
}

// failed reports an error of the program itself, as JSON if that is asked for, and returns code.
func (o *options) failed(code int, err error) int {
	if o.json {
		printJSON(os.Stderr, errorLine{errorFields{Message: err.Error()}})
	} else {
		fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
	}
	return code
}
