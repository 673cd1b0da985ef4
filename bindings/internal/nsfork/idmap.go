package nsfork

import (
	"errors"
	"fmt"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// A mapFile is a file in /proc/PID to write for a new user namespace.
type mapFile struct{ name, content string }

// mapFiles lists them in the order in which the kernel wants them: without
// CAP_SETGID over the parent namespace, gid_map takes a line only once
// setgroups is denied, see user_namespaces(7).
func (s *Spec) mapFiles() []mapFile {
	var files []mapFile
	if s.GIDMap != nil {
		if !s.AllowSetgroups {
			files = append(files, mapFile{"setgroups", "deny"})
		}
		files = append(files, mapFile{"gid_map", mapText(s.GIDMap)})
	}
	if s.UIDMap != nil {
		files = append(files, mapFile{"uid_map", mapText(s.UIDMap)})
	}
	return files
}

func mapText(maps []IDMap) string {
	var b []byte
	for _, m := range maps {
		b = fmt.Appendf(b, "%d %d %d\n", m.Inside, m.Outside, m.Count)
	}
	return string(b)
}

// mayMapItself reports whether the kernel takes the maps from a process in the
// new namespace: each no more than one line, for the process's own id.
func (s *Spec) mayMapItself() bool {
	own := func(maps []IDMap, id int) bool {
		return maps == nil || len(maps) == 1 && maps[0].Count == 1 && int(maps[0].Outside) == id
	}
	return s.MapWriter == nil && (s.GIDMap == nil || !s.AllowSetgroups) &&
		own(s.UIDMap, unix.Geteuid()) && own(s.GIDMap, unix.Getegid())
}

// writeMapFiles appends the writing of the files in dir, relative to proc.
func (p *program) writeMapFiles(proc int, dir string, files []mapFile) {
	for _, f := range files {
		fd := p.call("open "+f.name, unix.SYS_OPENAT, proc, dir+"/"+f.name, unix.O_WRONLY|unix.O_CLOEXEC)
		p.call("write "+f.name, unix.SYS_WRITE, fd, f.content, len(f.content))
	}
}

// becomeRoot appends the change to user and group 0, where these are mapped,
// and to no supplementary groups, where that is allowed.
func (p *program) becomeRoot() {
	p.call("setgroups()", unix.SYS_SETGROUPS, 0, 0).allowing(unix.EPERM, unix.EINVAL)
	p.call("setresgid(0)", unix.SYS_SETRESGID, 0, 0, 0).allowing(unix.EINVAL)
	p.call("setresuid(0)", unix.SYS_SETRESUID, 0, 0, 0).allowing(unix.EINVAL)
}

// writeMaps writes the maps of the paused child pid.
func (l *launch) writeMaps(pid int) error {
	if l.spec.MapWriter != nil {
		if err := l.spec.MapWriter(pid); err != nil {
			return fmt.Errorf("write identity maps: %w", err)
		}
		return nil
	}
	files := l.spec.mapFiles()
	if joinedKinds(l.joins)&unix.CLONE_NEWUSER != 0 {
		return l.writeMapsNested(pid, files)
	}
	for _, f := range files {
		fd, err := unix.Openat(l.proc, strconv.Itoa(pid)+"/"+f.name, unix.O_WRONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return stepError("open "+f.name, err)
		}
		_, err = unix.Write(fd, []byte(f.content))
		unix.Close(fd)
		if err != nil {
			return stepError("write "+f.name, err)
		}
	}
	return nil
}

// writeMapsNested writes the maps of a user namespace below a joined one. The
// kernel takes them only from there and from the namespace itself: a second
// child enters the joined namespace to write them.
func (l *launch) writeMapsNested(pid int, files []mapFile) error {
	p := newProgram(new(report))
	p.call("prctl(PR_SET_DUMPABLE)", unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0)
	for _, j := range l.joins {
		if j.Type&unix.CLONE_NEWUSER != 0 {
			p.join([]Join{{unix.CLONE_NEWUSER, j.FD}})
		}
	}
	// The files belong to the user that root in our own namespace is, or,
	// see handshake, to the one that root in the joined namespace is.
	if unix.Geteuid() != 0 {
		p.becomeRoot()
	}
	p.writeMapFiles(l.proc, strconv.Itoa(pid), files)
	p.useClone(unix.CLONE_VM | unix.CLONE_VFORK)
	if err := p.seal(); err != nil {
		return err
	}
	syscall.ForkLock.Lock()
	writer, err := p.run(true)
	syscall.ForkLock.Unlock()
	if err != nil {
		return err
	}
	if _, err := reap(writer); err != nil {
		return fmt.Errorf("wait for the writer of the maps: %w", err)
	}
	return p.failure()
}

func stepError(step string, err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return &StepError{Step: step, Err: errno}
	}
	return fmt.Errorf("%s: %w", step, err)
}
