package mount

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
)

// errMapped ends the child whose user namespace has been opened.
var errMapped = errors.New("mapped")

// UserNamespace makes a user namespace with these maps, for BindOptions.UserNS: on such a mount the file owner
// Inside shows as Outside. It has no process; the descriptor is the caller's.
func UserNamespace(uids, gids []nsfork.IDMap) (fd int, err error) {
	fd = -1
	p, err := nsfork.Start(&nsfork.Spec{
		New: unix.CLONE_NEWUSER,
		MapWriter: func(pid int) error {
			for _, m := range []struct {
				file string
				maps []nsfork.IDMap
			}{{"uid_map", uids}, {"gid_map", gids}} {
				if err := writeMap(fmt.Sprintf("/proc/%d/%s", pid, m.file), m.maps); err != nil {
					return err
				}
			}
			path := fmt.Sprintf("/proc/%d/ns/user", pid)
			var err error
			if fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
				return fmt.Errorf("open %s: %w", path, err)
			}
			return errMapped
		},
		Paths: []string{"/proc/self/exe"}, Argv: []string{"userns"}, // never reached
	})
	if err == nil { // no map writer was asked: it can't be, but a child must not be left
		p.Close()
		return -1, fmt.Errorf("user namespace for an id map: %w", unix.EINVAL)
	}
	if fd < 0 {
		return -1, fmt.Errorf("user namespace for an id map: %w", err)
	}
	return fd, nil
}

func writeMap(path string, maps []nsfork.IDMap) error {
	var text strings.Builder
	for _, m := range maps {
		fmt.Fprintf(&text, "%d %d %d\n", m.Inside, m.Outside, m.Count)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0); err != nil {
		return fmt.Errorf("write %s: %w", path, bare(err))
	}
	return nil
}
