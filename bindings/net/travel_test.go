package net

import (
	"errors"
	"maps"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

// isolated runs f on a thread in a fresh network namespace; the thread ends with it.
func isolated(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread must not be used again
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			if err == unix.EPERM {
				kerntest.Skipf(t, "root", "making a network namespace: %v", err)
			}
			t.Error(err)
			return
		}
		f(t)
	}()
	<-done
}

// newState is a state that works in the thread's namespace.
func newState(t *testing.T) *lua.State {
	t.Helper()
	s, err := lua.New(lua.Options{Modules: modules()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t *testing.T, s *lua.State, code string) {
	t.Helper()
	if o := s.RunString(code, "test"); o.Err != nil {
		t.Fatal(o.Err)
	}
}

// What a killed process leaves is undone by its journal entry, in the same namespace only, and only if it is the link made.
func TestUndoEntries(t *testing.T) {
	isolated(t, func(t *testing.T) {
		s := newState(t)
		run(t, s, `net.veth("u0", "u1"); net.bridge("u2"); net.veth("u3", "u4"); net.link("u3"):rename("u5")`)
		entries := s.Entries()
		if len(entries) != 3 {
			t.Fatalf("entries %+v", entries)
		}
		undo := func(change func(lua.Entry)) {
			t.Helper()
			for _, e := range entries {
				e.Data = maps.Clone(e.Data)
				change(e)
				if err := undoLink(e); err != nil {
					t.Error(err)
				}
			}
		}
		undo(func(e lua.Entry) { e.Data["netns"] = "1" })
		undo(func(e lua.Entry) { e.Data["kind"] = "dummy" })
		undo(func(e lua.Entry) { e.Data["name"], e.Data["index"] = "lo", "1" })
		undo(func(e lua.Entry) { e.Data["index"] = "99999" })
		run(t, s, `assert(#net.links() == 6)`)
		for _, bad := range entries {
			bad.Data = map[string]string{"netns": bad.Data["netns"], "name": "none", "kind": "veth", "index": "x"}
			if err := undoLink(bad); !errors.Is(err, unix.EINVAL) {
				t.Errorf("an entry with the index x: %v", err)
			}
		}
		for range 2 { // the second time they are gone
			undo(func(lua.Entry) {})
		}
		run(t, s, `assert(#net.links() == 1)`)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A link, and the functions of a place, work in another process as they did here.
func TestHandlesTravel(t *testing.T) {
	isolated(t, func(t *testing.T) {
		here, there := newState(t), newState(t)
		run(t, here, `
			net.veth("h0", "h1")
			away = ns.new()
			net.at(away).veth("t0", "t1")
			link, far, place = net.link("h0"), net.at(away).link("t0"), net.at(away)`)
		names := []string{"link", "far", "place"}
		var values []lua.Value
		for _, n := range names {
			values = append(values, here.Global(n))
		}
		data, fds, err := here.Pack(names, values...)
		if err != nil {
			t.Fatal(err)
		}
		for i, fd := range fds {
			if fds[i], err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0); err != nil {
				t.Fatal(err)
			}
		}
		arrived, err := there.Unpack(data, fds, false)
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range names {
			there.SetGlobal(n, arrived[i])
		}
		run(t, there, `
			assert(link.name == "h0" and link == net.link("h0"))
			link:up():addr("10.0.0.1/24")
			far:up()
			far:addr("10.1.0.1/24")
			assert(#place.links() == 3 and place.link("t0") == far)
			place.link("t1"):up()
			place.route.add("10.2.0.0/16", {via = "10.1.0.2"})
			assert(#net.links() == 3 and not pcall(net.link, "t0"))`)
		run(t, here, `
			assert(link:addrs()[1].address == "10.0.0.1/24")
			assert(far:info().up and place.routes()[2].dst == "10.2.0.0/16")
			away:close()`)
		run(t, there, `
			assert(far:exists(), "it keeps the namespace by itself")
			far:delete()
			assert(#place.links() == 1)`)
		for _, s := range []*lua.State{there, here} {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}
