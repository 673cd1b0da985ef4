package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua"
	"nslua/lua/command"
)

// explain is what --explain asks for: the classic command for each call, or the whole run as a shell script.
type explain struct {
	calls   bool
	script  bool
	path    string // of the script; "" is the standard output
	inWorld bool   // the shell outside has begun the script

	explainer *lua.Explainer
	file      *os.File
}

func setExplain(o *options, what string) error {
	what, path, given := strings.Cut(what, ":")
	switch {
	case what == "" && !given:
		o.explain.calls = true
	case what == "script" && (!given || path != ""):
		o.explain.script, o.explain.path = true, path
	default:
		return fmt.Errorf("option --explain takes no value, or script or script:FILE")
	}
	return nil
}

// flag is the option again, for the shell inside a world.
func (x *explain) flag() []string {
	switch {
	case x.calls:
		return []string{"--explain"}
	case x.path != "":
		return []string{"--explain=script:" + x.path}
	case x.script:
		return []string{"--explain=script"}
	}
	return nil
}

// open opens the script's file. What the program itself prints goes to the
// standard error where the script takes the standard output.
func (x *explain) open() error {
	if !x.script {
		return nil
	}
	if x.path != "" {
		mode := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		if x.inWorld {
			mode = os.O_WRONLY | os.O_APPEND
		}
		var err error
		x.file, err = os.OpenFile(x.path, mode, 0o755)
		return err
	}
	fd, err := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return os.NewSyscallError("dup", err)
	}
	x.file = os.NewFile(uintptr(fd), "standard output")
	return os.NewSyscallError("dup2", unix.Dup2(2, 1))
}

// start begins to explain what the state does.
func (x *explain) start(s *lua.State) {
	switch {
	case x.script:
		x.explainer = s.ExplainScript()
	case x.calls:
		s.Explain(func(e lua.Explanation) {
			s.Flush() // an error shows again at the end
			fmt.Fprintln(os.Stderr, e)
		})
	}
}

// finish writes the script, when the state has been closed.
func (x *explain) finish(name string) error {
	if x.explainer == nil {
		return nil
	}
	if _, err := x.file.WriteString(x.explainer.Script("What " + name + " did, by nslua --explain=script.")); err != nil {
		return err
	}
	return x.file.Close()
}

// endOfWorld ends the part of a script that runs in a world.
const endOfWorld = "end_of_world"

// world begins a script that runs in new namespaces; the function it returns ends it.
func (x *explain) world(kinds []string) (end func() error, err error) {
	if !x.script {
		return func() error { return nil }, nil
	}
	if x.path == "" {
		x.file = os.Stdout
	} else if err := x.open(); err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(x.file, "#!/bin/sh\nexec %s 3<<'%s'\n", worldCommand(kinds), endOfWorld)
	return func() error {
		defer x.file.Close()
		if x.path != "" {
			if _, err := x.file.Seek(0, 2); err != nil {
				return err
			}
		}
		_, err := fmt.Fprintln(x.file, endOfWorld)
		return err
	}, err
}

// worldCommand is a shell in namespaces such as -U makes them. It reads its script from descriptor 3.
func worldCommand(kinds []string) string {
	has := map[string]bool{}
	words := []string{"unshare", "--kill-child"}
	for _, k := range kinds {
		if k == "mnt" {
			k = "mount"
		}
		has[k] = true
		words = append(words, "--"+k)
		switch k {
		case "user":
			words = append(words, "--map-root-user")
		case "pid":
			words = append(words, "--fork")
		}
	}
	if !has["pid"] {
		words = append(words, "--fork")
	}
	if !has["mount"] {
		return strings.Join(append(words, "sh /dev/fd/3"), " ")
	}
	prepare := "mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs /run && exec sh /dev/fd/3"
	if has["pid"] {
		words = append(words, "--mount-proc")
	}
	return strings.Join(append(words, "sh -c", command.Quote(prepare)), " ")
}
