package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// stdout is the standard output. When its reader has gone, the script is stopped
// and the program ends without a word, as if SIGPIPE had killed it, but after the clean-up.
type stdout struct {
	file   *os.File
	closed func() // called once when the reader has gone; may be nil
	broken atomic.Bool
}

// Write writes b. While nobody asked for SIGPIPE, Go's runtime would kill the process here.
func (o *stdout) Write(b []byte) (int, error) {
	n, err := o.file.Write(b)
	if errors.Is(err, syscall.EPIPE) && !o.broken.Swap(true) && o.closed != nil {
		o.closed()
	}
	return n, err
}

// finish turns the error of the last writes into an exit code.
func (o *stdout) finish(code int, err error) int {
	if o.broken.Load() {
		return exitSignal + int(syscall.SIGPIPE)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
		if code == exitOK {
			return exitError
		}
	}
	return code
}

// catchPipe makes writes to a closed pipe fail instead of killing the process.
// The signal itself is of no interest.
func catchPipe() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
