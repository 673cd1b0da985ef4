package mount

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

func TestMain(m *testing.M) { kerntest.Main(m, modules, stage) }

func TestLua(t *testing.T)      { kerntest.Lua(t, "testdata/*.lua") }
func TestExamples(t *testing.T) { kerntest.Examples(t, modules()[0]) }

// modules are the module under test, and what its scripts need to set the scene.
func modules() []*lua.Module {
	return []*lua.Module{Module(), {
		Name: "t",
		Docs: "---@meta\n",
		Funcs: []*lua.Func{
			path("mkdir", func(p string) error { return os.MkdirAll(p, 0o755) }),
			path("rmtree", os.RemoveAll),
			path("chdir", unix.Chdir),
			path("touch", func(p string) error { return os.WriteFile(p, nil, 0o644) }),
			paths("symlink", os.Symlink),
			paths("write", func(p, text string) error { return os.WriteFile(p, []byte(text), 0o644) }),
			lua.F("read", func(c *lua.Call) error {
				var p string
				if err := c.Unpack("path", &p); err != nil {
					return err
				}
				text, err := os.ReadFile(p)
				if err != nil {
					return err
				}
				return c.Return(string(text))
			}),
			lua.F("stat", func(c *lua.Call) error {
				var p string
				if err := c.Unpack("path", &p); err != nil {
					return err
				}
				var st unix.Stat_t
				if err := unix.Lstat(p, &st); err != nil {
					return err
				}
				return c.Return(lua.R("uid", st.Uid, "gid", st.Gid, "mode", st.Mode&0o7777, "rdev", st.Rdev, "dir", st.Mode&unix.S_IFMT == unix.S_IFDIR))
			}),
			lua.F("cwd", func(c *lua.Call) error {
				p, err := os.Getwd()
				if err != nil {
					return err
				}
				return c.Return(p)
			}),
			lua.F("uid", func(c *lua.Call) error { return c.Return(os.Getuid()) }),
			lua.F("pid", func(c *lua.Call) error { return c.Return(os.Getpid()) }),
			lua.F("fds", func(c *lua.Call) error {
				fds, err := os.ReadDir("/proc/self/fd")
				if err != nil {
					return err
				}
				return c.Return(len(fds))
			}),
			lua.F("heap", func(c *lua.Call) error { return c.Return(heapInUse()) }),
			lua.F("mntns", func(c *lua.Call) error {
				kind, err := namespace.ByName("mnt")
				if err != nil {
					return err
				}
				h, err := namespace.Current(kind, false)
				if err != nil {
					return err
				}
				return c.Return(h)
			}),
			lua.F("unshare", func(c *lua.Call) error { return unix.Unshare(unix.CLONE_NEWNS) }),
		},
		Types: []*lua.Type{{
			Name: "t.Namespace", Sample: (*namespace.Handle)(nil),
			Methods: []*lua.Func{
				lua.F("close", func(c *lua.Call) error { return lua.Self[*namespace.Handle](c).Close() }),
				lua.F("call", func(c *lua.Call) error {
					var fn *lua.Function
					if err := c.Unpack("fn", &fn); err != nil {
						return err
					}
					return lua.Self[*namespace.Handle](c).Visit(func() error {
						_, err := c.Invoke(fn)
						return err
					})
				}),
			},
		}},
	}, {
		// As much of these as the examples of the docs use.
		Name: "fs", Docs: "---@meta\n", Funcs: []*lua.Func{path("mkdir", func(p string) error { return os.Mkdir(p, 0o755) })},
	}, {
		Name: "ns", Docs: "---@meta\n", Funcs: []*lua.Func{path("unshare", func(string) error { return unix.Unshare(unix.CLONE_NEWNS) })},
	}}
}

func path(name string, f func(string) error) *lua.Func {
	return lua.F(name, func(c *lua.Call) error {
		var p string
		if err := c.Unpack("path", &p); err != nil {
			return err
		}
		return f(p)
	})
}

func paths(name string, f func(a, b string) error) *lua.Func {
	return lua.F(name, func(c *lua.Call) error {
		var a, b string
		if err := c.Unpack("a", &a, "b", &b); err != nil {
			return err
		}
		return f(a, b)
	})
}

// newMounts moves the test's thread, which ends with it, to a mount namespace of its own.
func newMounts(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root")
	}
	runtime.LockOSThread() // never unlocked
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", "/mnt", "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
}
