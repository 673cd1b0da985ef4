// Package luadoc reads documentation comments of Lua files and renders them.
//
// The comments are LuaLS annotations (---@param, ---@class, …), in stub files (---@meta, NAME.d.lua) or in place in
// ordinary Lua libraries. One source serves the help text, the Markdown reference, completion, the search for
// misspelled names, and the tests that compare documentation with code and run every example.
//
// Only comments and statements that begin in the first column count: what is indented is the body of something.
// A block of --- lines documents the statement directly below it. On top of the tags of LuaLS it may carry:
//
//	```lua WORDS          an example; words such as root, norun, needs=net,pid tell a test how to run it
//	---@source mount(2)   where the function comes from; several are separated by commas
//	---@errors EPERM text when the call fails with this errno
//	---@explain COMMAND   the equivalent classic command, a template of package command; more lines or tags give
//	                      more commands
//	---@explain none TEXT there is no such command, and why
//	---@explain passive … the same two for a function that changes nothing, which a script of commands leaves out
//	---@explain script COMMAND      what a script has instead, which may use the {result}; none: nothing
//	---@explain undo COMMAND        what takes it back; {made} is each thing that the function made
//	---@explain as TEXT             how later commands name the result: a path, a variable
//	---@explain inside OPTIONS      of nsenter(1), for the commands of what is called while the function runs
//	---@explain enter OPTIONS       the same for those after it, in a script
//	---@explain renames OLD NEW     what undo commands call OLD is NEW from now on
//	---@since 0.1         the first version that has it
//	---@zh TEXT           the summary in Chinese
//
// A tag's text continues on lines indented by two spaces or more. A sentence that ends in a colon directly above an
// example is the caption of that example. In ---@return TYPE text all of the text is description; the result is named
// as in ---@return TYPE name # text; "TYPE ... text" stands for any number of results.
package luadoc

import (
	"fmt"

	"nslua/lua/command"
)

// File is what one Lua file documents. A stub may declare several modules; an ordinary library is one.
type File struct {
	Path     string
	Modules  []*Module
	Problems []Problem // malformed comments; Set.Check includes them

	orphans []*Func // methods of classes that another file declares
}

// Comment is what every documented thing has.
type Comment struct {
	Doc        string // prose as light Markdown, without the examples except in a Module
	Summary    string // first sentence of Doc
	Zh         string // one line in Chinese, or ""
	Examples   []Example
	Source     []string // "mount(2)", "/proc/PID/mountinfo"
	See        []string // names for Set.Lookup, manual pages or addresses
	Since      string
	Deprecated string // advice; "deprecated" if the tag says no more
	File       string
	Line       int // of the statement, or of the tag that declares it
}

// Module is a global table of functions. Its Doc keeps its examples in place.
type Module struct {
	Name string
	Comment
	Funcs   []*Func
	Classes []*Class
	Aliases []*Alias
	Fields  []*Field // constants

	declared bool // a table of this name exists; false for the file of global functions
}

// Func is a function or a method.
type Func struct {
	Name   string // "mount.bind", "ns.Namespace:call", or "scope" for a global function
	Module string
	Class  string // "ns.Namespace" if it belongs to a class
	Comment
	Params    []Param // as documented
	Returns   []Return
	Errors    []Errno
	Overloads []Type   // function types
	Generics  []string // names of type parameters
	Equivalent

	args  []string // parameters as the statement lists them
	known bool     // args are known: the statement is a function
}

// Equivalent is what classic commands do the same as a function.
type Equivalent struct {
	Explain      []*command.Template
	NoEquivalent string              // why there is none
	Passive      bool                // the function changes nothing: a script does without it
	Script       []*command.Template // instead of Explain, in a script
	Undo         []*command.Template // what takes it back
	As           *command.Template   // how later commands name the result
	Inside       *command.Template   // options of nsenter(1), for what is called while the function runs
	Enter        *command.Template   // the same for what is called after it
	Renames      *command.Template   // two words: what Undo calls by the first has the second as its name now
}

// Param is a parameter, of a Func or of a function type.
type Param struct {
	Name     string // "..." for the rest
	Type     Type
	Optional bool
	Rest     bool
	Doc      string
}

// Return is one result.
type Return struct {
	Type Type
	Name string
	Doc  string
}

// Errno is an error a function is known to raise.
type Errno struct {
	Code string // "EPERM"
	Doc  string
}

// Class is a record, an options table or a handle with methods.
type Class struct {
	Name   string // "mount.BindOptions"
	Parent string // class it inherits from, or ""
	Module string
	Comment
	Fields  []*Field // own ones; Set.Fields adds the inherited
	Methods []*Func
}

// Field is a field of a class or a constant of a module. The elements of a positional part are the field "[integer]".
type Field struct {
	Name     string
	Owner    string // class or module; "" for a global
	Type     Type
	Optional bool
	Doc      string
	File     string
	Line     int
}

// Alias names a type; Values are its literals if it is an enumeration.
type Alias struct {
	Name   string
	Module string
	Comment
	Type   Type
	Values []Value
}

// Value is one literal of an enumeration; strings are unquoted.
type Value struct {
	Value string
	Doc   string
}

// Item is something that has a name and documentation: *Module, *Func, *Class, *Alias or *Field.
type Item interface {
	FullName() string
	Brief() string // one sentence
	Position() (file string, line int)
}

// Problem is a defect of a comment.
type Problem struct {
	File string
	Line int
	Text string
}

// String formats p as FILE:LINE: TEXT.
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// Brief is the summary.
func (c *Comment) Brief() string { return c.Summary }

// Position is where the thing is declared.
func (c *Comment) Position() (string, int) { return c.File, c.Line }

// FullName is the module's name.
func (m *Module) FullName() string { return m.Name }

// FullName is the qualified name, "mount.bind" or "ns.Namespace:call".
func (f *Func) FullName() string { return f.Name }

// FullName is the qualified name, "mount.BindOptions".
func (c *Class) FullName() string { return c.Name }

// FullName is the qualified name, "ns.Kind".
func (a *Alias) FullName() string { return a.Name }

// FullName is the name below the owner's.
func (f *Field) FullName() string {
	if f.Owner == "" {
		return f.Name
	}
	return f.Owner + "." + f.Name
}

// Brief is the first sentence of the description.
func (f *Field) Brief() string { return firstSentence(f.Doc) }

// Position is where the field is declared.
func (f *Field) Position() (string, int) { return f.File, f.Line }

// Method is the last part of the name: "call" of "ns.Namespace:call".
func (f *Func) Method() string { return lastPart(f.Name) }

// deprecation is the sentence that says so.
func (c *Comment) deprecation() string {
	if c.Deprecated == "deprecated" {
		return "Deprecated."
	}
	return "Deprecated: " + c.Deprecated
}
