package lua

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed topics/*.txt
var topics embed.FS

// Topics lists the names of the pages that help shows beside those of functions and modules.
func Topics() []string {
	files, _ := fs.Glob(topics, "topics/*.txt") // the pattern is well formed
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(f, "topics/"), ".txt")
	}
	return names
}

// Topic is the page of that name.
func Topic(name string) (text string, ok bool) {
	b, err := topics.ReadFile("topics/" + name + ".txt")
	return string(b), err == nil
}
