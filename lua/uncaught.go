package lua

import "errors"

// Uncaught is what is known of an uncaught error, taken apart for programs.
type Uncaught struct {
	Op        string // the function that failed: "mount.bind"
	Code      string // errno by name
	Errno     int
	Message   string
	Hint      string
	Traceback string
	Chunk     string // where it happened
	Line      int    // 0 if that is unknown
}

// Uncaught takes the error of an Outcome apart. Op, Code, Errno and Hint are those of an error object; a value
// that the script itself raised has none of them, whatever its fields are.
func (s *State) Uncaught(err error) Uncaught {
	var syn *SyntaxError
	if errors.As(err, &syn) {
		return Uncaught{Message: syn.Message, Chunk: syn.Chunk, Line: syn.Line}
	}
	var r *Raised
	if !errors.As(err, &r) {
		e := asError("", err)
		return Uncaught{Op: e.Op, Code: e.Code, Errno: e.Errno, Message: e.Message, Hint: e.Hint}
	}
	f := Uncaught{Message: s.text(r.Value), Traceback: r.Traceback}
	if t, ok := r.Value.(*Table); ok && s.isError(r.Value) {
		field := func(name string) string {
			text, _ := t.RawGetString(name).(String)
			return string(text)
		}
		f.Op, f.Code, f.Hint, f.Message = field("op"), field("code"), field("hint"), field("message")
		if own := field("traceback"); own != "" {
			f.Traceback = own
		}
		n, _ := t.RawGetString("errno").(Number)
		f.Errno = int(n)
	}
	f.Chunk, f.Line = position(f.Traceback)
	return f
}
