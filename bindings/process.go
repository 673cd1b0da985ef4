package bindings

import (
	"os"

	"nslua/bindings/internal/spawn"
	"nslua/bindings/internal/world"
)

// IsStage reports whether this process was started by the shell for itself: to
// run a closure, to be a PID 1 or to hold a namespace. main asks before anything else.
func IsStage(args []string) bool { return spawn.IsStage(args) }

// Stage is the whole life of such a process. It returns the exit code.
func Stage(args []string) int { return spawn.Stage(args, All()) }

// InWorld reports whether this process is the shell inside a world that
// EnterWorld made. If so it takes up the duties of a PID 1 where it is one, and
// returns the arguments without the mark.
func InWorld(args []string) ([]string, bool) { return world.Inside(args) }

// WorldKinds are the namespaces that make up a world.
func WorldKinds() []string { return world.Default }

// EnterWorld runs this program (exe, open) again with the arguments args in new
// namespaces of these kinds, and waits for it. It returns the exit code.
func EnterWorld(exe *os.File, kinds, args []string) (int, error) {
	return world.Enter(exe, kinds, args)
}
