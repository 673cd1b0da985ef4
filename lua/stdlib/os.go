package stdlib

import (
	"errors"
	"math"
	"os"
	"strings"
	"syscall"
	"time"

	lua "github.com/yuin/gopher-lua"
)

func (b *library) openOS(L *lua.LState) {
	b.module(L, lua.OsLibName, []function{
		{"clock", b.osClock},
		{"date", b.osDate},
		{"difftime", b.osDifftime},
		{"exit", b.osExit},
		{"getenv", b.osGetenv},
		{"remove", b.osRemove},
		{"rename", b.osRename},
		{"setlocale", b.osSetlocale},
		{"time", b.osTime},
		{"tmpname", b.osTmpname},
	})
}

// osClock is the processor time of the process in seconds, user and system.
func (b *library) osClock(L *lua.LState) int {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		raise(L, os.NewSyscallError("getrusage", err))
	}
	return pushNumber(L, float64(u.Utime.Nano()+u.Stime.Nano())/1e9)
}

func (b *library) osDifftime(L *lua.LState) int {
	return pushNumber(L, b.number(L, 1)-b.optNumber(L, 2, 0))
}

func (b *library) osExit(L *lua.LState) int {
	code := 0
	switch v := L.Get(1).(type) {
	case lua.LBool:
		if !v {
			code = 1
		}
	default:
		code = b.optInt(L, 1, 0)
	}
	b.Exit(code)
	return 0
}

func (b *library) osGetenv(L *lua.LState) int {
	value, ok := os.LookupEnv(b.str(L, 1))
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	return pushString(L, value)
}

// pushResult returns true, or nil, a message and the errno.
func pushResult(L *lua.LState, err error) int {
	if err == nil {
		return pushBool(L, true)
	}
	return pushError(L, err)
}

// pushError returns nil, a message and the errno. The message leads with the
// path, as C's does.
func pushError(L *lua.LState, err error) int {
	message := err.Error()
	var path *os.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		message = path.Path + ": " + path.Err.Error()
	case errors.As(err, &link):
		message = link.Old + ": " + link.Err.Error()
	}
	var errno syscall.Errno
	errors.As(err, &errno)
	L.Push(lua.LNil)
	L.Push(lua.LString(message))
	L.Push(lua.LNumber(errno))
	return 3
}

func (b *library) osRemove(L *lua.LState) int {
	return pushResult(L, os.Remove(b.str(L, 1)))
}

func (b *library) osRename(L *lua.LState) int {
	return pushResult(L, os.Rename(b.str(L, 1), b.str(L, 2)))
}

// osSetlocale knows the C locale only.
func (b *library) osSetlocale(L *lua.LState) int {
	switch b.optStr(L, 1, "C") {
	case "", "C", "POSIX":
		return pushString(L, "C")
	}
	L.Push(lua.LNil)
	return 1
}

func (b *library) osTmpname(L *lua.LState) int {
	f, err := os.CreateTemp("", "lua_")
	if err != nil {
		raise(L, err)
	}
	if err := f.Close(); err != nil {
		raise(L, err)
	}
	return pushString(L, f.Name())
}

// osTime is the time of a table of fields, normalized as mktime(3) does, or now.
func (b *library) osTime(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		return pushNumber(L, float64(time.Now().Unix()))
	}
	t := b.table(L, 1)
	field := func(name string, def int) int {
		var f float64
		ok := false
		switch v := L.GetField(t, name).(type) {
		case lua.LNumber:
			f, ok = float64(v), true
		case lua.LString:
			f, ok = parseNumber(string(v))
		case *lua.LNilType:
			if def < 0 {
				L.RaiseError("field '%s' missing in date table", name)
			}
			return def
		}
		if !ok || f != math.Trunc(f) {
			L.RaiseError("field '%s' is not an integer", name)
		}
		if math.Abs(f) > math.MaxInt32 {
			L.RaiseError("field '%s' is out-of-bound", name)
		}
		return int(f)
	}
	when := time.Date(field("year", -1), time.Month(field("month", -1)), field("day", -1),
		field("hour", 12), field("min", 0), field("sec", 0), 0, time.Local)
	if dst, ok := L.GetField(t, "isdst").(lua.LBool); ok && bool(dst) && !when.IsDST() {
		when = when.Add(-time.Hour)
	}
	return pushNumber(L, float64(when.Unix()))
}

func (b *library) osDate(L *lua.LState) int {
	format := b.optStr(L, 1, "%c")
	when := time.Now()
	if L.Get(2) != lua.LNil {
		when = time.Unix(int64(b.int(L, 2)), 0)
	}
	format, utc := strings.CutPrefix(format, "!")
	if utc {
		when = when.UTC()
	}
	if strings.HasPrefix(format, "*t") {
		L.Push(dateTable(L, when))
		return 1
	}
	text, err := strftime(format, when)
	if err != nil {
		b.argError(L, 1, "%s", err.Error())
	}
	return pushString(L, text)
}

func dateTable(L *lua.LState, when time.Time) *lua.LTable {
	t := L.CreateTable(0, 9)
	for name, n := range map[string]int{
		"year": when.Year(), "month": int(when.Month()), "day": when.Day(),
		"hour": when.Hour(), "min": when.Minute(), "sec": when.Second(),
		"wday": int(when.Weekday()) + 1, "yday": when.YearDay(),
	} {
		t.RawSetString(name, lua.LNumber(n))
	}
	t.RawSetString("isdst", lua.LBool(when.IsDST()))
	return t
}
