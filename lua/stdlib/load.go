package stdlib

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// chunkName is how messages call a chunk: a name marked by '@' or '=' as it is,
// other text, which is the source itself, by its first line.
func chunkName(name string) string {
	if name != "" && (name[0] == '@' || name[0] == '=') {
		return name[1:]
	}
	const longest = 43
	line, _, more := strings.Cut(name, "\n")
	if len(line) > longest {
		line, more = line[:longest], true
	}
	if more {
		line += "..."
	}
	return `[string "` + line + `"]`
}

// compile makes a function of Lua source. The error is one line of text.
func compile(L *lua.LState, source, name, mode string) (*lua.LFunction, error) {
	if strings.HasPrefix(source, "\x1b") {
		return nil, fmt.Errorf("attempt to load a binary chunk (mode is '%s')", mode)
	}
	if !strings.Contains(mode, "t") {
		return nil, fmt.Errorf("attempt to load a text chunk (mode is '%s')", mode)
	}
	chunk, err := parse.Parse(strings.NewReader(source), name)
	if err != nil {
		var syntax *parse.Error
		if errors.As(err, &syntax) {
			return nil, errors.New(syntaxMessage(syntax, strings.Count(source, "\n")+1))
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := Prepare(chunk); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	proto, err := lua.Compile(chunk, name)
	if err != nil {
		return nil, errors.New(strings.TrimSpace(err.Error()))
	}
	return L.NewFunctionFromProto(proto), nil
}

func syntaxMessage(e *parse.Error, lastLine int) string {
	line, near := e.Pos.Line, "'"+e.Token+"'"
	if line == parse.EOF {
		line, near = lastLine, "<eof>"
	}
	return fmt.Sprintf("%s:%d: %s near %s", e.Pos.Source, line, e.Message, near)
}

// pushChunk returns the compiled chunk, or nil and a message. The environment,
// if given, is argument env.
func pushChunk(L *lua.LState, source, name, mode string, env int) int {
	fn, err := compile(L, source, name, mode)
	if err != nil {
		return pushFailure(L, err)
	}
	if t, ok := L.Get(env).(*lua.LTable); ok {
		fn.Env = t
	}
	L.Push(fn)
	return 1
}

func pushFailure(L *lua.LState, err error) int {
	L.Push(lua.LNil)
	L.Push(lua.LString(err.Error()))
	return 2
}

func (b *library) load(L *lua.LState) int {
	if _, ok := L.Get(1).(lua.LString); ok {
		return b.loadstring(L)
	}
	reader := b.fn(L, 1)
	name := b.optStr(L, 2, "=(load)")
	mode := b.optStr(L, 3, "bt")
	var source strings.Builder
	for {
		piece := call1(L, reader)
		if piece == lua.LNil || piece == lua.LString("") {
			return pushChunk(L, source.String(), chunkName(name), mode, 4)
		}
		s, ok := piece.(lua.LString)
		if !ok {
			return pushFailure(L, errors.New("reader function must return a string"))
		}
		source.WriteString(string(s))
	}
}

func (b *library) loadstring(L *lua.LState) int {
	source := b.str(L, 1)
	name := b.optStr(L, 2, source)
	mode := b.optStr(L, 3, "bt")
	return pushChunk(L, source, chunkName(name), mode, 4)
}

// readChunk reads a source file, the standard input if path is empty. A first
// line that starts with '#' is left out.
func (b *library) readChunk(path string) (source, name string, err error) {
	var data []byte
	if path == "" {
		name = "stdin"
		data, err = io.ReadAll(b.Stdin)
	} else {
		name = path
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return "", "", fmt.Errorf("cannot read %w", err)
	}
	source = string(data)
	if strings.HasPrefix(source, "#") {
		if end := strings.IndexByte(source, '\n'); end >= 0 {
			source = source[end:]
		} else {
			source = ""
		}
	}
	return source, name, nil
}

func (b *library) loadfile(L *lua.LState) int {
	mode := b.optStr(L, 2, "bt")
	source, name, err := b.readChunk(b.optStr(L, 1, ""))
	if err != nil {
		return pushFailure(L, err)
	}
	return pushChunk(L, source, name, mode, 3)
}

func (b *library) dofile(L *lua.LState) int {
	source, name, err := b.readChunk(b.optStr(L, 1, ""))
	if err != nil {
		throw(L, lua.LString(err.Error()))
	}
	fn, err := compile(L, source, name, "bt")
	if err != nil {
		throw(L, lua.LString(err.Error()))
	}
	top := L.GetTop()
	L.Push(fn)
	L.Call(0, lua.MultRet)
	return L.GetTop() - top
}
