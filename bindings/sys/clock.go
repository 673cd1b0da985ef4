package sys

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// clocks are the clocks of clock_gettime(2) that belong to no process.
var clocks = []struct {
	name string
	id   int32
}{
	{"realtime", unix.CLOCK_REALTIME},
	{"monotonic", unix.CLOCK_MONOTONIC},
	{"boottime", unix.CLOCK_BOOTTIME},
	{"monotonic_raw", unix.CLOCK_MONOTONIC_RAW},
	{"realtime_coarse", unix.CLOCK_REALTIME_COARSE},
	{"monotonic_coarse", unix.CLOCK_MONOTONIC_COARSE},
	{"tai", unix.CLOCK_TAI},
	{"process_cputime", unix.CLOCK_PROCESS_CPUTIME_ID},
	{"thread_cputime", unix.CLOCK_THREAD_CPUTIME_ID},
}

// ClockNames are the names that Clock takes.
func ClockNames() []string {
	names := make([]string, len(clocks))
	for i, c := range clocks {
		names[i] = c.name
	}
	return names
}

// Clock reads a clock by name: "boottime".
func Clock(name string) (time.Duration, error) {
	for _, c := range clocks {
		if c.name == name {
			var ts unix.Timespec
			if err := unix.ClockGettime(c.id, &ts); err != nil {
				return 0, fmt.Errorf("clock_gettime %s: %w", name, err)
			}
			return time.Duration(ts.Nano()), nil
		}
	}
	return 0, fmt.Errorf("clock %s: %w", name, unix.EINVAL)
}

// TimeOffsets are what the time namespace of the process adds to its clocks;
// time_namespaces(7). A kernel without time namespaces adds nothing.
func TimeOffsets() (monotonic, boottime time.Duration, err error) {
	f, err := os.Open("/proc/self/timens_offsets")
	if errors.Is(err, os.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var clock string
		var sec, nsec int64
		if _, err := fmt.Sscan(lines.Text(), &clock, &sec, &nsec); err != nil {
			return 0, 0, fmt.Errorf("%s: %q: %w", f.Name(), lines.Text(), err)
		}
		offset := time.Duration(sec)*time.Second + time.Duration(nsec)
		switch strings.TrimSuffix(clock, ":") {
		case "monotonic", "1": // before Linux 5.7 by number
			monotonic = offset
		case "boottime", "7":
			boottime = offset
		}
	}
	return monotonic, boottime, lines.Err()
}
