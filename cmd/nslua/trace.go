package main

import (
	"os"
	"strings"

	"nslua/bindings"
)

// trace runs the same command line once more under a tracer, and returns its exit code.
func trace(o *options) int {
	exe, err := os.Open("/proc/self/exe")
	if err != nil {
		return failed(err)
	}
	out := os.Stderr
	if o.traceFile != "" {
		if out, err = os.Create(o.traceFile); err != nil {
			return usageError(err)
		}
	}
	var args []string
	if o.unshare != nil {
		args = []string{"--unshare", strings.Join(o.unshare, ",")}
	}
	code, err := bindings.Trace(exe, append(args, o.inside()...), out)
	if err == nil {
		return code
	}
	return refused(err)
}
