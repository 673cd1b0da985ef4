// Package early remembers the RLIMIT_NOFILE the process was started with.
//
// Package syscall raises the soft limit to about the hard one while it
// is initialised. This package imports nothing and its path sorts before
// "syscall", and Go initialises packages that are ready in the order of their
// paths, so its init runs first.
package early

const rlimitNoFile = 7

// prlimit reads a limit of the calling process with prlimit64(2) and reports
// whether that succeeded.
//
//go:noescape
func prlimit(resource uintptr, limit *[2]uint64) (ok bool)

var (
	noFile [2]uint64
	known  bool
)

func init() { known = prlimit(rlimitNoFile, &noFile) }

// NoFile returns the RLIMIT_NOFILE the process was started with. It reports
// false if the limit is not known.
func NoFile() (soft, hard uint64, ok bool) { return noFile[0], noFile[1], known }
