package main

import (
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// patience is how long after an unheeded signal another one ends the process at once.
const patience = time.Second

// signals turns SIGINT, SIGTERM and SIGHUP into interrupts of the script.
type signals struct {
	ready chan struct{} // closed when signals are received

	mu        sync.Mutex
	interrupt func()         // stops the script; nil until there is one
	last      syscall.Signal // the one that is not heeded yet, or the last heeded
	since     time.Time      // when it came; zero once it is heeded
	cleanup   bool
	reader    func() // interrupts the prompt's editor while it reads; nil otherwise
}

// watchSignals begins to receive signals. It returns at once; start waits until
// that works. Registering takes the runtime some switches between threads, which
// another goroutine does while this one makes the state.
func watchSignals() *signals {
	s := &signals{last: syscall.SIGINT, ready: make(chan struct{})}
	go s.watch()
	return s
}

func (s *signals) watch() {
	ch := make(chan os.Signal, 8)
	all := []os.Signal{
		syscall.SIGPIPE, // with it a write to a closed pipe fails instead of killing the process
		syscall.SIGQUIT, // without it the runtime shows its stacks
	}
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(sig) { // what the parent ignores, as nohup does, stays ignored
			all = append(all, sig)
		}
	}
	signal.Notify(ch, all...)
	close(s.ready)
	for sig := range ch {
		if sig != syscall.SIGPIPE {
			s.received(sig.(syscall.Signal))
		}
	}
}

// start sends the signals to a script that is about to run: interrupt stops it.
func (s *signals) start(interrupt func()) {
	<-s.ready
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupt = interrupt
}

func (s *signals) received(sig syscall.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sig == syscall.SIGQUIT { // at once, and without the clean-up, is what it is for
		os.Exit(exitSignal + int(sig))
	}
	if s.reader != nil {
		s.last = sig
		s.reader()
		return
	}
	switch {
	case s.since.IsZero():
		s.last, s.since = sig, time.Now()
		if s.cleanup {
			fmt.Fprintln(os.Stderr, "nslua: cleaning up; once more to leave without that")
			return
		}
		if s.interrupt == nil { // nothing has run, so there is nothing to clean up
			os.Exit(exitSignal + int(sig))
		}
		s.interrupt()
	case time.Since(s.since) > patience:
		fmt.Fprintln(os.Stderr, "nslua: ended before everything was cleaned up")
		os.Exit(exitSignal + int(sig))
	}
}

// heeded says that the interrupt has reached its aim, and returns the signal's number.
func (s *signals) heeded() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.since = time.Time{}
	return int(s.last)
}

// closing says that the script is over: from now on a signal does not interrupt, but the second one ends the process.
func (s *signals) closing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cleanup, s.since = true, time.Time{}
}

// reading sends the signals to the prompt's editor instead of the script; nil ends that.
func (s *signals) reading(interrupt func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reader = interrupt
}
