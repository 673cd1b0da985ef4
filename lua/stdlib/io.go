package stdlib

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (b *library) openIO(L *lua.LState) {
	meta := L.NewTypeMetatable(fileClass)
	b.fileMeta = meta
	meta.RawSetString("__name", lua.LString(fileClass))
	methods := L.CreateTable(0, 8)
	meta.RawSetString("__index", methods)
	b.register(L, meta, []function{{"__tostring", b.fileTostring}})
	b.register(L, methods, []function{
		{"close", b.fileClose},
		{"flush", b.fileFlush},
		{"lines", b.fileLines},
		{"read", b.fileRead},
		{"seek", b.fileSeek},
		{"setvbuf", b.fileSetvbuf},
		{"write", b.fileWrite},
	})
	t := b.module(L, lua.IoLibName, []function{
		{"close", b.ioClose},
		{"flush", b.ioFlush},
		{"input", b.ioInput},
		{"lines", b.ioLines},
		{"open", b.ioOpen},
		{"output", b.ioOutput},
		{"read", b.ioRead},
		{"tmpfile", b.ioTmpfile},
		{"type", b.ioType},
		{"write", b.ioWrite},
	})
	stdin := b.Stdin
	if stdin == nil {
		stdin = bufio.NewReader(strings.NewReader(""))
	}
	b.stdout = &file{set: &b.files, w: b.Stdout, standard: true}
	b.input = b.newUserData(L, &file{set: &b.files, r: stdin, standard: true})
	b.output = b.newUserData(L, b.stdout)
	t.RawSetString("stdin", b.input)
	t.RawSetString("stdout", b.output)
	t.RawSetString("stderr", b.newUserData(L,
		&file{set: &b.files, w: direct{b.Stderr}, buffer: noBuffer, standard: true}))
}

func (b *library) fileTostring(L *lua.LState) int {
	f := b.anyFile(L, 1)
	if f.closed {
		return pushString(L, "file (closed)")
	}
	return pushString(L, fmt.Sprintf("file (%p)", f))
}

func (b *library) fileClose(L *lua.LState) int { return pushResult(L, b.openFile(L, 1).close()) }
func (b *library) fileFlush(L *lua.LState) int { return pushResult(L, b.openFile(L, 1).flush()) }

func (b *library) fileRead(L *lua.LState) int  { return b.read(L, b.openFile(L, 1), args(L, 2)) }
func (b *library) fileWrite(L *lua.LState) int { return b.write(L, L.Get(1), b.openFile(L, 1), 2) }

func (b *library) fileLines(L *lua.LState) int {
	return b.lines(L, b.openFile(L, 1), args(L, 2), false)
}

func (b *library) fileSeek(L *lua.LState) int {
	f := b.openFile(L, 1)
	whence, ok := map[string]int{"set": io.SeekStart, "cur": io.SeekCurrent, "end": io.SeekEnd}[b.optStr(L, 2, "cur")]
	if !ok {
		b.argError(L, 2, "invalid option '%s'", b.str(L, 2))
	}
	position, err := f.seek(int64(b.optInt(L, 3, 0)), whence)
	if err != nil {
		return pushError(L, err)
	}
	return pushNumber(L, float64(position))
}

func (b *library) fileSetvbuf(L *lua.LState) int {
	f := b.openFile(L, 1)
	mode, ok := map[string]buffering{"full": fullBuffer, "line": lineBuffer, "no": noBuffer}[b.str(L, 2)]
	if !ok {
		b.argError(L, 2, "invalid option '%s'", b.str(L, 2))
	}
	f.buffer = mode
	return pushResult(L, f.flush())
}

// current is the default file behind ud.
func current(L *lua.LState, ud *lua.LUserData, what string) *file {
	f := ud.Value.(*file)
	if f.closed {
		L.RaiseError("standard %s file is closed", what)
	}
	return f
}

func (b *library) ioRead(L *lua.LState) int {
	return b.read(L, current(L, b.input, "input"), args(L, 1))
}

func (b *library) ioWrite(L *lua.LState) int {
	return b.write(L, b.output, current(L, b.output, "output"), 1)
}

func (b *library) ioFlush(L *lua.LState) int {
	return pushResult(L, current(L, b.output, "output").flush())
}

func (b *library) ioClose(L *lua.LState) int {
	if L.GetTop() == 0 {
		return pushResult(L, current(L, b.output, "output").close())
	}
	return b.fileClose(L)
}

func (b *library) ioType(L *lua.LState) int {
	b.any(L, 1)
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if f, ok := ud.Value.(*file); ok {
			if f.closed {
				return pushString(L, "closed file")
			}
			return pushString(L, "file")
		}
	}
	L.Push(lua.LNil)
	return 1
}

// openMode are the flags of an fopen(3) mode.
func openMode(mode string) (flags int, readable, writable, ok bool) {
	switch strings.Replace(mode, "b", "", 1) {
	case "r":
		return os.O_RDONLY, true, false, true
	case "w":
		return os.O_WRONLY | os.O_CREATE | os.O_TRUNC, false, true, true
	case "a":
		return os.O_WRONLY | os.O_CREATE | os.O_APPEND, false, true, true
	case "r+":
		return os.O_RDWR, true, true, true
	case "w+":
		return os.O_RDWR | os.O_CREATE | os.O_TRUNC, true, true, true
	case "a+":
		return os.O_RDWR | os.O_CREATE | os.O_APPEND, true, true, true
	}
	return 0, false, false, false
}

func (b *library) openPath(path, mode string) (*file, error) {
	flags, readable, writable, _ := openMode(mode)
	f, err := b.files.open(path, flags)
	if err != nil {
		return nil, err
	}
	return b.files.newFile(f, readable, writable), nil
}

func (b *library) ioOpen(L *lua.LState) int {
	path, mode := b.str(L, 1), b.optStr(L, 2, "r")
	if _, _, _, ok := openMode(mode); !ok || strings.HasPrefix(mode, "b") {
		b.argError(L, 2, "invalid mode")
	}
	f, err := b.openPath(path, mode)
	if err != nil {
		return pushError(L, err)
	}
	L.Push(b.newUserData(L, f))
	return 1
}

// ioTmpfile has no name: it is gone when it is closed, however the script ends.
func (b *library) ioTmpfile(L *lua.LState) int {
	f, err := os.CreateTemp("", "lua_")
	if err != nil {
		return pushError(L, err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return pushError(L, errors.Join(err, f.Close()))
	}
	L.Push(b.newUserData(L, b.files.newFile(f, true, true)))
	return 1
}

func (b *library) ioInput(L *lua.LState) int  { return b.redirect(L, &b.input, "r") }
func (b *library) ioOutput(L *lua.LState) int { return b.redirect(L, &b.output, "w") }

// redirect sets a default file if there is an argument, and returns it.
func (b *library) redirect(L *lua.LState, which **lua.LUserData, mode string) int {
	switch L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LString, lua.LNumber:
		f, err := b.openPath(b.str(L, 1), mode)
		if err != nil {
			raise(L, err)
		}
		*which = b.newUserData(L, f)
	default:
		b.openFile(L, 1)
		*which = L.Get(1).(*lua.LUserData)
	}
	L.Push(*which)
	return 1
}

func (b *library) ioLines(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		return b.lines(L, current(L, b.input, "input"), args(L, 2), false)
	}
	f, err := b.openPath(b.str(L, 1), "r")
	if err != nil {
		raise(L, err)
	}
	return b.lines(L, f, args(L, 2), true)
}

// args are the arguments from number n on.
func args(L *lua.LState, n int) []lua.LValue {
	var out []lua.LValue
	for ; n <= L.GetTop(); n++ {
		out = append(out, L.Get(n))
	}
	return out
}

// lines returns a function that reads f by the formats, by default lines.
func (b *library) lines(L *lua.LState, f *file, formats []lua.LValue, closing bool) int {
	L.Push(L.NewFunction(func(L *lua.LState) int {
		if f.closed {
			L.RaiseError("file is already closed")
		}
		L.SetTop(0)
		n, err := b.readFormats(L, f, formats)
		if err != nil {
			raise(L, err)
		}
		if closing && L.Get(1) == lua.LNil {
			if err := f.close(); err != nil {
				raise(L, err)
			}
		}
		return n
	}))
	return 1
}

func (b *library) write(L *lua.LState, self lua.LValue, f *file, from int) int {
	for i := from; i <= L.GetTop(); i++ {
		if err := f.writeBytes([]byte(b.str(L, i))); err != nil {
			return pushError(L, err)
		}
	}
	L.Push(self)
	return 1
}

func (b *library) read(L *lua.LState, f *file, formats []lua.LValue) int {
	n, err := b.readFormats(L, f, formats)
	if err != nil {
		return pushError(L, err)
	}
	return n
}

// readFormats pushes one value for each format up to the first that fails,
// which gives nil.
func (b *library) readFormats(L *lua.LState, f *file, formats []lua.LValue) (int, error) {
	if err := f.reading(); err != nil {
		return 0, err
	}
	if len(formats) == 0 {
		line, ok, err := f.readLine(false)
		pushIf(L, ok, line)
		return 1, err
	}
	for i, format := range formats {
		ok, err := b.readFormat(L, f, format)
		if err != nil {
			return 0, err
		}
		if !ok {
			return i + 1, nil
		}
	}
	return len(formats), nil
}

func pushIf(L *lua.LState, ok bool, s string) {
	if ok {
		L.Push(stringValue(s))
	} else {
		L.Push(lua.LNil)
	}
}

// readFormat pushes the value that one format reads, nil if there is none.
func (b *library) readFormat(L *lua.LState, f *file, format lua.LValue) (bool, error) {
	m := b.meter(L)
	if n, ok := format.(lua.LNumber); ok {
		if n == 0 {
			_, err := f.r.Peek(1)
			pushIf(L, err == nil, "")
			return err == nil, notEOF(err)
		}
		data, err := f.readUpTo(truncate(float64(n)), &m)
		pushIf(L, len(data) > 0, string(data))
		return len(data) > 0, err
	}
	text, ok := format.(lua.LString)
	if !ok {
		L.RaiseError("bad argument to 'read' (invalid format)")
	}
	switch kind := strings.TrimPrefix(string(text), "*"); {
	case strings.HasPrefix(kind, "n"):
		n, ok, err := f.readNumber(&m)
		if !ok {
			L.Push(lua.LNil)
			return false, err
		}
		L.Push(lua.LNumber(n))
		return true, err
	case strings.HasPrefix(kind, "a"):
		data, err := f.readUpTo(math.MaxInt, &m)
		L.Push(lua.LString(data))
		return true, err
	case strings.HasPrefix(kind, "l"), strings.HasPrefix(kind, "L"):
		line, ok, err := f.readLine(kind[0] == 'L')
		pushIf(L, ok, line)
		return ok, err
	}
	L.RaiseError("bad argument to 'read' (invalid format '%s')", string(text))
	return false, nil
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
