package spawn

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
	"nslua/lua"
)

// maps sets the id maps of a new user namespace.
func (o *Options) maps(sp *nsfork.Spec) error {
	if sp.New&unix.CLONE_NEWUSER == 0 {
		return nil
	}
	uid, gid := uint32(os.Geteuid()), uint32(os.Getegid())
	switch {
	case o.AutoMap && uid == 0:
		sp.UIDMap, sp.GIDMap = wholeMap("/proc/self/uid_map"), wholeMap("/proc/self/gid_map")
		sp.AllowSetgroups = true
		return nil
	case o.AutoMap:
		subUID, errU := subordinate("/etc/subuid", uid)
		subGID, errG := subordinate("/etc/subgid", uid)
		if errU != nil || errG != nil { // no range for this user: alone, as without the option
			break
		}
		o.UIDMap = append([]nsfork.IDMap{{Inside: 0, Outside: uid, Count: 1}}, subUID...)
		o.GIDMap = append([]nsfork.IDMap{{Inside: 0, Outside: gid, Count: 1}}, subGID...)
	}
	sp.UIDMap, sp.GIDMap = o.UIDMap, o.GIDMap
	if len(sp.UIDMap) == 0 {
		sp.UIDMap = []nsfork.IDMap{{Inside: 0, Outside: uid, Count: 1}}
	}
	if len(sp.GIDMap) == 0 {
		sp.GIDMap = []nsfork.IDMap{{Inside: 0, Outside: gid, Count: 1}}
	}
	if needsHelper(sp.UIDMap, uid) || needsHelper(sp.GIDMap, gid) {
		return o.useHelpers(sp)
	}
	return nil
}

// needsHelper reports whether an unprivileged process may not write the map: it
// may map only itself, in one line (user_namespaces(7)).
func needsHelper(m []nsfork.IDMap, id uint32) bool {
	if os.Geteuid() == 0 {
		return false
	}
	return len(m) != 1 || m[0].Count != 1 || m[0].Outside != id
}

// useHelpers lets newuidmap(1) and newgidmap(1) write the maps.
func (o *Options) useHelpers(sp *nsfork.Spec) error {
	uids, gids := sp.UIDMap, sp.GIDMap
	for _, name := range []string{"newuidmap", "newgidmap"} {
		if find(name) == "" {
			return lua.WithHint(fmt.Errorf("this id map needs the program %s: %w", name, unix.ENOENT),
				"install the package uidmap, or map only your own id")
		}
	}
	sp.UIDMap, sp.GIDMap = nil, nil
	sp.MapWriter = func(pid int) error {
		if err := runHelper("newuidmap", pid, uids); err != nil {
			return err
		}
		return runHelper("newgidmap", pid, gids)
	}
	return nil
}

func runHelper(name string, pid int, m []nsfork.IDMap) error {
	argv := []string{name, strconv.Itoa(pid)}
	for _, l := range m {
		argv = append(argv, fmt.Sprint(l.Inside), fmt.Sprint(l.Outside), fmt.Sprint(l.Count))
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	p, err := nsfork.Start(&nsfork.Spec{
		Files: []int{0, int(w.Fd()), int(w.Fd())}, Paths: []string{find(name)}, Argv: argv, Env: os.Environ(),
	})
	w.Close()
	if err != nil {
		return err
	}
	defer p.Close()
	said, _ := bufio.NewReader(r).ReadString('\n')
	ws, err := p.Wait()
	if err != nil {
		return err
	}
	if ws != 0 {
		return lua.WithHint(fmt.Errorf("%s: %s: %w", name, strings.TrimSpace(said), unix.EPERM),
			"the ids must lie in the ranges that /etc/subuid and /etc/subgid give to your user")
	}
	return nil
}

func find(name string) string {
	for _, f := range Candidates(name, os.Environ()) {
		if unix.Access(f, unix.X_OK) == nil {
			return f
		}
	}
	return ""
}

// wholeMap maps every id that is mapped here to itself.
func wholeMap(file string) []nsfork.IDMap {
	all := []nsfork.IDMap{{Inside: 0, Outside: 0, Count: math.MaxUint32}}
	text, err := os.ReadFile(file)
	if err != nil {
		return all
	}
	var m []nsfork.IDMap
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		var inside, outside, n uint32
		if _, err := fmt.Sscan(line, &inside, &outside, &n); err != nil {
			return all
		}
		m = append(m, nsfork.IDMap{Inside: inside, Outside: inside, Count: n})
	}
	return m
}

// subordinate lists the ranges that subuid(5) or subgid(5) give to a user,
// placed one after the other from id 1 on.
func subordinate(file string, uid uint32) ([]nsfork.IDMap, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names := map[string]bool{strconv.Itoa(int(uid)): true}
	if u, err := user.LookupId(strconv.Itoa(int(uid))); err == nil {
		names[u.Username] = true
	}
	var m []nsfork.IDMap
	next := uint32(1)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		part := strings.Split(strings.TrimSpace(lines.Text()), ":")
		if len(part) != 3 || !names[part[0]] {
			continue
		}
		start, err1 := strconv.ParseUint(part[1], 10, 32)
		n, err2 := strconv.ParseUint(part[2], 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		m = append(m, nsfork.IDMap{Inside: next, Outside: uint32(start), Count: uint32(n)})
		next += uint32(n)
	}
	if len(m) == 0 {
		return nil, fmt.Errorf("%s: no range for user %d: %w", file, uid, syscall.ENOENT)
	}
	return m, nil
}
