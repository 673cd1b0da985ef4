package spawn

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// sealed is a copy of this program in memory that nobody can change.
type sealed struct{ file *os.File }

// program is the executable for a child that runs a closure. A child that joins
// a pid or mount namespace comes within reach of processes that may try to
// overwrite the program through /proc/PID/exe (CVE-2019-5736): it runs from a
// sealed copy, made once.
func program(s *lua.State, o *Options) (*os.File, error) {
	exe := s.Exe()
	if exe == nil {
		return nil, lua.Invalid("this program can't run itself in other processes")
	}
	reachable := false
	for _, h := range o.Join {
		reachable = reachable || h.Kind.Flag&(unix.CLONE_NEWPID|unix.CLONE_NEWNS) != 0
	}
	if !reachable {
		return exe, nil
	}
	c := lua.Attached(s, func() *sealed { return &sealed{} })
	if c.file == nil {
		var err error
		if c.file, err = seal(exe); err != nil {
			return nil, fmt.Errorf("copy this program to memory: %w", err)
		}
	}
	return c.file, nil
}

// seal copies a file to a memfd and seals it (memfd_create(2)).
func seal(f *os.File) (*os.File, error) {
	const flags = unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate("nslua", flags|unix.MFD_EXEC)
	if err == unix.EINVAL { // before Linux 6.3 every memfd can be executed
		fd, err = unix.MemfdCreate("nslua", flags)
	}
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	out := os.NewFile(uintptr(fd), "nslua")
	st, err := f.Stat()
	if err == nil {
		_, err = io.Copy(out, io.NewSectionReader(f, 0, st.Size()))
	}
	if err == nil {
		const seals = unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
		_, err = unix.FcntlInt(out.Fd(), unix.F_ADD_SEALS, seals)
	}
	if err != nil {
		out.Close()
		return nil, err
	}
	return out, nil
}
