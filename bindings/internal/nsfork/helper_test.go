package nsfork

import (
	"fmt"
	"golang.org/x/sys/unix"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// limitHelper shows the limit that a child gets, before and after this process
// has set its own.
func limitHelper() {
	for _, raised := range []bool{true, false} {
		if !raised {
			syscall.Setrlimit(unix.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 700, Max: 900})
		}
		p, err := Start(&Spec{Files: []int{0, 1, 2}, Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", "ulimit -Sn; ulimit -Hn"}})
		if err != nil {
			panic(err)
		}
		p.Wait()
	}
}

// closedHelper has no descriptors 0, 1 and 2 when it starts a child.
func closedHelper() {
	out, _ := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 100)
	for fd := range 3 {
		unix.Close(fd)
	}
	for _, s := range []*Spec{{}, ownUser(&Spec{}), {New: unix.CLONE_NEWUSER | unix.CLONE_NEWTIME, Pdeathsig: unix.SIGKILL,
		UIDMap: []IDMap{{0, 0, 10}}, GIDMap: []IDMap{{0, 0, 10}}}} {
		s.Files = []int{out, out, out}
		s.ExeFD = Some(self)
		s.Argv, s.Env = []string{"state"}, []string{helperEnv + "=state", "GODEBUG=containermaxprocs=0"}
		p, err := Start(s)
		if err != nil {
			unix.Write(out, []byte(err.Error()))
			os.Exit(1)
		}
		p.Wait()
	}
}

// dyingHelper is killed while two children wait for their maps.
func dyingHelper() {
	ready := make(chan int)
	for range 2 {
		go Start(&Spec{New: unix.CLONE_NEWUSER, Paths: []string{"/bin/true"}, Argv: []string{"true"},
			MapWriter: func(pid int) error { ready <- pid; select {} }})
	}
	fmt.Println(<-ready, <-ready)
	unix.Kill(os.Getpid(), unix.SIGKILL)
}

// parentHelper leaves a child with a parent death signal.
func parentHelper() {
	runtime.LockOSThread()
	p, err := Start(helper("hold", &Spec{Pdeathsig: unix.SIGKILL, UID: Some(nobody), New: unix.CLONE_NEWPID}))
	if err != nil {
		panic(err)
	}
	fmt.Println(p.PID)
	time.Sleep(50 * time.Millisecond)
}

// netnsHelper makes one network namespace after the other where one is allowed.
func netnsHelper() {
	if err := os.WriteFile("/proc/sys/user/max_net_namespaces", []byte("1"), 0); err != nil {
		fmt.Println("skip", err)
		return
	}
	for range 4 {
		p, err := Start(&Spec{New: unix.CLONE_NEWNET, Paths: []string{"/bin/true"}, Argv: []string{"true"}})
		if err != nil {
			fmt.Println(err)
			return
		}
		p.Wait()
	}
	fmt.Println("ok")
}

// cgroupHelper starts a child in the cgroup that is descriptor 3.
func cgroupHelper() {
	p, err := Start(helper("state", &Spec{CgroupFD: Some(3)}))
	if err != nil {
		fmt.Println(err)
		return
	}
	p.Wait()
}

// sessionHelper tells who holds the terminal that is descriptor 0.
func sessionHelper() {
	signal.Ignore(syscall.SIGTTOU)
	group, err := unix.IoctlGetInt(0, unix.TIOCGPGRP)
	sid, _ := unix.Getsid(0)
	fmt.Println(sid == os.Getpid(), unix.Getpgrp() == os.Getpid(), group == unix.Getpgrp(), err)
}

// noprocHelper starts a child where there is no /proc.
func noprocHelper() {
	pidfd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err == nil {
		err = unix.Chroot(os.Getenv("NSFORK_TEST_ROOT"))
	}
	if err != nil {
		panic(err)
	}
	p, err := Start(helper("state", &Spec{Dir: "/", New: unix.CLONE_NEWUTS, Join: []Join{{unix.CLONE_NEWNET, pidfd}}}))
	if err != nil {
		panic(err)
	}
	p.Wait()
	_, err = Start(helper("state", ownUser(&Spec{})))
	fmt.Println(err)
}
