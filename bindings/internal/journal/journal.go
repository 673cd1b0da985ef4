// Package journal keeps, in a file for each process, what the process has made
// that would outlive it. A process that is killed leaves its file behind, and
// Collect undoes what is in it.
package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// Dir is where the journals of the calling user are: /run/nslua for root, else
// $XDG_RUNTIME_DIR/nslua or, without that, a folder of the user's own in the temporary directory.
func Dir() string {
	if os.Geteuid() == 0 {
		return "/run/nslua"
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		return filepath.Join(dir, "nslua")
	}
	return filepath.Join(os.TempDir(), "nslua-"+strconv.Itoa(os.Geteuid()))
}

// line is one line of a journal: an entry, new data for one, or the end of one.
type line struct {
	ID     int64             `json:"id"`
	Entry  *lua.Entry        `json:"entry,omitempty"`
	Data   map[string]string `json:"data,omitempty"`
	Struck bool              `json:"struck,omitempty"`
}

// File is the journal of this process. It is made at the first entry. The lock on
// it ends with the process: that is how others know that its owner is dead.
type File struct {
	dir  string
	path string
	file *os.File
	last int64
	live map[int64]bool
}

// suffix ends the name of a journal that is locked by its owner, if that lives.
const suffix = ".journal"

// New makes a journal in dir, nothing on disk yet.
func New(dir string) *File { return &File{dir: dir, live: map[int64]bool{}} }

// Path is the journal's file, "" if there is nothing in it.
func (f *File) Path() string {
	if len(f.live) == 0 {
		return ""
	}
	return f.path
}

// Write implements lua.Journal.
func (f *File) Write(e lua.Entry) (int64, error) {
	if f.file == nil {
		if err := f.create(); err != nil {
			return 0, err
		}
	}
	f.last++
	if err := f.append(line{ID: f.last, Entry: &e}); err != nil {
		return 0, err
	}
	f.live[f.last] = true
	return f.last, nil
}

// Update implements lua.Journal.
func (f *File) Update(id int64, data map[string]string) error {
	return f.append(line{ID: id, Data: data})
}

// Strike implements lua.Journal.
func (f *File) Strike(id int64) error {
	delete(f.live, id)
	return f.append(line{ID: id, Struck: true})
}

// Close implements lua.Journal: the file goes unless entries are left, which gc then finds.
func (f *File) Close() error {
	if f.file == nil {
		return nil
	}
	var err error
	if len(f.live) == 0 {
		err = os.Remove(f.path)
		unix.Rmdir(f.dir) // it stays while there are other journals
	}
	err = errors.Join(err, f.file.Close())
	f.file = nil
	return err
}

// append writes a line in one write(2): it is whole or not there.
func (f *File) append(l line) error {
	if f.file == nil {
		return nil
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = f.file.Write(append(text, '\n'))
	return err
}

// create makes the file and locks it before anybody can take it for a dead one's:
// it gets the name that Collect looks for when it is locked.
func (f *File) create() error {
	if err := ensureDir(f.dir); err != nil {
		return err
	}
	f.path = filepath.Join(f.dir, fmt.Sprintf("%d-%d%s", os.Getpid(), time.Now().UnixNano(), suffix))
	hidden := f.path + ".new"
	file, err := os.OpenFile(hidden, os.O_WRONLY|os.O_CREATE|os.O_APPEND|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		err = fmt.Errorf("lock %s: %w", hidden, err)
	} else {
		err = os.Rename(hidden, f.path)
	}
	if err != nil {
		return errors.Join(err, file.Close(), os.Remove(hidden))
	}
	f.file = file
	return nil
}

// ensureDir makes the folder, and refuses one that is someone else's: its entries are acted on.
func ensureDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var st unix.Stat_t
	if err := unix.Lstat(dir, &st); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR || int(st.Uid) != os.Geteuid() || st.Mode&0o022 != 0 {
		return fmt.Errorf("%s belongs to somebody else, or others can write there: %w", dir, unix.EPERM)
	}
	return nil
}

// read returns the live entries of a journal, the last first. A last line that is not whole was never acted on.
func read(path string) ([]lua.Entry, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entries := map[int64]*lua.Entry{}
	last := int64(0)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l line
		if json.Unmarshal(lines.Bytes(), &l) != nil {
			continue
		}
		switch {
		case l.Entry != nil:
			entries[l.ID], last = l.Entry, max(last, l.ID)
		case l.Struck:
			delete(entries, l.ID)
		case entries[l.ID] != nil:
			entries[l.ID].Data = l.Data
		}
	}
	var live []lua.Entry
	for id := last; id > 0; id-- {
		if e := entries[id]; e != nil {
			live = append(live, *e)
		}
	}
	return live, lines.Err()
}

// Result is what Collect did with one entry.
type Result struct {
	Entry lua.Entry
	Owner string // "1234-1763780000000000000": the process, and when it began the journal
	Err   error
}

// Collect undoes the entries of dead processes in dir, by undo, and removes the
// journals of which nothing is left. With dry it only reports. It touches no journal whose owner lives.
func Collect(dir string, dry bool, undo func(lua.Entry) error) ([]Result, error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := ensureDir(dir); err != nil {
		return nil, err
	}
	var results []Result
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), suffix) {
			continue
		}
		done, err := collectFile(filepath.Join(dir, f.Name()), dry, undo)
		if err != nil {
			return results, err
		}
		results = append(results, done...)
	}
	return results, nil
}

// lockOfDead locks a journal whose owner is dead; EWOULDBLOCK if it lives. A child
// that a dead owner was just starting may hold the lock until it has executed its program.
func lockOfDead(file *os.File, path string) error {
	const patience, pause = 2 * time.Second, 5 * time.Millisecond
	for end := time.Now().Add(patience); ; time.Sleep(pause) {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err != unix.EWOULDBLOCK || time.Now().After(end) || alive(path) {
			return err
		}
	}
}

// alive reports whether there is a process with the number in a journal's name.
func alive(path string) bool {
	pid, _, _ := strings.Cut(filepath.Base(path), "-")
	n, err := strconv.Atoi(pid)
	return err != nil || unix.Kill(n, 0) != unix.ESRCH
}

func collectFile(path string, dry bool, undo func(lua.Entry) error) ([]Result, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // its owner has just ended well
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	switch err := lockOfDead(file, path); err {
	case nil:
	case unix.EWOULDBLOCK:
		return nil, nil // its owner lives
	default:
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	entries, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	owner := strings.TrimSuffix(filepath.Base(path), suffix)
	var results []Result
	failed := false
	for _, e := range entries {
		r := Result{Entry: e, Owner: owner}
		if !dry {
			r.Err = undo(e)
			failed = failed || r.Err != nil
		}
		results = append(results, r)
	}
	if dry || failed {
		return results, nil
	}
	return results, os.Remove(path)
}
