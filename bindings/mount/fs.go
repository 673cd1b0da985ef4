package mount

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// FS describes a file system to mount.
type FS struct {
	Type        string // as in /proc/filesystems
	Source      string // a device, or for most types a free text
	Params      []Param
	Attr        Attr // of the mount
	Propagation Propagation
}

// Param is one option of a file system, as fsconfig(2) takes it. Nothing in a value needs to be escaped.
type Param struct {
	Key, Value string
	Flag       bool // there is no value
	file       *os.File
}

func (p Param) String() string {
	if p.Flag {
		return p.Key
	}
	return p.Key + "=" + p.Value
}

// ParseParams reads the options of mount(8)'s -o: "size=1M,huge=always". Those that are flags of the mount are
// returned apart.
func ParseParams(text string) ([]Param, Attr) {
	var params []Param
	var attr Attr
	for word := range strings.SplitSeq(text, ",") {
		key, value, valued := strings.Cut(word, "=")
		bit, known := AttrByName(word)
		cleared, negated := AttrByName(opposites[word])
		switch {
		case word == "" || word == "defaults":
		case known:
			attr.Set |= bit
			if word == "ro" {
				params = append(params, Param{Key: word, Flag: true})
			}
		case word == "relatime":
			attr.Clear |= unix.MOUNT_ATTR__ATIME
		case negated:
			attr.Clear |= cleared
			if word == "rw" {
				params = append(params, Param{Key: word, Flag: true})
			}
		default:
			params = append(params, Param{Key: key, Value: value, Flag: !valued})
		}
	}
	return params, attr
}

// opposites are the words of mount(8) that clear a flag.
var opposites = map[string]string{
	"rw": "ro", "suid": "nosuid", "dev": "nodev", "exec": "noexec", "diratime": "nodiratime", "symfollow": "nosymfollow",
}

// New mounts a file system at target.
func New(f FS, target Target) (*Mount, error) {
	tree, err := f.create()
	if errors.Is(err, unix.ENOSYS) {
		return f.mountClassic(target)
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(tree)
	return attach(tree, target, f.Propagation)
}

// create makes the file system and a detached mount of it.
func (f FS) create() (tree int, err error) {
	fd, err := unix.Fsopen(f.Type, fsopenCloexec)
	if err != nil {
		return -1, fmt.Errorf("fsopen %s: %w", f.Type, err)
	}
	defer unix.Close(fd)
	if f.Source != "" {
		if err := unix.FsconfigSetString(fd, "source", f.Source); err != nil {
			return -1, withLog(fd, fmt.Sprintf("fsconfig %s source=%s", f.Type, f.Source), err)
		}
	}
	if err := configure(fd, f.Type, f.Params); err != nil {
		return -1, err
	}
	if err := unix.FsconfigCreate(fd); err != nil {
		return -1, withLog(fd, "create "+f.describe(), err)
	}
	tree, err = unix.Fsmount(fd, unix.FSMOUNT_CLOEXEC, int(f.Attr.Set))
	if err != nil {
		return -1, withLog(fd, "fsmount "+f.describe(), err)
	}
	return tree, nil
}

func (f FS) describe() string {
	if f.Source == "" || f.Source == f.Type {
		return f.Type
	}
	return f.Type + " of " + f.Source
}

// configure sets options.
func configure(fd int, what string, params []Param) error {
	for _, p := range params {
		var err error
		switch {
		case p.file != nil:
			err = unix.FsconfigSetFd(fd, p.Key, int(p.file.Fd()))
		case p.Flag:
			err = unix.FsconfigSetFlag(fd, p.Key)
		default:
			err = unix.FsconfigSetString(fd, p.Key, p.Value)
		}
		if err != nil {
			return withLog(fd, fmt.Sprintf("fsconfig %s %s", what, p), err)
		}
	}
	return nil
}

// withLog adds what the kernel has to say to an error of a call on a file system's descriptor.
func withLog(fd int, what string, err error) error {
	if log := readLog(fd); log != "" {
		return fmt.Errorf("%s: %w: the kernel says: %s", what, err, log)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// readLog reads the messages that wait on a file system's descriptor: each is a letter for its gravity, a space and a text.
func readLog(fd int) string {
	var texts []string
	buf := make([]byte, 4096)
	for {
		n, err := unix.Read(fd, buf)
		if err != nil || n <= 0 { // ENODATA: no more
			return strings.Join(texts, "; ")
		}
		_, text, _ := bytes.Cut(bytes.TrimSpace(buf[:n]), []byte(" "))
		texts = append(texts, string(text))
	}
}
