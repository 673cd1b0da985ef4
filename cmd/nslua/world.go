package main

import (
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"nslua/bindings"
	"nslua/lua"
)

// enterWorld runs the same command line once more in new namespaces, and returns its exit code.
func enterWorld(o *options) int {
	exe, err := os.Open("/proc/self/exe")
	if err != nil {
		return failed(err)
	}
	endScript, err := o.explain.world(o.unshare)
	if err != nil {
		return failed(err)
	}
	code, err := bindings.EnterWorld(exe, o.unshare, o.inside())
	if err == nil {
		err = endScript()
	}
	if err == nil {
		return code
	}
	return refused(err)
}

// refused reports why the command line could not be run at all, and returns the exit code for that.
func refused(err error) int {
	fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
	if hint := lua.Hint(err); hint != "" {
		fmt.Fprintf(os.Stderr, "hint: %s\n", hint)
	}
	if slices.Contains(unavailable, unix.ErrnoName(lua.Errno(err))) {
		return exitUnavailable
	}
	return exitError
}

// inside is the command line without -U.
func (o *options) inside() []string {
	var args []string
	for _, c := range o.chunks {
		if c.module {
			args = append(args, "-l", c.text)
		} else {
			args = append(args, "-e", c.text)
		}
	}
	if o.interactive {
		args = append(args, "-i")
	}
	if o.json {
		args = append(args, "--json")
	}
	args = append(args, o.explain.flag()...)
	args = append(args, "--color="+o.color, "--")
	if o.file != "" {
		args = append(args, o.file)
	}
	return append(args, o.args...)
}
