package lua

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Size is a number of bytes: 1048576, "512M", "512Mi", "1.5G". K, M, G, T, P and
// Ki, Mi… are all powers of 1024, as the kernel's cgroup and mount options take them; KB, MB… are powers of 1000.
type Size int64

// Rate is a number of bits in a second: "10mbit", "1gbit", "100kbps" (bytes), as tc(8) reads it.
type Rate int64

// CPU is a number of processors: 0.5, "500m".
type CPU float64

// Mode is a file mode, written in octal: "0755".
type Mode uint32

// unit reads a value with a unit.
func unit(v Value, target any) error {
	text := strings.TrimSpace(v.String())
	n, isNumber := v.(Number)
	if _, isString := v.(String); !isString && !isNumber {
		return expected(unitHelp(target), v)
	}
	var err error
	switch t := target.(type) {
	case *time.Duration:
		*t, err = ParseDuration(text)
	case *Size:
		*t, err = ParseSize(text)
	case *Rate:
		*t, err = ParseRate(text)
	case *CPU:
		*t, err = ParseCPU(text)
	case *Mode:
		if isNumber {
			return fmt.Errorf(`%s expected, got the number %s: Lua has no octal numbers`, unitHelp(target), n)
		}
		*t, err = ParseMode(text)
	}
	if err != nil {
		return fmt.Errorf("%s expected, got %s", unitHelp(target), typeName(v))
	}
	return nil
}

func unitHelp(target any) string {
	switch target.(type) {
	case *time.Duration:
		return `a duration (seconds, or "10ms", "2s", "1m30s", "100d")`
	case *Size:
		return `a size (bytes, or "512M", "1G")`
	case *Rate:
		return `a rate (bits a second, or "10mbit", "1gbit")`
	case *CPU:
		return `a number of processors (0.5, or "500m")`
	}
	return `a mode in octal ("0755")`
}

// ParseDuration reads seconds, or a sum of numbers with ns, us, ms, s, m, h or d.
func ParseDuration(text string) (time.Duration, error) {
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return seconds(f)
	}
	rest, days := text, 0.0
	if head, tail, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseFloat(head, 64)
		if err != nil {
			return 0, err
		}
		days, rest = n, tail
	}
	var d time.Duration
	if rest != "" {
		var err error
		if d, err = time.ParseDuration(rest); err != nil {
			return 0, err
		}
	}
	whole, err := seconds(days * 86400)
	return whole + d, err
}

func seconds(f float64) (time.Duration, error) {
	ns := f * 1e9
	if math.IsNaN(ns) || math.Abs(ns) >= math.MaxInt64 {
		return 0, fmt.Errorf("%v seconds is out of range", f)
	}
	return time.Duration(ns), nil
}

var sizeUnits = map[string]float64{
	"": 1, "b": 1,
	"k": 1 << 10, "ki": 1 << 10, "kib": 1 << 10, "kb": 1e3,
	"m": 1 << 20, "mi": 1 << 20, "mib": 1 << 20, "mb": 1e6,
	"g": 1 << 30, "gi": 1 << 30, "gib": 1 << 30, "gb": 1e9,
	"t": 1 << 40, "ti": 1 << 40, "tib": 1 << 40, "tb": 1e12,
	"p": 1 << 50, "pi": 1 << 50, "pib": 1 << 50, "pb": 1e15,
}

// ParseSize reads a Size.
func ParseSize(text string) (Size, error) {
	n, err := withUnit(text, sizeUnits)
	return Size(n), err
}

var rateUnits = map[string]float64{
	"": 1, "bit": 1, "kbit": 1e3, "mbit": 1e6, "gbit": 1e9, "tbit": 1e12,
	"kibit": 1 << 10, "mibit": 1 << 20, "gibit": 1 << 30, "tibit": 1 << 40,
	"bps": 8, "kbps": 8e3, "mbps": 8e6, "gbps": 8e9, "tbps": 8e12,
}

// ParseRate reads a Rate.
func ParseRate(text string) (Rate, error) {
	n, err := withUnit(text, rateUnits)
	return Rate(n), err
}

// withUnit reads a non-negative number followed by one of the units.
func withUnit(text string, units map[string]float64) (int64, error) {
	end := strings.LastIndexAny(text, "0123456789.") + 1
	n, err := strconv.ParseFloat(text[:end], 64)
	if err != nil {
		return 0, err
	}
	unit, ok := units[strings.ToLower(strings.TrimSpace(text[end:]))]
	if !ok {
		return 0, fmt.Errorf("unknown unit %q", text[end:])
	}
	n *= unit
	if n < 0 || n >= math.MaxInt64 || math.IsNaN(n) {
		return 0, fmt.Errorf("%s is out of range", text)
	}
	return int64(n), nil
}

// ParseCPU reads a CPU.
func ParseCPU(text string) (CPU, error) {
	number, milli := strings.CutSuffix(text, "m")
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f < 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, fmt.Errorf("%q is not a number of processors", text)
	}
	if milli {
		f /= 1000
	}
	return CPU(f), nil
}

// ParseMode reads a Mode.
func ParseMode(text string) (Mode, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "0o"), 8, 32)
	if err != nil || n > 0o7777 {
		return 0, fmt.Errorf("%q is not a file mode", text)
	}
	return Mode(n), nil
}
