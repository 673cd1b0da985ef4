package luadoc

import (
	"slices"
	"testing"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"fine", "--- A.\n---@generic T\n---@param x T\n---@param ... Size\n---@return T?\nfunction m.a(x, ...) end", nil},
		{"no summary", "---@param x any\nfunction m.a(x) end", []string{"m.d.lua:2: m.a: no summary"}},
		{"no comment", "function m.a(x) end", []string{"m.d.lua:1: m.a: no @param x", "m.d.lua:1: m.a: no summary"}},
		{"no such parameter", "--- A.\n---@param y any\nfunction m.a(x) end",
			[]string{"m.d.lua:3: m.a: @param y: the function has no such parameter", "m.d.lua:3: m.a: no @param x"}},
		{"order", "--- A.\n---@param y any\n---@param x any\nfunction m.a(x, y) end",
			[]string{"m.d.lua:4: m.a: @param in another order than the parameters"}},
		{"twice a parameter", "--- A.\n---@param x any\n---@param x any\nfunction m.a(x) end",
			[]string{"m.d.lua:4: m.a: two @param x"}},
		{"rest", "--- A.\nfunction m.a(...) end", []string{"m.d.lua:2: m.a: no @param ..."}},
		{"optional first", "--- A.\n---@param x? any\n---@param y any\nfunction m.a(x, y) end",
			[]string{"m.d.lua:4: m.a: required parameter y after the optional x"}},
		{"unknown types", "---@class m.Link\n--- A.\n---@param x m.Lnk\n---@param y fun(a: strin): table<string, zzz>\nfunction m.a(x, y) end",
			[]string{
				"m.d.lua:5: m.a: parameter x: unknown type m.Lnk, did you mean m.Link?",
				"m.d.lua:5: m.a: parameter y: unknown type strin, did you mean string?",
				"m.d.lua:5: m.a: parameter y: unknown type zzz",
			}},
		{"malformed type", "--- A.\n---@param x string|\nfunction m.a(x) end",
			[]string{"m.d.lua:2: @param: type expected at the end", "m.d.lua:3: m.a: parameter x: unknown type string|, did you mean string?"}},
		{"twice", "--- A.\nfunction m.a() end\n--- B.\nfunction m.a() end", []string{"m.d.lua:4: m.a is documented twice"}},
		{"twice a field", "---@class m.C\n---@field a any\n---@field a any", []string{"m.d.lua:3: m.C: two fields a"}},
		{"see", "--- A.\n---@see m.aa, mount(2), https://lua.org, m.a\nfunction m.a() end",
			[]string{"m.d.lua:3: m.a: @see m.aa: no such name, did you mean m.a?"}},
		{"parent", "---@class m.C: m.D", []string{"m.d.lua:1: m.C: unknown parent m.D"}},
		{"cycle", "---@class m.C: m.D\n---@class m.D: m.C",
			[]string{"m.d.lua:1: m.C: inherits from itself", "m.d.lua:2: m.D: inherits from itself"}},
		{"constant", "m = {}\nm.x = 1", []string{"m.d.lua:2: m.x: no description"}},
		{"method", "--- A.\nfunction Zzz:a() end", []string{"m.d.lua:2: Zzz:a: method of the unknown class Zzz"}},
		{"tag", "--- A.\n---@retrun any\n---@zzzzzz\n---@nodiscard\nfunction m.a() end",
			[]string{"m.d.lua:2: unknown tag @retrun, did you mean @return?", "m.d.lua:3: unknown tag @zzzzzz"}},
		{"stray field", "---@field x any", []string{"m.d.lua:1: @field without a @class above it"}},
		{"fence", "--- A.\n--- ```lua\n--- x\nfunction m.a() end", []string{"m.d.lua:2: code block is not closed"}},
		{"empty example", "--- A.\n--- ```lua\n--- ```\nfunction m.a() end", []string{"m.d.lua:2: example is empty"}},
		{"alias", "---@alias m.A\n---@alias", []string{"m.d.lua:1: m.A: alias without a type", "m.d.lua:2: @alias gives no name"}},
		{"explain", "--- A.\n---@explain none\nfunction m.a() end", []string{"m.d.lua:2: @explain none gives no reason"}},
		{"explain undo", "--- A.\n---@explain undo\nfunction m.a() end", []string{"m.d.lua:2: @explain undo says nothing"}},
		{"explain template", "--- A.\n---@explain ls {\nfunction m.a() end",
			[]string{"m.d.lua:2: @explain: template \"ls {\": a name and then '}' expected behind '{'"}},
		{"return", "--- A.\n---@return\nfunction m.a() end", []string{"m.d.lua:2: @return: type expected at the end"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range NewSet(Parse("m.d.lua", []byte(tt.src))).Check() {
				got = append(got, p.String())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCheckTestdata(t *testing.T) {
	got := testSet(t).Check()
	if len(got) != 1 || got[0].Text != "mount: @see ns.unshare: no such name" {
		t.Errorf("problems %v", got)
	}
}
