package journal

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"nslua/lua"
)

// A process that is killed after it has made "a" and "b" and removed "a".
func TestMain(m *testing.M) {
	if dir := os.Getenv("JOURNAL_TEST_DIR"); dir != "" {
		f := New(dir)
		a, _ := f.Write(lua.Entry{Kind: "t", What: "a", Data: map[string]string{}})
		b, _ := f.Write(lua.Entry{Kind: "t", What: "b", Data: map[string]string{}})
		f.Write(lua.Entry{Kind: "t", What: "c", Data: map[string]string{}})
		f.Update(b, map[string]string{"index": "7"})
		f.Strike(a)
		os.Stdout.WriteString("ready\n")
		select {}
	}
	os.Exit(m.Run())
}

func TestCollect(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nslua")
	owner := exec.Command("/proc/self/exe")
	owner.Env = append(os.Environ(), "JOURNAL_TEST_DIR="+dir)
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	never := func(e lua.Entry) error { t.Errorf("undone while its owner lives: %s", e.What); return nil }
	if r, err := Collect(dir, false, never); err != nil || len(r) != 0 {
		t.Fatalf("a living owner's journal was taken: %v %v", r, err)
	}
	owner.Process.Kill()
	owner.Wait()

	var seen []string
	undo := func(e lua.Entry) error {
		seen = append(seen, e.What+e.Data["index"])
		if e.What == "c" && len(seen) == 1 {
			return errors.New("busy")
		}
		return nil
	}
	if r, err := Collect(dir, true, undo); err != nil || len(r) != 2 || len(seen) != 0 {
		t.Fatalf("dry run: %v %v, undone %v", r, err, seen)
	}
	if r, err := Collect(dir, false, undo); err != nil || len(r) != 2 || r[0].Err == nil {
		t.Fatalf("first try: %v %v", r, err)
	}
	seen = append(seen[:0], "again")
	if _, err := Collect(dir, false, undo); err != nil {
		t.Fatal(err)
	}
	if want := "again c b7"; len(seen) != 3 || seen[1]+" "+seen[2] != "c b7" {
		t.Errorf("got %v, want %s", seen, want)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestCleanEndLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nslua")
	f := New(dir)
	id, err := f.Write(lua.Entry{Kind: "t", What: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Strike(id), f.Close()); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestForeignDirIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := New(dir).Write(lua.Entry{Kind: "t"}); err == nil {
		t.Error("a journal was written where others can write")
	}
}
