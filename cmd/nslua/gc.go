package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"nslua/bindings"
)

// collectGarbage is "nslua gc": it undoes what killed shells have left.
func collectGarbage(o *options) int {
	dry := false
	for _, a := range o.args {
		if a != "-n" && a != "--dry-run" {
			return usageError(fmt.Errorf("gc: unknown argument '%s': there is only --dry-run", a))
		}
		dry = true
	}
	results, err := bindings.Collect(dry)
	code := exitOK
	out := &stdout{file: os.Stdout}
	for _, r := range results {
		if r.Err != nil {
			code = exitError
		}
		if _, writeErr := out.Write([]byte(collectedText(o, r, dry))); writeErr != nil {
			return out.finish(code, writeErr)
		}
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "nslua: gc: %v\n", err)
		return exitError
	}
	return out.finish(code, nil)
}

// collectedText is the line for one thing: "removed link veth0 (of process 123)".
func collectedText(o *options, r bindings.Collected, dry bool) string {
	pid, _, _ := strings.Cut(r.Owner, "-")
	done := "undone"
	switch {
	case r.Err != nil:
		done = "failed"
	case dry:
		done = "would undo"
	}
	if o.json {
		row := map[string]any{"what": r.Entry.What, "kind": r.Entry.Kind, "pid": pid, "made": r.Entry.Time, "result": done}
		if r.Err != nil {
			row["error"] = r.Err.Error()
		}
		text, err := json.Marshal(row)
		if err != nil {
			return err.Error() + "\n"
		}
		return string(text) + "\n"
	}
	text := fmt.Sprintf("%s: %s (of process %s, %s)", done, r.Entry.What, pid, r.Entry.Time.Format("2006-01-02 15:04:05"))
	if r.Err != nil {
		text += ": " + r.Err.Error()
	}
	return text + "\n"
}
