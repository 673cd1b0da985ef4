package lua

import (
	"fmt"
	"strings"

	glua "github.com/yuin/gopher-lua"
)

// maxFrames is how much of a deep stack a traceback shows: half at either end.
const maxFrames = 20

// traceback lists the active functions from level on, the innermost first: "lab.lua:3 in function 'up'".
func traceback(l *glua.LState, level int) string {
	var lines []string
	for ; ; level++ {
		d, ok := l.GetStack(level)
		if !ok {
			break
		}
		l.GetInfo("nSl", d, Nil)
		lines = append(lines, frame(d))
	}
	if len(lines) > maxFrames {
		half := maxFrames / 2
		skipped := fmt.Sprintf("… %d more", len(lines)-maxFrames)
		lines = append(append(lines[:half:half], skipped), lines[len(lines)-half:]...)
	}
	return strings.Join(lines, "\n")
}

// anonymous is how gopher-lua calls a Go function that no instruction calls.
const anonymous = "(anonymous)"

func frame(d *glua.Debug) string {
	where := "[Go]"
	if d.What != "G" {
		where = fmt.Sprintf("%s:%d", d.Source, d.CurrentLine)
	}
	switch {
	case d.What == "main":
		return where + " in main chunk"
	case d.Name == "" || d.Name == "?" || d.Name == anonymous:
		if d.What == "G" {
			return where
		}
		return fmt.Sprintf("%s in function <%s:%d>", where, d.Source, d.LineDefined)
	}
	return fmt.Sprintf("%s in function '%s'", where, d.Name)
}
