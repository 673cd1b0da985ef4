package command

import (
	"fmt"
	"strings"
)

// Script is a program for the POSIX shell in the making. It stops at the first
// command that fails and takes back at its end, however that comes, what was given to Later.
type Script struct {
	body  strings.Builder
	later int
	names map[string]string // of prefixes
}

// Name gives a prefix of commands a name: that of a function, which it adds.
func (s *Script) Name(prefix string) string {
	name := s.names[prefix]
	if name == "" {
		if s.names == nil {
			s.names = map[string]string{}
		}
		name = fmt.Sprintf("in%d", len(s.names)+1)
		s.names[prefix] = name
		s.Run(name + "() { " + prefix + ` "$@"; }`)
	}
	return name
}

// Run adds a line with commands.
func (s *Script) Run(line string) { s.body.WriteString(line + "\n") }

// Comment adds a comment.
func (s *Script) Comment(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		s.Run(strings.TrimRight("# "+line, " "))
	}
}

// Stop ends the script there: it can't go on without what the message says.
func (s *Script) Stop(message string) {
	s.Run("stop " + Quote(message))
}

// Warn has the script say on the standard error what it leaves out.
func (s *Script) Warn(message string) { s.Run("warn " + Quote(message)) }

// Later has commands run at the end, the last given first. Forget takes them back.
func (s *Script) Later(commands []string) (number int) {
	s.later++
	s.Instead(s.later, commands)
	return s.later
}

// Instead has other commands run in the place of those that Later was given.
func (s *Script) Instead(number int, commands []string) {
	s.Run(fmt.Sprintf("later %d %s", number, Quote(strings.Join(commands, "; "))))
}

// Forget says that what was given to Later has been done, or is not to be.
func (s *Script) Forget(number int) { s.Run(fmt.Sprintf("forget %d", number)) }

// String is the whole script. The title is a comment at its top.
func (s *Script) String(title string) string {
	return "#!/bin/sh\n# " + title + "\n" + preamble + "\n" + s.body.String()
}

// preamble exports all variables, for those parts of commands that another shell runs.
const preamble = `set -eua

last=0
# later N COMMANDS: to be run at the end, those with the highest number first
later() {
	[ "$1" -lt "$last" ] || last=$1
	eval "later_$1=\$2"
}
# forget N: not to be run
forget() {
	unset "later_$1"
}
finish() {
	status=$?
	trap - EXIT
	set +e
	while [ "$last" -gt 0 ]; do
		eval "undo=\${later_$last-}"
		last=$((last - 1))
		eval "$undo" || status=1
	done
	exit "$status"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# warn MESSAGE: the next command is not quite the same
warn() {
	echo "$0: $1" >&2
}
# stop MESSAGE: there is no command for what comes now
stop() {
	echo "$0: $1" >&2
	exit 1
}
# words PID: its command line
words() {
	tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" || :
}
# start VARIABLE COMMAND...: runs it in the background. Its process number is in
# VARIABLE; what leads up to it (nsenter, unshare) has done its work.
start() {
	variable=$1
	shift
	"$@" &
	eval "$variable=\$!"
	tries=0
	while [ "$tries" -lt 500 ] && kill -0 "$!" 2>/dev/null; do
		case $(words "$!") in
		"$(words "$$")" | nsenter\ *) ;;
		unshare\ *) [ -z "$(cat "/proc/$!/task/$!/children" 2>/dev/null)" ] || break ;;
		*) break ;;
		esac
		sleep 0.01
		tries=$((tries + 1))
	done
}
`

// builtins act on the shell itself, wherever its commands are run.
var builtins = map[string]bool{
	"cd": true, "umask": true, "export": true, "ulimit": true, "wait": true, "kill": true, "stop": true, "warn": true, "later": true, "forget": true,
}

// Prefixed is a line that does what line does below another command: nsenter(1)
// with its options, chroot(1). What acts on the shell itself stays as it is.
func Prefixed(prefix, line string) string {
	if prefix == "" {
		return line
	}
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case builtins[word]:
		return line
	case word == "exec":
		return "exec " + Prefixed(prefix, rest)
	case word == "start":
		variable, command, _ := strings.Cut(rest, " ")
		return "start " + variable + " " + Prefixed(prefix, command)
	}
	if i := strings.LastIndex(line, " & "); i > 0 && strings.HasSuffix(line, "=$!") {
		return Prefixed(prefix, line[:i]) + line[i:]
	}
	if rest, ok := strings.CutSuffix(line, " || :"); ok {
		return Prefixed(prefix, rest) + " || :"
	}
	if Simple(line) {
		return prefix + " " + line
	}
	return prefix + " sh -c " + Quote(line)
}

// OwnProcess reports whether a line starts a command whose process counts, so
// that no function may be in front of it.
func OwnProcess(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return word == "start" || word == "exec" || strings.HasSuffix(line, "=$!")
}

// Simple reports whether a line is one command without redirections, so that
// another command can be put before it.
func Simple(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	if strings.Contains(word, "=") {
		return false
	}
	var quote byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && quote != '\'':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.IndexByte("|&;<>()`\n", c) >= 0:
			return false
		}
	}
	return true
}
