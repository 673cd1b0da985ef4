package cgroup

import (
	"fmt"
	"slices"
	"time"
)

// metric is a number that can be watched over time.
type metric struct {
	name string
	unit string                 // for the head of a table
	read func(s *Stat) float64  // a level, or a total if rate is set
	rate bool                   // the growth of read in a second is what counts
	text func(v float64) string // for people
	top  func(l *Limits) float64
}

var metrics = []metric{
	{name: "cpu", unit: "processors", rate: true, text: func(v float64) string { return fmt.Sprintf("%.2f", v) },
		read: func(s *Stat) float64 { return cpuOf(s).Usage.Seconds() },
		top:  func(l *Limits) float64 { return ceiling(l.CPU) }},
	{name: "memory", unit: "bytes", text: bytesText, read: func(s *Stat) float64 { return float64(memoryOf(s).Usage) },
		top: func(l *Limits) float64 { return ceiling(l.Memory) }},
	{name: "swap", unit: "bytes", text: bytesText, read: func(s *Stat) float64 { return float64(deref(memoryOf(s).Swap)) },
		top: func(l *Limits) float64 { return ceiling(l.Swap) }},
	{name: "pids", unit: "", text: plainText, read: func(s *Stat) float64 {
		if s.PIDs == nil {
			return 0
		}
		return float64(s.PIDs.Current)
	}, top: func(l *Limits) float64 { return ceiling(l.PIDs) }},
	{name: "throttled", unit: "seconds a second", rate: true, text: func(v float64) string { return fmt.Sprintf("%.2f", v) },
		read: func(s *Stat) float64 { return cpuOf(s).Throttled.Seconds() }, top: func(*Limits) float64 { return 0 }},
	{name: "rbps", unit: "bytes a second", rate: true, text: bytesText,
		read: func(s *Stat) float64 { return ioSum(s, "rbytes") }, top: func(*Limits) float64 { return 0 }},
	{name: "wbps", unit: "bytes a second", rate: true, text: bytesText,
		read: func(s *Stat) float64 { return ioSum(s, "wbytes") }, top: func(*Limits) float64 { return 0 }},
}

func metricNames() []string {
	var names []string
	for _, m := range metrics {
		names = append(names, m.name)
	}
	return names
}

func metricsOf(names []string) []metric {
	var some []metric
	for _, n := range names {
		if i := slices.IndexFunc(metrics, func(m metric) bool { return m.name == n }); i >= 0 {
			some = append(some, metrics[i])
		}
	}
	return some
}

func cpuOf(s *Stat) CPUStat {
	if s.CPU == nil {
		return CPUStat{}
	}
	return *s.CPU
}

func memoryOf(s *Stat) MemoryStat {
	if s.Memory == nil {
		return MemoryStat{}
	}
	return *s.Memory
}

func deref(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

func ioSum(s *Stat, name string) float64 {
	sum := int64(0)
	for _, device := range s.IO {
		sum += device[name]
	}
	return float64(sum)
}

// ceiling is a limit as the top of a chart; 0 if there is none.
func ceiling[T int64 | float64](limit *T) float64 {
	if limit == nil || *limit < 0 {
		return 0
	}
	return float64(*limit)
}

func bytesText(v float64) string { return size(int64(v)) }
func plainText(v float64) string { return fmt.Sprintf("%.0f", v) }

// sampler turns what a cgroup has used into what it uses now.
type sampler struct {
	metrics []metric
	last    []float64
	at      time.Time
}

// next gives one number for each metric. The first rates are 0.
func (p *sampler) next(s *Stat, now time.Time) []float64 {
	values := make([]float64, len(p.metrics))
	reads := make([]float64, len(p.metrics))
	elapsed := now.Sub(p.at).Seconds()
	for i, m := range p.metrics {
		reads[i] = m.read(s)
		switch {
		case !m.rate:
			values[i] = reads[i]
		case p.last != nil && elapsed > 0:
			values[i] = max(0, reads[i]-p.last[i]) / elapsed
		}
	}
	p.last, p.at = reads, now
	return values
}
