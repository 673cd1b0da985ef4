package nsfork

import (
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestStress starts children from four goroutines while the garbage collector
// is busy and signals arrive.
func TestStress(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	const perGoroutine = 2600
	h := hold(t, ownUser(&Spec{New: unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWNS, MountProc: true}))
	stop := disturb(t)
	files := len(openFiles())
	start := time.Now()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range perGoroutine {
				stressOne(t, h, g, i)
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(start)
	signals := stop()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	t.Logf("%d starts in %v, %d collections, %d signals", 4*perGoroutine, elapsed, ms.NumGC, signals)
	if now := len(openFiles()); now > files {
		t.Errorf("%d descriptors before, %d after", files, now)
	}
	if signals == 0 || ms.NumGC == 0 {
		t.Error("nothing was disturbed")
	}
}

func stressOne(t *testing.T, h *holder, g, i int) {
	s := &Spec{Paths: []string{"/no/such/true", "/bin/true"}, Argv: []string{"true"}}
	fails := false
	switch i % 8 {
	case 0, 1:
		s.Join = []Join{{unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWNS, h.PidFD}}
	case 2, 3:
		ownUser(s).New |= unix.CLONE_NEWPID | unix.CLONE_NEWUTS
	case 4:
		s.Paths, fails = s.Paths[:1], true
	case 5:
		s.Dir, fails = "/no/such", true
		s.Join = []Join{{unix.CLONE_NEWUSER | unix.CLONE_NEWPID, h.PidFD}}
	case 6:
		s.New = unix.CLONE_NEWUSER
		if os.Getuid() == 0 {
			s.UIDMap, s.GIDMap = []IDMap{{0, 0, 5}}, []IDMap{{0, 0, 5}}
		} else {
			ownUser(s)
		}
		if i%16 == 6 {
			s.New |= unix.CLONE_NEWTIME | unix.CLONE_NEWPID
		}
	case 7:
		if g == 0 && i%16 == 7 {
			if err := exec.Command("/bin/true").Run(); err != nil {
				t.Error(err)
			}
		}
	}
	p, err := Start(s)
	if (err != nil) != fails {
		t.Errorf("start %d: %v", i, err)
	}
	if err == nil {
		finish(t, p)
	}
}

// disturb keeps the collector and the signal handler busy until stop, which
// returns how many signals came.
func disturb(t *testing.T) (stop func() int64) {
	ch := make(chan os.Signal, 100)
	signal.Notify(ch, syscall.SIGWINCH, syscall.SIGCHLD)
	done := make(chan struct{})
	var count atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-ch:
				count.Add(1)
			case <-done:
				return
			}
		}
	})
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(50 * time.Microsecond):
				unix.Kill(os.Getpid(), unix.SIGWINCH)
			}
		}
	})
	wg.Go(func() {
		var garbage [64][]byte
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				garbage[i%64] = make([]byte, 100_000)
				if i%16 == 0 {
					time.Sleep(100 * time.Microsecond)
				}
			}
		}
	})
	return func() int64 {
		signal.Stop(ch)
		close(done)
		wg.Wait()
		return count.Load()
	}
}

const seven = allKinds &^ unix.CLONE_NEWTIME

func benchmark(b *testing.B, s *Spec) {
	s.Paths, s.Argv = []string{"/bin/true"}, []string{"true"}
	for b.Loop() {
		p, err := Start(s)
		if err != nil {
			b.Fatal(err)
		}
		finish(b, p)
	}
}

func BenchmarkVforkExec(b *testing.B) { benchmark(b, &Spec{}) }

func BenchmarkNew7(b *testing.B) { benchmark(b, ownUser(&Spec{New: seven})) }

func BenchmarkNew8(b *testing.B) { benchmark(b, ownUser(&Spec{New: allKinds})) }

func BenchmarkJoin7(b *testing.B) {
	h := hold(b, ownUser(&Spec{New: seven}))
	benchmark(b, &Spec{Join: []Join{{seven, h.PidFD}}})
}

func BenchmarkOsExec(b *testing.B) {
	for b.Loop() {
		if err := exec.Command("/bin/true").Run(); err != nil {
			b.Fatal(err)
		}
	}
}
