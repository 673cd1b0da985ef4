package fs

import (
	"os"
	"runtime"
	"testing"
	"time"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

// What is made in one mount namespace is removed there, wherever the shell is by then.
func TestUndoGoesHome(t *testing.T) {
	if os.Geteuid() != 0 {
		kerntest.Skipf(t, "root", "unshare takes it")
	}
	dir := t.TempDir()
	mkdirs(t, dir+"/cover")
	s, err := lua.New(lua.Options{Modules: modules(), Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	s.SetGlobal("dir", dir+"/cover")
	t.Run("away", func(t *testing.T) {
		runtime.LockOSThread()
		kerntest.Run(t, s, `fs.mkdir(dir .. "/made"); temp = fs.tempdir{dir = dir}; fs.write(temp .. "/file", "")`)
		mountTmpfs(t, dir+"/cover")
		kerntest.Run(t, s, `assert(not fs.exists(dir .. "/made") and not fs.exists(temp)); fs.mkdir(dir .. "/made")`)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(dir + "/cover"); err != nil || len(left) > 0 {
			t.Errorf("left in the new namespace: %v, %v", left, err)
		}
	})
	if left, err := os.ReadDir(dir + "/cover"); err != nil || len(left) > 0 {
		t.Errorf("left in the old namespace: %v, %v", left, err)
	}
}

func TestUndoEntries(t *testing.T) {
	dir := t.TempDir()
	s := kerntest.State(t, modules())
	s.SetGlobal("dir", dir)
	kerntest.Run(t, s, `fs.mkdir(dir .. "/made"); fs.mkdir(dir .. "/full"); fs.write(dir .. "/full/file", "")
temp = fs.tempdir{dir = dir}; fs.write(temp .. "/file", ""); file = fs.tempfile{dir = dir}`)
	entries := s.Entries()
	if len(entries) != 4 {
		t.Fatalf("entries %+v", entries)
	}
	undo := Module().Undo
	for _, e := range entries {
		other := map[string]string{"path": e.Data["path"], "namespace": "1", "dev": e.Data["dev"], "inode": e.Data["inode"]}
		if err := undo[e.Kind](lua.Entry{Kind: e.Kind, Data: other}); err != nil {
			t.Error(err)
		}
		other["namespace"], other["inode"] = e.Data["namespace"], "1"
		if err := undo[e.Kind](lua.Entry{Kind: e.Kind, Data: other}); err != nil {
			t.Error(err)
		}
		other["inode"] = "" // written before it was made, but what is there is older than that
		if err := undo[e.Kind](lua.Entry{Kind: e.Kind, Data: other, Time: time.Now().Add(time.Minute)}); err != nil {
			t.Error(err)
		}
	}
	if all, _ := os.ReadDir(dir); len(all) != 4 {
		t.Fatalf("look-alikes were removed: %v", all)
	}
	entries[0].Data["inode"] = ""
	for range 2 {
		for _, e := range entries {
			if err := undo[e.Kind](e); err != nil {
				t.Error(err)
			}
		}
	}
	if all, _ := os.ReadDir(dir); len(all) != 1 || all[0].Name() != "full" {
		t.Errorf("left: %v", all)
	}
}
