package main

import (
	"fmt"
	"slices"
	"strings"

	"nslua/bindings"
	"nslua/lua/luadoc"
)

const usage = `Usage:
  nslua [OPTIONS] FILE [ARGS]     run a script; FILE may be - for the standard input
  nslua [OPTIONS] -e CODE [ARGS]  run CODE; -e may be repeated
  nslua [OPTIONS]                 a prompt, or run the standard input if it is no terminal
  nslua --check FILE...           look for mistakes without running anything
  nslua doc [NAME]                documentation of a module, function or type
  nslua stubs DIR                 write type stubs for editors into DIR
  nslua gc [--dry-run]            undo what killed shells have left behind
  nslua doctor [--json]           try what this machine lets you do, and say what to do about the rest

Options:
  -e CODE           run CODE
  -l MODULE         require MODULE and assign it to a global of its name
  -i                go on to a prompt when the script is done
  -U                run everything in new namespaces, as root there:
                    user, mnt, pid, net, uts, ipc and cgroup
  --unshare LIST    the same with these namespaces: --unshare user,net
  --trace[=FILE]    show every operation that the kernel is asked for, its result,
                    the time it took and the line of the script
  --check           check syntax, names of globals, modules' fields and options
  --explain         show the classic command for each call, before it runs
  --explain=script[:FILE]
                    write the whole run as a shell script to FILE, or to the
                    standard output; what is printed then goes to standard error
  --json            print results, errors and findings as JSON, one a line
  --color WHEN      colour errors: auto, always or never
  --complete TEXT   what may stand at the end of TEXT, as the prompt completes it:
                    lines of text, type and description, with tabs between
  --version         print the version
  --help            print this text
  --                end of the options

A script finds its arguments in ... and in arg[1], arg[2] and so on.

Exit status: 0; 1 after an uncaught error; 2 after a mistake in the command line
or the syntax, or if FILE can't be read; 3 if a privilege or a kernel feature is
missing; 130, 143 or 129 if stopped by SIGINT, SIGTERM or SIGHUP; or what the
script gives to os.exit.
`

// chunk is something to run before the script: code of -e or a module of -l.
type chunk struct {
	text   string
	module bool
}

// options is a command line taken apart.
type options struct {
	chunks      []chunk
	file        string // "" if none is given
	command     string // "doc", "gc" or "stubs"
	args        []string
	interactive bool
	check       bool
	json        bool
	color       string
	explain     explain
	unshare     []string // kinds of namespaces; nil without -U
	trace       bool
	traceFile   string // "" is the standard error
	complete    *string
	version     bool
	help        bool
}

// operand says whether an option has a value. An optional one must follow behind "=".
type operand int

const (
	none operand = iota
	required
	optional
)

// flag is one option: set takes its value, "" if it has none.
type flag struct {
	name  string // with the dashes
	value operand
	set   func(o *options, value string) error
}

func flags() []flag {
	return []flag{
		{"-e", required, func(o *options, v string) error { o.chunks = append(o.chunks, chunk{text: v}); return nil }},
		{"-l", required, func(o *options, v string) error { o.chunks = append(o.chunks, chunk{v, true}); return nil }},
		{"-i", none, func(o *options, _ string) error { o.interactive = true; return nil }},
		{"-U", none, func(o *options, _ string) error { o.unshare = bindings.WorldKinds(); return nil }},
		{"-h", none, func(o *options, _ string) error { o.help = true; return nil }},
		{"--unshare", required, setUnshare},
		{"--trace", optional, setTrace},
		{"--check", none, func(o *options, _ string) error { o.check = true; return nil }},
		{"--explain", optional, setExplain},
		{"--json", none, func(o *options, _ string) error { o.json = true; return nil }},
		{"--color", required, setColor},
		{"--complete", required, func(o *options, v string) error { o.complete = &v; return nil }},
		{"--version", none, func(o *options, _ string) error { o.version = true; return nil }},
		{"--help", none, func(o *options, _ string) error { o.help = true; return nil }},
	}
}

func setTrace(o *options, file string) error {
	o.trace, o.traceFile = true, file
	return nil
}

func setUnshare(o *options, list string) error {
	o.unshare = strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
	if len(o.unshare) == 0 {
		return fmt.Errorf("option --unshare: a list of namespaces expected, such as user,net")
	}
	known := append(slices.Clone(bindings.WorldKinds()), "time")
	for _, kind := range o.unshare {
		if slices.Contains(known, kind) {
			continue
		}
		if near, ok := luadoc.Nearest(kind, known); ok {
			return fmt.Errorf("option --unshare: unknown namespace '%s', did you mean '%s'?", kind, near)
		}
		return fmt.Errorf("option --unshare: unknown namespace '%s': there are %s", kind, strings.Join(known, ", "))
	}
	return nil
}

func setColor(o *options, when string) error {
	if when != "auto" && when != "always" && when != "never" {
		return fmt.Errorf("option --color: auto, always or never expected, got '%s'", when)
	}
	o.color = when
	return nil
}

// parse takes a command line apart. Options end at the first operand or at "--".
func parse(args []string) (*options, error) {
	o := &options{color: "auto"}
	p := parser{o: o, flags: flags(), rest: args}
	for len(p.rest) > 0 {
		arg := p.rest[0]
		if arg == "-" || !strings.HasPrefix(arg, "-") {
			break
		}
		p.rest = p.rest[1:]
		if arg == "--" {
			p.ended = true
			break
		}
		var err error
		if strings.HasPrefix(arg, "--") {
			err = p.long(arg)
		} else {
			err = p.short(arg)
		}
		if err != nil {
			return nil, err
		}
	}
	if o.help || o.version {
		return o, nil
	}
	return o, o.operands(p.rest, p.ended)
}

type parser struct {
	o     *options
	flags []flag
	rest  []string
	ended bool // by "--"
}

func (p *parser) find(name string) (flag, error) {
	var long []string
	for _, f := range p.flags {
		if f.name == name {
			return f, nil
		}
		if strings.HasPrefix(f.name, "--") {
			long = append(long, f.name[2:])
		}
	}
	if near, ok := luadoc.Nearest(strings.TrimLeft(name, "-"), long); ok && strings.HasPrefix(name, "--") {
		return flag{}, fmt.Errorf("unknown option '%s', did you mean '--%s'?", name, near)
	}
	return flag{}, fmt.Errorf("unknown option '%s'; nslua --help lists them", name)
}

func (p *parser) long(arg string) error {
	name, value, given := strings.Cut(arg, "=")
	f, err := p.find(name)
	switch {
	case err != nil:
		return err
	case f.value == none && given:
		return fmt.Errorf("option %s takes no value", name)
	case f.value == required && !given:
		return p.next(f)
	}
	return f.set(p.o, value)
}

// short reads a group of one-letter options; the value of the last may follow at once.
func (p *parser) short(arg string) error {
	for letters := arg[1:]; letters != ""; {
		f, err := p.find("-" + letters[:1])
		if err != nil {
			return err
		}
		letters = letters[1:]
		switch {
		case f.value == required && letters == "":
			return p.next(f)
		case f.value == required:
			return f.set(p.o, letters)
		}
		if err := f.set(p.o, ""); err != nil {
			return err
		}
	}
	return nil
}

// next gives the following argument to an option.
func (p *parser) next(f flag) error {
	if len(p.rest) == 0 {
		return fmt.Errorf("option %s needs a value", f.name)
	}
	value := p.rest[0]
	p.rest = p.rest[1:]
	return f.set(p.o, value)
}

// operands reads what follows the options.
func (o *options) operands(rest []string, ended bool) error {
	switch {
	case o.check && len(rest) == 0:
		return fmt.Errorf("option --check needs a file")
	case o.check && (len(o.chunks) > 0 || o.interactive || o.unshare != nil || o.trace):
		return fmt.Errorf("option --check runs nothing: it goes with --json only")
	case o.check || o.hasCode() || len(rest) == 0:
		o.args = rest
	case !ended && rest[0] == "doc":
		o.command, o.args = rest[0], rest[1:]
		if len(o.args) > 1 {
			return fmt.Errorf("doc takes one name")
		}
	case !ended && rest[0] == "gc":
		o.command, o.args = rest[0], rest[1:]
	case !ended && rest[0] == "doctor":
		o.chunks = append(o.chunks, chunk{text: "doctor.report()"})
		if len(rest) > 1 && rest[1] == "--json" || o.json {
			o.json, o.chunks[len(o.chunks)-1].text = false, "for _, f in ipairs(doctor.check()) do print(json.encode(f)) end"
		}
	case !ended && rest[0] == "stubs":
		o.command, o.args = rest[0], rest[1:]
		if len(o.args) != 1 {
			return fmt.Errorf("stubs takes one directory")
		}
	default:
		o.file, o.args = rest[0], rest[1:]
	}
	return nil
}

// hasCode reports whether -e is given.
func (o *options) hasCode() bool {
	return slices.ContainsFunc(o.chunks, func(c chunk) bool { return !c.module })
}
