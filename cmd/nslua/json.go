package main

import (
	"encoding/json"
	"io"
	"math"
	"strings"

	"nslua/lua"
)

// resultLine is what --json prints of one chunk.
type resultLine struct {
	Result []any `json:"result"`
}

// errorLine is what --json prints of an uncaught error.
type errorLine struct {
	Error errorFields `json:"error"`
}

type errorFields struct {
	Op        string `json:"op,omitempty"`
	Code      string `json:"code,omitempty"`
	Errno     int    `json:"errno,omitempty"`
	Message   string `json:"message"`
	Hint      string `json:"hint,omitempty"`
	Traceback string `json:"traceback,omitempty"`
	Chunk     string `json:"chunk,omitempty"`
	Line      int    `json:"line,omitempty"`
}

func failureJSON(f lua.Uncaught) errorLine { return errorLine{errorFields(f)} }

// printJSON writes v as one line.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// printResults writes a chunk's results after what it has printed.
func (sh *shell) printResults(results []lua.Value) error {
	if err := sh.state.Flush(); err != nil {
		return err
	}
	out := make([]any, len(results))
	c := converter{state: sh.state, inside: map[*lua.Table]bool{}}
	for i, v := range results {
		out[i] = c.value(v)
	}
	return printJSON(sh.out, resultLine{out})
}

// valueJSON is a value as JSON.
func (sh *shell) valueJSON(v lua.Value) (string, error) {
	var b strings.Builder
	c := converter{state: sh.state, inside: map[*lua.Table]bool{}}
	err := printJSON(&b, c.value(v))
	return strings.TrimSuffix(b.String(), "\n"), err
}

// maxNesting is how deep tables are shown.
const maxNesting = 100

// converter makes JSON of Lua values. What JSON has no form for is shown as
// tostring does: functions, handles, a table inside itself, infinity.
type converter struct {
	state  *lua.State
	inside map[*lua.Table]bool // tables around the value
}

func (c *converter) value(v lua.Value) any {
	switch v := v.(type) {
	case lua.Bool:
		return bool(v)
	case lua.String:
		return string(v)
	case lua.Number:
		if f := float64(v); !math.IsInf(f, 0) && !math.IsNaN(f) {
			return f
		}
	case *lua.Table:
		if !c.inside[v] && len(c.inside) < maxNesting {
			c.inside[v] = true
			defer delete(c.inside, v)
			return c.table(v)
		}
	}
	if v == lua.Nil {
		return nil
	}
	return c.text(v)
}

// table is a list if its keys are 1 to n; an empty one is a list too.
func (c *converter) table(t *lua.Table) any {
	n, keys := t.Len(), 0
	t.ForEach(func(_, _ lua.Value) { keys++ })
	if keys == n {
		list := make([]any, n)
		for i := range list {
			list[i] = c.value(t.RawGetInt(i + 1))
		}
		return list
	}
	object := make(map[string]any, keys)
	t.ForEach(func(k, v lua.Value) { object[c.text(k)] = c.value(v) })
	return object
}

func (c *converter) text(v lua.Value) string {
	out, err := c.state.Invoke(c.state.Global("tostring"), v)
	if err != nil || len(out) == 0 {
		return v.String()
	}
	return out[0].String()
}
