package luadoc

import (
	"strings"
	"testing"
)

func TestParseType(t *testing.T) {
	tests := []struct{ in, want, rest string }{
		{"string", "string", ""},
		{"string the name", "string", "the name"},
		{"net.Link[] the links", "net.Link[]", "the links"},
		{"string|integer size", "string|integer", "size"},
		{"string | integer size", "string|integer", "size"},
		{`"a"|"b" which`, `"a"|"b"`, "which"},
		{`'it\'s'`, `'it\'s'`, ""},
		{"T? maybe", "T?", "maybe"},
		{"(string|number)? n", "(string|number)?", "n"},
		{"(string|number)[] n", "(string|number)[]", "n"},
		{"T?[]", "T?[]", ""},
		{"table<string, net.Link[]> by name", "table<string, net.Link[]>", "by name"},
		{"table<string,table<integer,T>>", "table<string, table<integer, T>>", ""},
		{"fun() called", "fun()", "called"},
		{"fun(a: T, b?: U, ...: V): R, S? text", "fun(a: T, b?: U, ...: V): R, S?", "text"},
		{"fun(s): (A, B) text", "fun(s): A, B", "text"},
		{"fun(f: fun(x: A): B, c: C): D x", "fun(f: fun(x: A): B, c: C): D", "x"},
		{"fun(): string, the name", "fun(): string, the", "name"},
		{"(fun(x: A))|string[]", "(fun(x: A))|string[]", ""},
		{"{name: string, [integer]: T, up?: boolean} rec", "{name: string, [integer]: T, up?: boolean}", "rec"},
		{"{}", "{}", ""},
		{"(integer, string) pair", "[integer, string]", "pair"},
		{"fun(): fun(): (A, B)", "fun(): fun(): A, B", ""},
		{"[integer, string] pair", "[integer, string]", "pair"},
		{"... any", "...", "any"},
		{"...string", "...string", ""},
		{"string... more", "...string", "more"},
		{"-1|0|1", "-1|0|1", ""},
		{"`T`", "T", ""},
		{"mount.Options.", "", "error"},
		{"", "", "error"},
		{"|string", "", "error"},
		{"string|", "", "error"},
		{"(string", "", "error"},
		{"table<string", "", "error"},
		{`"open`, "", "error"},
		{"fun(a", "", "error"},
		{"{a: }", "", "error"},
		{"string, the name", "", "error"},
		{strings.Repeat("(", 10000), "", "error"},
	}
	for _, tt := range tests {
		got, rest, err := ParseType(tt.in)
		if tt.rest == "error" {
			if err == nil {
				t.Errorf("ParseType(%.40q) = %q, want an error", tt.in, got)
			}
			continue
		}
		if err != nil || got.String() != tt.want || rest != tt.rest {
			t.Errorf("ParseType(%q) = %q, %q, %v, want %q, %q", tt.in, got, rest, err, tt.want, tt.rest)
			continue
		}
		if again, _, err := ParseType(got.String()); err != nil || again.String() != tt.want {
			t.Errorf("ParseType(%q) = %q, %v: it does not read its own notation", got, again, err)
		}
	}
}

func TestNilable(t *testing.T) {
	tests := map[string]bool{
		"string": false, "string?": true, "nil": true, "string|nil": true, "string|(number?)": true, "nil[]": false,
	}
	for in, want := range tests {
		typ, _, err := ParseType(in)
		if err != nil || typ.Nilable() != want {
			t.Errorf("%s: nilable %v, %v", in, typ.Nilable(), err)
		}
	}
}
