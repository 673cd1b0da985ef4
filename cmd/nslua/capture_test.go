package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestCapture types what the README shows of a session, and compares the screens.
func TestCapture(t *testing.T) {
	capture := strings.TrimSpace(blocks(t, "console")[0])
	s := startSessionAt(t, 100, 60, openDir(t), "-U")
	s.cleared()
	prompt := regexp.MustCompile(`^(nslua( \[.*\])?# |    -> +)`)
	shown := ""
	for line := range strings.SplitSeq(capture, "\n") {
		mark := prompt.FindString(line)
		if mark != "" {
			pattern := regexp.MustCompile(regexpOf(shown + strings.TrimRight(mark, " ")))
			s.until(shown+mark, func(text string) bool { return pattern.MatchString(strings.TrimSpace(text)) })
			s.typed(line[len(mark):] + "\r")
		}
		shown += line + "\n"
	}
	pattern := regexp.MustCompile(regexpOf(shown + "nslua#"))
	s.until(shown, func(text string) bool { return pattern.MatchString(strings.TrimSpace(text)) })
}

// regexpOf matches a text in which "…" stands for anything.
func regexpOf(text string) string {
	return "^" + strings.ReplaceAll(regexp.QuoteMeta(text), "…", ".*") + " *$"
}
