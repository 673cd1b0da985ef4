package stdlib

import (
	lua "github.com/yuin/gopher-lua"
)

// openCoroutine opens gopher-lua's library with a yield that knows where it
// cannot work.
func (b *library) openCoroutine(L *lua.LState) {
	openUpstream(L, lua.CoroutineLibName, lua.OpenCoroutine)
	b.register(L, L.GetGlobal(lua.CoroutineLibName).(*lua.LTable), []function{{"yield", b.yield}})
}

// yield refuses to leave a Go function that is in the middle of its work, such
// as gsub: unlike a Lua function it has no state to come back to.
func (b *library) yield(L *lua.LState) int {
	for level := 1; ; level++ {
		dbg, ok := L.GetStack(level)
		if !ok {
			return -1
		}
		if _, err := L.GetInfo("S", dbg, lua.LNil); err != nil {
			raise(L, err)
		}
		switch dbg.What {
		case "G":
			L.RaiseError("attempt to yield across a function written in Go")
		case "main": // where the coroutine started
			return -1
		}
	}
}
