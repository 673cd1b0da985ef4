package lua

import (
	"strings"

	"nslua/lua/command"
)

// nsenter is a list of options of nsenter(1): the namespaces to be in.
type nsenter []string

// with is the list with more options, which replace those of the same kind. What
// leads back to where the shell began is left out.
func (n nsenter) with(options []string) nsenter {
	var out nsenter
	for _, group := range append([]string(n), options...) {
		for _, o := range strings.Fields(group) {
			kind, file, _ := strings.Cut(o, "=")
			var kept nsenter
			for _, old := range out {
				if !strings.HasPrefix(old, kind+"=") {
					kept = append(kept, old)
				}
			}
			out = kept
			if !strings.HasPrefix(file, "/proc/$$/") {
				out = append(out, o)
			}
		}
	}
	return out
}

// file is the current namespace of a kind.
func (n nsenter) file(kind string) string {
	for _, o := range n {
		if file, ok := strings.CutPrefix(o, "--"+kind+"="); ok {
			return file
		}
	}
	if kind == "mount" {
		kind = "mnt"
	}
	return "/proc/$$/ns/" + kind
}

// prefixed is a line as it is run in those namespaces, "" if nothing is. wd is
// the working directory; short gives a long prefix a name.
func (n nsenter) prefixed(line, wd string, short func(prefix string) string) string {
	if len(n) == 0 {
		return line
	}
	if name, ok := strings.CutPrefix(n[0], "--net="+netnsDir); ok && len(n) == 1 && command.Simple(line) {
		for _, tool := range []string{"ip ", "tc ", "bridge "} {
			if rest, ok := strings.CutPrefix(line, tool); ok {
				return tool + "-n " + name + " " + rest
			}
		}
	}
	prefix := "nsenter " + strings.Join(n, " ")
	if wd != "" && strings.Contains(prefix, "--mount=") {
		if strings.HasPrefix(line, "cd ") {
			return "" // each command is given its directory
		}
		prefix += " --wdns=" + command.Quote(wd)
	}
	if short != nil && strings.Count(prefix, " ") > 1 && !command.OwnProcess(line) {
		prefix = short(prefix)
	}
	return command.Prefixed(prefix, line)
}
