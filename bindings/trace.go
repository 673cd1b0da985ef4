package bindings

import (
	"io"
	"os"

	"nslua/bindings/internal/ktrace"
)

// Trace runs this program (exe, open) again with the arguments args and writes
// every operation that it asks of the kernel to out, a line each. It returns the
// exit code; an error means that nothing was run.
func Trace(exe *os.File, args []string, out io.Writer) (int, error) {
	return ktrace.Run(exe, args, out)
}

// Traced lets the tracer attach if this process was started by Trace. main calls
// it before it does anything; it returns the arguments without the mark.
func Traced(args []string) []string { return ktrace.Await(args) }
