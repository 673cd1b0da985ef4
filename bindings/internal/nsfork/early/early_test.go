package early

import (
	"syscall"
	"testing"
)

// The limit as it was is tested where children get it back, in package nsfork.
func TestNoFile(t *testing.T) {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &now); err != nil {
		t.Fatal(err)
	}
	soft, hard, ok := NoFile()
	if !ok || hard != now.Max || soft > hard || soft == 0 {
		t.Errorf("limit %d of %d (%v), now %+v", soft, hard, ok, now)
	}
}
