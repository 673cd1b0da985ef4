package main

import "time"

func rdtsc() uint64

// tscKHz measures the host's time stamp counter, which emulation hands on to
// the guest as it is. The guest's own calibration is slow and, on a busy host, wrong.
func tscKHz() int {
	best := 0
	for range 3 { // an interruption makes the counter look fast
		t, c := time.Now(), rdtsc()
		time.Sleep(10 * time.Millisecond)
		d, e := time.Since(t), rdtsc()
		if khz := int(float64(e-c) / float64(d.Nanoseconds()) * 1e6); best == 0 || khz < best {
			best = khz
		}
	}
	return best
}
