package cgroup

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// DeviceRule allows access to devices.
type DeviceRule struct {
	Type         byte  // 'c', 'b', or 'a' for both
	Major, Minor int64 // Unlimited: all
	Access       string
}

// ParseDeviceRule reads "c 1:3 rwm", "b *:* r", "a", or a path with an access: "/dev/null rw".
func ParseDeviceRule(text string) (DeviceRule, error) {
	r := DeviceRule{Major: Unlimited, Minor: Unlimited, Access: "rwm"}
	f := strings.Fields(text)
	if len(f) == 0 {
		return r, fmt.Errorf("device rule %q: %w", text, unix.EINVAL)
	}
	rest := f[1:]
	switch {
	case strings.HasPrefix(f[0], "/"):
		var st unix.Stat_t
		if err := unix.Stat(f[0], &st); err != nil {
			return r, fmt.Errorf("stat %s: %w", f[0], err)
		}
		switch st.Mode & unix.S_IFMT {
		case unix.S_IFCHR:
			r.Type = 'c'
		case unix.S_IFBLK:
			r.Type = 'b'
		default:
			return r, fmt.Errorf("%s: %w", f[0], unix.ENODEV)
		}
		r.Major, r.Minor = int64(unix.Major(st.Rdev)), int64(unix.Minor(st.Rdev))
	case f[0] == "a" && len(f) == 1:
		r.Type = 'a'
		return r, nil
	case (f[0] == "a" || f[0] == "b" || f[0] == "c") && len(f) > 1:
		r.Type = f[0][0]
		major, minor, ok := strings.Cut(f[1], ":")
		if !ok || !deviceNumber(&r.Major, major) || !deviceNumber(&r.Minor, minor) {
			return r, fmt.Errorf("device rule %q: %w", text, unix.EINVAL)
		}
		rest = f[2:]
	default:
		return r, fmt.Errorf("device rule %q: %w", text, unix.EINVAL)
	}
	if len(rest) > 0 {
		r.Access = rest[0]
	}
	if len(rest) > 1 || strings.Trim(r.Access, "rwm") != "" {
		return r, fmt.Errorf("device rule %q: %w", text, unix.EINVAL)
	}
	return r, nil
}

// deviceNumber reads a number, or a star for all.
func deviceNumber(target *int64, text string) bool {
	if text == "*" {
		return true
	}
	n, err := strconv.ParseUint(text, 10, 32)
	*target = int64(n)
	return err == nil
}

func (r DeviceRule) String() string {
	if r.Type == 'a' && r.Major == Unlimited && r.Minor == Unlimited {
		return "a"
	}
	star := func(n int64) string {
		if n == Unlimited {
			return "*"
		}
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%c %s:%s %s", r.Type, star(r.Major), star(r.Minor), r.Access)
}

// deviceWrites is the rules for v1, where a list is built up one line at a time.
func deviceWrites(rules []DeviceRule) []write {
	w := []write{{file: "devices.deny", value: "a"}}
	for _, r := range rules {
		w = append(w, write{file: "devices.allow", value: r.String()})
	}
	return w
}
