package fs

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

func TestInterrupt(t *testing.T) {
	for name, code := range map[string]string{
		"read a pipe":     `fs.read(pipe)`,
		"write to a pipe": `fs.write(pipe, "x")`,
		"endless file":    `fs.read("/dev/zero", {limit = "1000G"})`,
		"watch":           `fs.watch("/tmp", {"move_self"}):next()`,
		"walk":            `while true do for e in fs.walk("/proc/self/task") do end end`,
	} {
		t.Run(name, func(t *testing.T) {
			s := kerntest.State(t, modules())
			pipe := t.TempDir() + "/pipe"
			if err := unix.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			s.SetGlobal("pipe", pipe)
			timer := time.AfterFunc(50*time.Millisecond, s.Interrupt)
			defer timer.Stop()
			start := time.Now()
			o := s.RunString(code, "test.lua")
			if o.Stop == nil || o.Err != nil {
				t.Fatalf("outcome %+v", o)
			}
			if d := time.Since(start); d > time.Second {
				t.Errorf("stopped after %s", d)
			}
		})
	}
}

func TestCopyStops(t *testing.T) {
	s := kerntest.State(t, modules())
	in, err := os.Open("/dev/zero")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile("/dev/null", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	timer := time.AfterFunc(50*time.Millisecond, s.Interrupt)
	defer timer.Stop()
	c := copier{wait: s.Wait}
	if err := c.stream(int(in.Fd()), int(out.Fd()), -1); !errors.Is(err, lua.ErrInterrupted) {
		t.Errorf("got %v", err)
	}
}

func TestPipes(t *testing.T) {
	pipe := t.TempDir() + "/pipe"
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	large := strings.Repeat("0123456789", 100000)
	got := make(chan string)
	go func() {
		time.Sleep(20 * time.Millisecond)
		text, err := os.ReadFile(pipe)
		if err != nil {
			t.Error(err)
		}
		got <- string(text)
	}()
	s := kerntest.State(t, modules())
	if err := Write(s.Wait, pipe, []byte(large), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if <-got != large {
		t.Error("the reader got something else")
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		f, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		for _, part := range []string{"one ", "two"} {
			f.WriteString(part)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	if text, err := Read(s.Wait, pipe, 0, -1); err != nil || string(text) != "one two" {
		t.Errorf("read %q, %v", text, err)
	}
}
