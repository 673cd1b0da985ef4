package stdlib

import (
	"strings"
	"testing"

	"github.com/yuin/gopher-lua/parse"
)

func TestNesting(t *testing.T) {
	rep := strings.Repeat
	for name, form := range map[string]func(n int) string{
		"tables":      func(n int) string { return "x = " + rep("{", n) + rep("}", n) },
		"blocks":      func(n int) string { return rep("do ", n) + rep("end ", n) },
		"not":         func(n int) string { return "x = " + rep("not ", n) + "y" },
		"sum":         func(n int) string { return "x = y" + rep("+y", n) },
		"concat":      func(n int) string { return "x = y" + rep("..y", n) },
		"and":         func(n int) string { return "x = y" + rep(" and y", n) },
		"calls":       func(n int) string { return "x = y" + rep("()", n) },
		"fields":      func(n int) string { return "x = y" + rep(".z", n) },
		"elseif":      func(n int) string { return "if x then " + rep("elseif x then ", n) + "end" },
		"functions":   func(n int) string { return "x = " + rep("function() return ", n) + "1 " + rep("end ", n) },
		"declaration": func(n int) string { return rep("function f() ", n) + rep("end ", n) },
	} {
		for _, c := range []struct {
			depth int
			deep  bool
		}{{100, false}, {maxSyntaxDepth + 2, true}} {
			chunk, err := parse.Parse(strings.NewReader(form(c.depth)), name)
			if err != nil {
				t.Fatal(err)
			}
			if err := Prepare(chunk); (err != nil) != c.deep {
				t.Errorf("%s, %d levels: %v", name, c.depth, err)
			}
		}
	}
}
