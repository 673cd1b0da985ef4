package kerntest

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"

	"nslua/lua"
)

// Tools lets scripts ask the system's own tools: tool.run(line) is the
// output of a shell command, tool.json(line) that output decoded.
func Tools() *lua.Module {
	return &lua.Module{
		Name: "tool",
		Funcs: []*lua.Func{
			lua.F("run", func(c *lua.Call) error {
				out, err := shellLine(c)
				if err != nil {
					return err
				}
				return c.Return(out)
			}),
			lua.F("json", func(c *lua.Call) error {
				out, err := shellLine(c)
				if err != nil {
					return err
				}
				var v any
				if strings.TrimSpace(out) == "" {
					return c.Return([]any{})
				}
				if err := json.Unmarshal([]byte(out), &v); err != nil {
					return fmt.Errorf("%s: %w", out, err)
				}
				return c.Return(v)
			}),
		},
	}
}

func shellLine(c *lua.Call) (string, error) {
	var line string
	if err := c.Unpack("line", &line); err != nil {
		return "", err
	}
	out, err := exec.Command("sh", "-c", line).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", line, err, out)
	}
	return string(out), nil
}
