// Package mountinfo reads what the kernel writes in its tables of mounts; see proc_pid_mountinfo(5).
package mountinfo

import (
	"strconv"
	"strings"
)

// Unescape decodes the octal escapes in a field: \040 is a space.
func Unescape(field string) string {
	if !strings.Contains(field, `\`) {
		return field
	}
	var b strings.Builder
	for i := 0; i < len(field); i++ {
		if field[i] == '\\' && i+3 < len(field) {
			if n, err := strconv.ParseUint(field[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(field[i])
	}
	return b.String()
}
