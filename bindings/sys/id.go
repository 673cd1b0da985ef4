package sys

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// IDs are the user and group ids of the process, as its user namespace shows them; credentials(7).
type IDs struct {
	UID, EUID, SUID int
	GID, EGID, SGID int
	Groups          []int
}

// GetIDs reads the ids.
func GetIDs() (IDs, error) {
	var ids IDs
	ids.UID, ids.EUID, ids.SUID = unix.Getresuid()
	ids.GID, ids.EGID, ids.SGID = unix.Getresgid()
	groups, err := unix.Getgroups()
	if err != nil {
		return IDs{}, os.NewSyscallError("getgroups", err)
	}
	ids.Groups = groups
	return ids, nil
}

// NewIDs is what SetIDs changes; nil leaves things as they are.
type NewIDs struct {
	UID, EUID *int // UID sets real, effective and saved id, EUID the effective one alone
	GID, EGID *int
	Groups    *[]int
}

// SetIDs changes the ids of all threads of the process: groups first, the user
// last, so that a process that gives up being root can still do the rest.
func SetIDs(n NewIDs) error {
	if n.Groups != nil {
		if err := syscall.Setgroups(*n.Groups); err != nil {
			return fmt.Errorf("setgroups %v: %w", *n.Groups, err)
		}
	}
	if err := setThree("setresgid", syscall.Setresgid, n.GID, n.EGID); err != nil {
		return err
	}
	return setThree("setresuid", syscall.Setresuid, n.UID, n.EUID)
}

// setThree calls setresuid(2) or setresgid(2), in which -1 leaves an id alone.
func setThree(name string, set func(r, e, s int) error, all, effective *int) error {
	r, e := -1, -1
	if all != nil {
		r, e = *all, *all
	}
	s := r
	if effective != nil {
		e = *effective
	}
	if r == -1 && e == -1 {
		return nil
	}
	if err := set(r, e, s); err != nil {
		return fmt.Errorf("%s %d %d %d: %w", name, r, e, s, err)
	}
	return nil
}

// UserName is the name of a user in /etc/passwd, "" if it has none.
func UserName(uid int) string {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return ""
	}
	return u.Username
}

// GroupName is the name of a group in /etc/group, "" if it has none.
func GroupName(gid int) string {
	g, err := user.LookupGroupId(strconv.Itoa(gid))
	if err != nil {
		return ""
	}
	return g.Name
}

// FindUser is the id of a user by name.
func FindUser(name string) (int, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return 0, noSuch("user", name, err)
	}
	return strconv.Atoi(u.Uid)
}

// FindGroup is the id of a group by name.
func FindGroup(name string) (int, error) {
	g, err := user.LookupGroup(name)
	if err != nil {
		return 0, noSuch("group", name, err)
	}
	return strconv.Atoi(g.Gid)
}

func noSuch(what, name string, err error) error {
	var noUser user.UnknownUserError
	var noGroup user.UnknownGroupError
	if errors.As(err, &noUser) || errors.As(err, &noGroup) {
		return fmt.Errorf("%s %s: %w", what, name, unix.ENOENT)
	}
	return fmt.Errorf("%s %s: %w", what, name, err)
}
