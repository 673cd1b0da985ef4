package mountinfo

import "testing"

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{
		"/plain": "/plain", `/with\040blank`: "/with blank", `/back\134slash`: `/back\slash`,
		`/end\04`: `/end\04`, `\011`: "\t", `\999`: `\999`, `\`: `\`, "": "",
	} {
		if got := Unescape(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
