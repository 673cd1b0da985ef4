package sec

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Key is a key or keyring, see keyrings(7).
type Key struct {
	ID          int
	Type        string // "keyring", "user", "logon", …
	Description string
	UID, GID    int
	Perm        uint32
	Keys        []Key // of a keyring, when it was asked for
}

// keyrings are the special ids of keyctl(2).
var keyrings = map[string]int{
	"thread": unix.KEY_SPEC_THREAD_KEYRING, "process": unix.KEY_SPEC_PROCESS_KEYRING, "session": unix.KEY_SPEC_SESSION_KEYRING,
	"user": unix.KEY_SPEC_USER_KEYRING, "user_session": unix.KEY_SPEC_USER_SESSION_KEYRING,
}

// Keyring describes one of the thread's keyrings and what is in it. One that does
// not exist gives ENOKEY.
func Keyring(which string) (Key, error) {
	special, ok := keyrings[which]
	if !ok {
		return Key{}, fmt.Errorf("keyring %q: %w", which, unix.EINVAL)
	}
	id, err := unix.KeyctlGetKeyringID(special, false)
	if err != nil {
		return Key{}, fmt.Errorf("%s keyring: %w", which, err)
	}
	ring, err := describeKey(id)
	if err != nil {
		return ring, fmt.Errorf("%s keyring: %w", which, err)
	}
	ids, err := readKeyring(id)
	if err != nil {
		return ring, fmt.Errorf("%s keyring: %w", which, err)
	}
	for _, id := range ids {
		key, err := describeKey(id)
		if err != nil {
			key = Key{ID: id} // not for this thread to see
		}
		ring.Keys = append(ring.Keys, key)
	}
	return ring, nil
}

// JoinSessionKeyring gives the thread a new session keyring, or the one of that
// name if there is one that it may join. It returns the keyring's id.
func JoinSessionKeyring(name string) (int, error) {
	var id int
	var err error
	if name == "" {
		id, err = unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0)
	} else {
		id, err = unix.KeyctlJoinSessionKeyring(name)
	}
	if err != nil {
		return 0, fmt.Errorf("keyctl(KEYCTL_JOIN_SESSION_KEYRING): %w", err)
	}
	return id, nil
}

// describeKey reads "type;uid;gid;perm;description".
func describeKey(id int) (Key, error) {
	text, err := unix.KeyctlString(unix.KEYCTL_DESCRIBE, id)
	if err != nil {
		return Key{}, err
	}
	part := strings.SplitN(text, ";", 5)
	if len(part) < 5 {
		return Key{}, fmt.Errorf("key %d: unexpected description %q", id, text)
	}
	k := Key{ID: id, Type: part[0], Description: part[4]}
	k.UID, _ = strconv.Atoi(part[1]) // the kernel writes numbers
	k.GID, _ = strconv.Atoi(part[2])
	perm, _ := strconv.ParseUint(part[3], 16, 32)
	k.Perm = uint32(perm)
	return k, nil
}

func readKeyring(id int) ([]int, error) {
	buf := make([]byte, 256)
	for {
		n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, buf, 0)
		if err != nil {
			return nil, err
		}
		if n > len(buf) {
			buf = make([]byte, n)
			continue
		}
		var ids []int
		for ; n >= 4; n -= 4 {
			ids = append(ids, int(int32(binary.NativeEndian.Uint32(buf[4*len(ids):]))))
		}
		return ids, nil
	}
}
