package luadoc

import "testing"

func TestNearest(t *testing.T) {
	tests := []struct {
		name       string
		candidates []string
		want       string
	}{
		{"readnly", []string{"recursive", "readonly"}, "readonly"},
		{"recusrive", []string{"recursive", "readonly"}, "recursive"},
		{"bnd", []string{"bind", "move"}, "bind"},
		{"Bind", []string{"bind", "move"}, "bind"},
		{"recurse", []string{"recursive"}, "recursive"},
		{"mem", []string{"memory", "cpu"}, "memory"},
		{"mem", []string{"memory", "memory_swap"}, ""},
		{"mv", []string{"move"}, ""},
		{"x", []string{"y"}, ""},
		{"", []string{"y"}, ""},
		{"bind", []string{"bind"}, ""},
		{"move", []string{"bind"}, ""},
		{"xat", []string{"cat", "bat"}, "bat"},
		{"挂载点", []string{"挂再点"}, "挂再点"},
		{"link", nil, ""},
	}
	for _, tt := range tests {
		got, ok := Nearest(tt.name, tt.candidates)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Nearest(%q, %q) = %q, %v, want %q", tt.name, tt.candidates, got, ok, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "bca", 2}, {"kitten", "sitting", 3},
		{"ab", "ba", 1}, {"abcdef", "badcfe", 3}, {"unshare", "unhsare", 1},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b, 10); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := distance(tt.b, tt.a, 10); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
	if got := distance("abcdefgh", "xxxxxxxx", 2); got <= 2 {
		t.Errorf("distance beyond the limit is %d", got)
	}
}
