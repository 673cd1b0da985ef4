package main

import (
	"os"
	"slices"
	"strings"

	"nslua/lua"
)

// unavailable are the errors that mean: not here, or not for this user.
var unavailable = []string{"EPERM", "EACCES", "ENOSYS", "EOPNOTSUPP", "EPROTONOSUPPORT", "EAFNOSUPPORT"}

// exitCode is the exit code for an uncaught error.
func (sh *shell) exitCode(err error) int {
	if _, ok := err.(*lua.SyntaxError); ok {
		return exitUsage
	}
	if slices.Contains(unavailable, sh.state.Uncaught(err).Code) {
		return exitUnavailable
	}
	return exitError
}

// report describes an uncaught error on the standard error.
func (sh *shell) report(err error) {
	if flushErr := sh.state.Flush(); flushErr != nil && sh.out.broken.Load() {
		return // the error is that of the closed output
	}
	if sh.json {
		printJSON(os.Stderr, failureJSON(sh.state.Uncaught(err)))
		return
	}
	text := "nslua: " + visible(sh.state.Report(err, sh.source))
	if wantColor(sh.color, os.Stderr) {
		text = paintReport(text)
	}
	os.Stderr.WriteString(text)
}

// visible shows the control characters that a broken script brings into its error message.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ' || r >= 0x7f && r < 0xa0:
			return '�'
		}
		return r
	}, text)
}

// wantColor decides about colour for one stream; see https://no-color.org for NO_COLOR.
func wantColor(when string, stream *os.File) bool {
	switch when {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(stream)
}

// paintReport colours the message, the hint and the traceback of a report.
func paintReport(text string) string {
	const red, yellow, grey, off = "\x1b[1;31m", "\x1b[33m", "\x1b[90m", "\x1b[0m"
	color := red
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, l := range lines {
		switch {
		case strings.HasPrefix(l, "hint: "):
			color = yellow
		case strings.HasPrefix(l, "traceback:"):
			color = grey
		case isQuote(l):
			color = ""
		}
		if color != "" {
			lines[i] = color + l + off
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// isQuote recognises the lines of a report that show the source: "   12 | text" and the mark below.
func isQuote(line string) bool {
	number, _, found := strings.Cut(line, " | ")
	number = strings.TrimLeft(number, " ")
	return found && strings.Trim(number, "0123456789") == ""
}
