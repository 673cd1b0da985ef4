package repl

import (
	"slices"
	"strings"

	"nslua/lua"
	"nslua/lua/luadoc"
	"nslua/lua/repl/editor"
)

// thing is what an expression stands for, as far as that is known without running it.
type thing struct {
	value lua.Value
	name  string        // in the documentation
	class *luadoc.Class // of the value
}

// resolve finds what the expression is that ends with token i.
func (v view) resolve(i int) thing {
	if i < 0 {
		return thing{}
	}
	t := v.list[i]
	switch t.kind {
	case 'n':
		if i > 1 && (v.list[i-1].kind == '.' || v.list[i-1].kind == ':') {
			return v.member(v.resolve(i-2), t.text)
		}
		return v.known(t.text, v.global(t.text))
	case 's':
		if i > 0 && v.list[i-1].kind == 'n' {
			return v.result(v.resolve(i - 1))
		}
		return thing{value: lua.String(t.text), name: "string"}
	case ')', '}':
		open := v.opening(i)
		switch {
		case open < 0:
		case open > 0 && v.callee(open-1):
			return v.result(v.resolve(open - 1))
		case t.kind == ')':
			return v.resolve(i - 1)
		}
	}
	return thing{}
}

// callee reports whether what ends with token i can be called.
func (v view) callee(i int) bool {
	t := v.list[i]
	return t.kind == 'n' && !slices.Contains(keywords, t.text) || t.kind == ')'
}

// opening is the bracket that token i closes; -1 if there is none.
func (v view) opening(i int) int {
	depth := 0
	for ; i >= 0; i-- {
		switch v.list[i].kind {
		case ')', '}', ']':
			depth++
		case '(', '{', '[':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// known is a value with its documentation.
func (v view) known(name string, value lua.Value) thing {
	t := thing{value: value, name: name}
	if value == nil || value == lua.Nil {
		t.value = nil
		return t
	}
	if typ := v.State.TypeOf(value); typ != nil {
		t.class = v.docs.Class(typ.Name)
		t.name = typ.Name
		return t
	}
	if _, isString := value.(lua.String); isString {
		t.name = "string"
		return t
	}
	if documented, ok := v.State.DocName(value); ok {
		t.name = documented
	}
	return t
}

func (v view) member(owner thing, name string) thing {
	if owner.class != nil {
		if m := v.docs.Method(owner.class, name); m != nil {
			return thing{name: m.Name}
		}
		for _, f := range v.docs.Fields(owner.class) {
			if f.Name == name {
				return thing{class: v.docs.ClassOf(f.Type)}
			}
		}
		return thing{}
	}
	if table, ok := owner.value.(*lua.Table); ok {
		if value := table.RawGetString(name); value != lua.Nil {
			return v.known(owner.name+"."+name, value)
		}
	}
	return thing{name: owner.name + "." + name}
}

// result is what a function gives.
func (v view) result(f thing) thing {
	doc := v.docs.Func(f.name)
	if doc == nil || len(doc.Returns) == 0 {
		return thing{}
	}
	return thing{class: v.docs.ClassOf(doc.Returns[0].Type)}
}

// members are the names that may follow a "." or ":" behind a thing.
func (v view) members(owner thing, mark byte, word string) []editor.Candidate {
	var found []luadoc.Completion
	switch {
	case owner.class != nil && mark == ':':
		found = v.docs.CompleteMethods(owner.class, word)
	case owner.class != nil:
		found = v.docs.CompleteFields(owner.class, word)
	case mark == '.' || owner.name == "string":
		found = v.docs.Complete(owner.name + "." + word)
	}
	table, ok := owner.value.(*lua.Table)
	if _, isString := owner.value.(lua.String); isString && mark == ':' {
		table, ok = v.global("string").(*lua.Table)
	}
	if ok {
		each(table, func(k, value lua.Value) {
			name, ok := k.(lua.String)
			_, function := value.(*lua.Function)
			if !ok || !strings.HasPrefix(string(name), word) || !identifier.MatchString(string(name)) || mark == ':' && !function {
				return
			}
			if !slices.ContainsFunc(found, func(c luadoc.Completion) bool { return c.Name == string(name) }) {
				found = append(found, luadoc.Completion{Name: string(name), Type: value.Type().String()})
			}
		})
	}
	slices.SortStableFunc(found, func(a, b luadoc.Completion) int { return strings.Compare(a.Name, b.Name) })
	return candidates(found)
}

// globals are the globals and words of the language that begin with word.
func (v view) globals(word string) []editor.Candidate {
	found := v.docs.Complete(word)
	for _, name := range v.State.GlobalNames() {
		if strings.HasPrefix(name, word) && !slices.ContainsFunc(found, func(c luadoc.Completion) bool { return c.Name == name }) {
			t := luadoc.Completion{Name: name}
			if table, ok := v.State.Global("_G").(*lua.Table); ok {
				if value := table.RawGetString(name); value != lua.Nil {
					t.Type = value.Type().String()
					if typ := v.State.TypeOf(value); typ != nil {
						t.Type = typ.Name
					}
				}
			}
			found = append(found, t)
		}
	}
	for _, k := range keywords {
		if word != "" && strings.HasPrefix(k, word) {
			found = append(found, luadoc.Completion{Name: k})
		}
	}
	slices.SortStableFunc(found, func(a, b luadoc.Completion) int { return strings.Compare(a.Name, b.Name) })
	return candidates(found)
}

// around is the call that a place is in.
type around struct {
	open    int // brackets that are open
	fn      *luadoc.Func
	index   int           // of the argument
	options *luadoc.Class // the place is in a table of these options
	key     string        // it is the value of that option
	given   []string      // options that are there already
	begin   bool          // of an item of the table
}

// around finds the call that surrounds the end of the text.
func (v view) around() around {
	var a around
	depth, commas := 0, 0
	inner := -1 // the innermost table
	for i := len(v.list) - 1; i >= 0; i-- {
		switch t := v.list[i]; t.kind {
		case ')', '}', ']':
			depth++
		case ',', ';':
			if depth == 0 {
				commas++
			}
		case '(', '{', '[':
			if depth > 0 {
				depth--
				continue
			}
			a.open++
			callee := i > 0 && v.callee(i-1)
			if t.kind == '{' && inner < 0 && !callee {
				inner, commas = i, 0
				continue
			}
			if t.kind == '[' || !callee {
				return a
			}
			if a.fn = v.docs.Func(v.resolve(i - 1).name); a.fn == nil {
				return a
			}
			a.index = commas
			if t.kind == '{' {
				if inner >= 0 {
					return around{open: a.open}
				}
				inner, a.index = i, 0
			}
			if inner >= 0 {
				a.options = v.docs.OptionsAt(a.fn, a.index)
				v.inTable(&a, inner)
			}
			return a
		}
	}
	return a
}

// inTable finds out where in a table the end of the text is.
func (v view) inTable(a *around, open int) {
	depth, item := 0, open+1
	for i := open + 1; i < len(v.list); i++ {
		switch v.list[i].kind {
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			depth--
		case ',', ';':
			if depth == 0 {
				item = i + 1
			}
		case '=':
			if depth == 0 && v.list[i-1].kind == 'n' {
				a.given = append(a.given, v.list[i-1].text)
			}
		}
	}
	rest := v.list[item:]
	a.begin = len(rest) == 0
	if len(rest) >= 2 && rest[0].kind == 'n' && rest[1].kind == '=' {
		a.key = rest[0].text
	}
}

// param is the parameter that the place is an argument for; nil if there is none.
func (a around) param() *luadoc.Param {
	if a.fn == nil || len(a.fn.Params) == 0 {
		return nil
	}
	last := len(a.fn.Params) - 1
	if a.index > last {
		if !a.fn.Params[last].Rest {
			return nil
		}
		return &a.fn.Params[last]
	}
	return &a.fn.Params[a.index]
}

func (a around) field(docs *luadoc.Set) *luadoc.Field {
	for _, f := range docs.Fields(a.options) {
		if f.Name == a.key {
			return f
		}
	}
	return nil
}

// about is the signature of the call and what it does.
func (a around) about(docs *luadoc.Set) string {
	if a.fn == nil {
		return ""
	}
	return docs.Signature(a.fn) + "\n" + a.fn.Summary
}
