package luadoc

import (
	"path"
	"slices"
	"strings"
)

// Parse reads the documentation of one Lua file. The base name of path up to the first dot is the module's name, unless
// "---@meta NAME" gives another. In a stub ("---@meta", or *.d.lua) every function counts and every global table begins
// a module; in an ordinary library only documented functions of the table it returns, and of its classes, count.
//
// Parse always returns what it understood; what it did not is in File.Problems.
func Parse(filename string, src []byte) *File {
	base, _, _ := strings.Cut(path.Base(filename), ".")
	p := &parser{
		file:    &File{Path: filename},
		lines:   splitLines(string(src)),
		meta:    strings.HasSuffix(filename, ".d.lua"),
		name:    base,
		locals:  map[string]bool{},
		classOf: map[string]*Class{},
		modules: map[string]*Module{},
	}
	p.collect()
	p.declare()
	for _, d := range p.found {
		p.define(d)
	}
	p.finish()
	return p.file
}

// declaration is a comment, a statement, or a comment with its statement.
type declaration struct {
	block *block // nil without a comment
	st    statement
	code  bool // there is a statement
}

type parser struct {
	file  *File
	lines []line
	meta  bool
	name  string // of the file's module
	table string // local variable that holds the module

	found    []declaration
	locals   map[string]bool
	classOf  map[string]*Class // by variable
	modules  map[string]*Module
	fallback *block // first free-standing comment: it is about the module
}

// collect finds the comments and statements of the first column.
func (p *parser) collect() {
	returned := ""
	for i := 0; i < len(p.lines); i++ {
		l := p.lines[i]
		if l.inside {
			continue
		}
		if m := reLocals().FindStringSubmatch(l.text); m != nil {
			for _, name := range splitList(m[1]) {
				p.locals[strings.TrimPrefix(name, "function ")] = true
			}
		}
		if m := reReturn().FindStringSubmatch(l.text); m != nil {
			returned = m[1]
		}
		if !l.isDoc() {
			if st, ok := parseStatement(p.lines, i); ok {
				p.found = append(p.found, declaration{st: st, code: true})
			}
			continue
		}
		start := i
		for i < len(p.lines) && p.lines[i].isDoc() {
			i++
		}
		b := parseBlock(p.file.Path, p.lines, start, i)
		p.note(b)
		st, ok := parseStatement(p.lines, i)
		p.found = append(p.found, declaration{b, st, ok})
		if !ok {
			i-- // the line after the comment may mean something else
		} else if m := reLocals().FindStringSubmatch(p.lines[i].text); m != nil && st.local {
			p.locals[st.name] = true
		}
	}
	if p.locals[returned] {
		p.table = returned
	} else if p.locals[p.name] {
		p.table = p.name
	}
}

// note takes what a comment says about the file.
func (p *parser) note(b *block) {
	p.file.Problems = append(p.file.Problems, b.problems...)
	if b.meta {
		p.meta = true
		if b.module != "" && b.module != "_" {
			p.name = b.module
		}
	}
}

// declare finds the modules, then the classes and aliases, which functions refer to.
func (p *parser) declare() {
	for _, d := range p.found {
		own := p.table != "" && d.st.name == p.table && d.st.local
		if d.code && (own || d.st.table && !d.st.local && p.declaresModule(d)) {
			p.declareModule(d)
		}
	}
	for _, d := range p.found {
		if d.block == nil {
			continue
		}
		classes := d.block.classes
		for _, c := range classes {
			if p.modules[c.Name] != nil {
				continue // it describes the module's own table
			}
			module := p.moduleFor(c.Name)
			c.Module = module.Name
			module.Classes = append(module.Classes, c)
		}
		for _, a := range d.block.aliases {
			module := p.moduleFor(a.Name)
			a.Module = module.Name
			module.Aliases = append(module.Aliases, a)
		}
		if d.code && len(classes) > 0 && !d.st.isFunc {
			p.classOf[d.st.name] = classes[len(classes)-1]
		}
	}
}

// declaresModule reports whether "NAME = {}" in a stub begins a module, rather than a table within one or a class.
func (p *parser) declaresModule(d declaration) bool {
	if !p.meta || strings.Contains(d.st.name, ".") {
		return false
	}
	return d.block == nil || len(d.block.classes) == 0 || d.block.classes[0].Name == d.st.name
}

func (p *parser) declareModule(d declaration) {
	name := d.st.name
	if name == p.table {
		name = p.name
	}
	m := p.module(name)
	m.declared = true
	m.Line = d.st.line
	b := d.block
	if b == nil {
		return
	}
	m.Comment = b.fn.Comment
	m.Doc = b.full
	for _, c := range b.classes {
		if c.Name != name {
			continue
		}
		m.Comment = c.Comment
		m.Doc = b.full
		for _, f := range c.Fields {
			f.Owner = name
		}
		m.Fields = append(m.Fields, c.Fields...)
	}
	m.File, m.Line = p.file.Path, d.st.line
	m.settle(name)
}

// module returns the module of that name and makes it if need be.
func (p *parser) module(name string) *Module {
	m := p.modules[name]
	if m == nil {
		m = &Module{Name: name}
		m.File, m.Line = p.file.Path, 1
		p.modules[name] = m
		p.file.Modules = append(p.file.Modules, m)
	}
	return m
}

// moduleFor returns the module a qualified name belongs to.
func (p *parser) moduleFor(name string) *Module {
	if m := p.modules[firstPart(name)]; m != nil && strings.ContainsAny(name, ".:") {
		return m
	}
	return p.module(p.name)
}

// define adds the function or constant of a declaration.
func (p *parser) define(d declaration) {
	b := d.block
	switch {
	case b == nil && !p.meta, b != nil && b.private:
		return
	case !d.code:
		if p.fallback == nil && !b.isFunc && len(b.classes)+len(b.aliases) == 0 && b.fn.Doc != "" {
			p.fallback = b
		}
		return
	}
	if b == nil {
		b = &block{path: p.file.Path}
	}
	if len(b.classes) > 0 && !d.st.isFunc || p.isModule(d.st) {
		return
	}
	name, class, ok := p.resolve(d.st)
	if !ok {
		return
	}
	if d.st.isFunc || b.isFunc {
		p.function(d.st, b, name, class)
		return
	}
	p.constant(d.st, b, name)
}

func (p *parser) isModule(st statement) bool {
	if st.name == p.table && st.local {
		return true
	}
	m := p.modules[st.name]
	return m != nil && m.declared && st.table && !st.isFunc
}

// resolve returns the documented name of what a statement defines, and the class it belongs to. It refuses locals.
func (p *parser) resolve(st statement) (name string, class *Class, ok bool) {
	if st.local {
		return "", nil, false
	}
	owner, last := "", st.name
	if i := strings.LastIndex(st.name, "."); i >= 0 {
		owner, last = st.name[:i], st.name[i+1:]
	}
	sep := "."
	if st.method != "" {
		owner, last, sep = st.name, st.method, ":"
	}
	if c := p.classOf[owner]; c != nil && p.modules[c.Name] == nil {
		return c.Name + sep + last, c, true
	}
	if owner == "" {
		return last, nil, p.meta && !p.locals[last]
	}
	root := firstPart(owner)
	switch {
	case root == p.table:
		owner = p.name + owner[len(root):]
	case p.locals[root]:
		return "", nil, false
	}
	for _, candidate := range []string{owner, p.name + "." + owner} {
		if c := p.class(candidate); c != nil && p.modules[candidate] == nil {
			return c.Name + sep + last, c, true
		}
	}
	return owner + sep + last, nil, true
}

func (p *parser) class(name string) *Class {
	for _, m := range p.file.Modules {
		for _, c := range m.Classes {
			if c.Name == name {
				return c
			}
		}
	}
	return nil
}

func (p *parser) function(st statement, b *block, name string, class *Class) {
	f := b.fn
	f.Name = name
	f.File, f.Line = p.file.Path, st.line
	f.args, f.known = st.args, st.isFunc
	if class != nil && st.method == "" && len(f.args) > 0 && f.args[0] == "self" {
		f.Name, f.args = class.Name+":"+lastPart(name), f.args[1:]
	}
	f.settle(f.Name)
	switch {
	case class != nil:
		f.Module, f.Class = class.Module, class.Name
		class.Methods = append(class.Methods, &f)
	case st.method != "" && p.modules[name[:strings.LastIndexByte(name, ':')]] == nil:
		f.Module, f.Class = p.name, name[:strings.LastIndexByte(name, ':')]
		p.file.orphans = append(p.file.orphans, &f)
	default:
		m := p.moduleFor(name)
		f.Module = m.Name
		m.Funcs = append(m.Funcs, &f)
	}
}

func (p *parser) constant(st statement, b *block, name string) {
	if strings.HasPrefix(lastPart(name), "__") {
		return
	}
	f := &Field{Name: name, Type: b.typ, Doc: b.fn.Doc, File: p.file.Path, Line: st.line}
	if f.Doc == "" {
		f.Doc = b.typDoc
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		f.Owner, f.Name = name[:i], name[i+1:]
	}
	f.Optional = f.Type.Nilable()
	m := p.moduleFor(name)
	m.Fields = append(m.Fields, f)
}

// finish gives the free-standing comment to the file's module and drops modules that hold nothing.
func (p *parser) finish() {
	library := !p.meta && p.table != ""
	if library || p.modules[p.name] != nil || p.fallback != nil {
		m := p.module(p.name)
		m.declared = m.declared || library
		if m.Doc == "" && p.fallback != nil {
			line := m.Line
			m.Comment, m.Doc = p.fallback.fn.Comment, p.fallback.full
			m.File, m.Line = p.file.Path, line
			m.settle(m.Name)
		}
	}
	for _, m := range p.file.Modules {
		m.declared = m.declared || slices.ContainsFunc(m.Funcs, func(f *Func) bool { return strings.HasPrefix(f.Name, m.Name+".") })
	}
	p.file.Modules = slices.DeleteFunc(p.file.Modules, func(m *Module) bool {
		return m.Doc == "" && !m.declared && len(m.Funcs)+len(m.Classes)+len(m.Aliases)+len(m.Fields) == 0
	})
}
