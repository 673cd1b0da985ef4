package stdlib

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// layouts are the conversions of strftime(3) that are Go layouts, in the C locale.
var layouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan",
	'c': "Mon Jan _2 15:04:05 2006", 'D': "01/02/06", 'x': "01/02/06", 'F': "2006-01-02",
	'T': "15:04:05", 'X': "15:04:05", 'R': "15:04", 'r': "03:04:05 PM",
	'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'j': "002", 'm': "01", 'M': "04",
	'p': "PM", 'S': "05", 'y': "06", 'Y': "2006", 'z': "-0700", 'Z': "MST",
}

func strftime(format string, t time.Time) (string, error) {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			out.WriteByte(format[i])
			continue
		}
		if i++; i == len(format) {
			return "", fmt.Errorf("conversion specifier '%%' is incomplete")
		}
		if layout, ok := layouts[format[i]]; ok {
			out.WriteString(t.Format(layout))
			continue
		}
		text, ok := computed(format[i], t)
		if !ok {
			return "", fmt.Errorf("invalid conversion specifier '%%%c'", format[i])
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

// computed are the conversions that no Go layout has.
func computed(c byte, t time.Time) (string, bool) {
	isoYear, isoWeek := t.ISOWeek()
	weekday := int(t.Weekday())
	two := func(n int) string { return fmt.Sprintf("%02d", n) }
	switch c {
	case '%':
		return "%", true
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	case 'C':
		return two(t.Year() / 100), true
	case 'g':
		return two(isoYear % 100), true
	case 'G':
		return strconv.Itoa(isoYear), true
	case 's':
		return strconv.FormatInt(t.Unix(), 10), true
	case 'u':
		return strconv.Itoa((weekday+6)%7 + 1), true
	case 'w':
		return strconv.Itoa(weekday), true
	case 'U': // weeks start on Sunday
		return two((t.YearDay() + 6 - weekday) / 7), true
	case 'W': // weeks start on Monday
		return two((t.YearDay() + 6 - (weekday+6)%7) / 7), true
	case 'V':
		return two(isoWeek), true
	}
	return "", false
}
