package main

import (
	"os/exec"
	"strings"
	"testing"

	"nslua/bindings"
	"nslua/lua"
)

// TestTopics runs the example of each topic, and looks up what the topic refers to.
func TestTopics(t *testing.T) {
	docs := lua.Docs(bindings.All())
	for _, name := range lua.Topics() {
		t.Run(name, func(t *testing.T) {
			text, ok := lua.Topic(name)
			if !ok || !strings.HasPrefix(text, name+": ") {
				t.Fatalf("%q", text)
			}
			if docs.Lookup(name) != nil {
				t.Errorf("something else is called %s too", name)
			}
			_, rest, _ := strings.Cut(text, "\nExample\n")
			code, rest, found := strings.Cut(rest, "\nEquivalent commands\n")
			if !found || strings.TrimSpace(rest) == "" {
				t.Fatal("no example, or no equivalent commands")
			}
			if out, err := exec.Command(binary(t), "-U", "-e", code).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			for line := range strings.Lines(text) {
				if len([]rune(line)) > 80 {
					t.Errorf("too long: %s", line)
				}
			}
			_, see, _ := strings.Cut(rest, "\nSee also  ")
			see, _, _ = strings.Cut(see, ";")
			for name := range strings.SplitSeq(strings.TrimSpace(see), ", ") {
				if topic, ok := strings.CutPrefix(name, "help(\""); ok {
					if _, ok := lua.Topic(strings.TrimSuffix(topic, "\")")); !ok {
						t.Errorf("there is no topic %s", topic)
					}
				} else if name != "" && !strings.Contains(name, "(") && docs.Lookup(name) == nil {
					t.Errorf("nothing is called %s", name)
				}
			}
		})
	}
}
