package lua

import "testing"

func TestCaret(t *testing.T) {
	for _, c := range []struct{ line, op, message, want string }{
		{"mount.bind('/a', '/b')", "mount.bind", "", ""},
		{"\tlocal m = mount.bind('/a')", "mount.bind", "", "\t          "},
		{"h:up()", "net.Link:up", "", "  "},
		{"print(nosuch)", "", "undefined variable 'nosuch'", "      "},
		{"x = '中文' .. nosuch", "", "undefined variable 'nosuch'", "              "},
		{"f(g())", "", "attempt to call a nil value (g)", "  "},
		{"a = b b", "", "syntax error near 'b'", "-"},
		{"a(); a()", "a", "", "-"},
		{"other()", "net.links", "", "-"},
		{"groups()", "", "undefined variable 'up'", "-"},
	} {
		indent, ok := caret(c.line, c.op, c.message)
		if !ok {
			indent = "-"
		}
		if indent != c.want {
			t.Errorf("%q: %q, want %q", c.line, indent, c.want)
		}
	}
}
