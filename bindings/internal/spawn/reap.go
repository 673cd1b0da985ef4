package spawn

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
)

// The first process of a pid namespace inherits every orphan in it and must reap
// them. It can't tell them from its own children beforehand, so it reaps
// everything and keeps the statuses of those that a Process will ask for.
// Children belong to the process as a whole: so does this table.
var reaped struct {
	sync.Mutex
	orphans  bool // this process reaps everything
	tracked  map[int]bool
	statuses map[int]ended
}

type ended struct {
	status syscall.WaitStatus
	usage  syscall.Rusage
}

// startTracked starts a child so that the reaper knows it before it can end.
func startTracked(sp *nsfork.Spec) (*nsfork.Process, error) {
	reaped.Lock()
	orphans := reaped.orphans
	if !orphans {
		reaped.Unlock()
		return nsfork.Start(sp)
	}
	defer reaped.Unlock()
	p, err := nsfork.Start(sp)
	if err == nil {
		reaped.tracked[p.PID] = true
	}
	return p, err
}

// ReapOrphans makes this process reap whatever it inherits, as a PID 1 must.
func ReapOrphans() {
	reaped.Lock()
	reaped.orphans, reaped.tracked, reaped.statuses = true, map[int]bool{}, map[int]ended{}
	reaped.Unlock()
	children := make(chan os.Signal, 1)
	signal.Notify(children, unix.SIGCHLD)
	go func() {
		for range children {
			reapAll()
		}
	}()
}

func reapAll() {
	reaped.Lock()
	defer reaped.Unlock()
	for {
		var e ended
		pid, err := syscall.Wait4(-1, &e.status, syscall.WNOHANG, &e.usage)
		if err == unix.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		if reaped.tracked[pid] {
			delete(reaped.tracked, pid)
			reaped.statuses[pid] = e
		}
	}
}

// reap collects the status of a child that has ended.
func reap(pid int) (syscall.WaitStatus, syscall.Rusage, error) {
	reaped.Lock()
	defer reaped.Unlock()
	for {
		var e ended
		_, err := syscall.Wait4(pid, &e.status, 0, &e.usage)
		switch err {
		case nil:
			delete(reaped.tracked, pid)
			return e.status, e.usage, nil
		case unix.EINTR:
			continue
		case unix.ECHILD:
			if e, ok := reaped.statuses[pid]; ok {
				delete(reaped.statuses, pid)
				return e.status, e.usage, nil
			}
		}
		return 0, syscall.Rusage{}, err
	}
}
