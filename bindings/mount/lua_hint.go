package mount

import (
	"nslua/lua"
)

// hint looks, after a failure, for the rule that was probably behind it; "" is no idea.
type hint func(err error) string

// explained adds the first hint that applies.
func explained(err error, hints []hint) error {
	for _, h := range hints {
		if text := h(err); text != "" {
			return lua.WithHint(err, text)
		}
	}
	return err
}

func hintOverlay(Overlay) hint          { return func(error) string { return "" } }
func hintNewFS(string, Target) hint     { return func(error) string { return "" } }
func hintBind(string, BindOptions) hint { return func(error) string { return "" } }
func hintUmount(Target) hint            { return func(error) string { return "" } }
