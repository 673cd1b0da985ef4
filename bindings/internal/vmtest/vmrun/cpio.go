package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// cpio is an archive in the format newc, which the kernel unpacks into its root.
type cpio struct {
	buf   bytes.Buffer
	inode int
	seen  map[string]bool
}

const (
	typeDir  = 0o040000
	typeFile = 0o100000
	typeLink = 0o120000
	typeChar = 0o020000
)

// merged are the directories that a Debian system has below /usr, with links to them.
var merged = []string{"bin", "sbin", "lib", "lib64"}

func (c *cpio) entry(name string, mode uint32, major, minor int, data []byte) {
	if c.seen == nil {
		c.seen = map[string]bool{".": true}
		for _, dir := range merged {
			c.dir("usr/"+dir, 0o755)
			c.link(dir, "usr/"+dir)
		}
	}
	name = strings.TrimPrefix(name, "/")
	if top, _, below := strings.Cut(name, "/"); below && slices.Contains(merged, top) {
		name = "usr/" + name
	}
	if c.seen[name] {
		return
	}
	if parent := path.Dir(name); !c.seen[parent] {
		c.dir(parent, 0o755)
	}
	c.seen[name] = true
	c.inode++
	c.write(name, mode, major, minor, data)
}

func (c *cpio) write(name string, mode uint32, major, minor int, data []byte) {
	fmt.Fprintf(&c.buf, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
		c.inode, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name)+1, 0)
	c.buf.WriteString(name + "\x00")
	c.align()
	c.buf.Write(data)
	c.align()
}

func (c *cpio) align() { c.buf.Write(make([]byte, -c.buf.Len()&3)) }

func (c *cpio) dir(name string, mode fs.FileMode) { c.entry(name, typeDir|unixMode(mode), 0, 0, nil) }

func (c *cpio) file(name string, mode fs.FileMode, data []byte) {
	c.entry(name, typeFile|unixMode(mode), 0, 0, data)
}

func (c *cpio) link(name, to string) { c.entry(name, typeLink|0o777, 0, 0, []byte(to)) }

func (c *cpio) char(name string, mode fs.FileMode, major, minor int) {
	c.entry(name, typeChar|unixMode(mode), major, minor, nil)
}

func unixMode(m fs.FileMode) uint32 {
	bits := uint32(m.Perm())
	if m&fs.ModeSticky != 0 {
		bits |= 0o1000
	}
	return bits
}

// bytes ends the archive and returns it.
func (c *cpio) bytes() []byte {
	c.write("TRAILER!!!", 0, 0, 0, nil)
	return c.buf.Bytes()
}
