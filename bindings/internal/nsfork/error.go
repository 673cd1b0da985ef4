package nsfork

import "syscall"

// A StepError tells which step of a start failed. Every step up to it was
// undone with the process that made it.
type StepError struct {
	// Step is a system call and its operand, as in "setns(user)" or
	// "exec /bin/sh".
	Step string
	Err  syscall.Errno
	// Exec says that the set-up was complete and the program could not be
	// run.
	Exec bool

	creates bool
}

func (e *StepError) Error() string { return e.Step + ": " + e.Err.Error() }

func (e *StepError) Unwrap() error { return e.Err }
