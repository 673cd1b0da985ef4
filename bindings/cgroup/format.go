package cgroup

import (
	"fmt"
	"time"
)

// size writes bytes in the largest unit that leaves a number of 1 or more: "1.5G".
func size(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d", n)
	}
	f := float64(n)
	unit := -1
	for f >= 1024 && unit < 4 {
		f /= 1024
		unit++
	}
	if f >= 100 {
		return fmt.Sprintf("%.0f%c", f, "KMGTP"[unit])
	}
	return fmt.Sprintf("%.1f%c", f, "KMGTP"[unit])
}

// seconds writes a time with a precision that suits its length.
func seconds(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d < 10*time.Minute:
		return fmt.Sprintf("%.0fs", d.Seconds())
	}
	return d.Round(time.Minute).String()
}

var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline draws values as a row of bars, of which the highest is top or the largest value.
func sparkline(values []float64, top float64) string {
	for _, v := range values {
		top = max(top, v)
	}
	row := make([]rune, len(values))
	for i, v := range values {
		step := 0
		if top > 0 {
			step = int(v / top * float64(len(bars)-1) * 0.9999999)
			if v > 0 && step == 0 && v/top > 1.0/float64(2*len(bars)) {
				step = 1
			}
		}
		row[i] = bars[max(0, min(step, len(bars)-1))]
	}
	return string(row)
}
