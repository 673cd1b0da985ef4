package luadoc

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// testSet reads the stubs of testdata.
func testSet(t *testing.T) *Set {
	t.Helper()
	var files []*File
	for _, name := range []string{"core.d.lua", "mount.d.lua", "pod.lua"} {
		src, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, Parse(name, src))
	}
	return NewSet(files...)
}

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept):\n%s", path, got)
	}
}

func TestText(t *testing.T) {
	s := testSet(t)
	tests := []struct {
		file string
		name string
		page Page
	}{
		{"mount.txt", "mount", Page{}},
		{"bind.txt", "mount.bind", Page{Zh: true}},
		{"bind-narrow.txt", "mount.bind", Page{Width: 40, Zh: true}},
		{"bind-color.txt", "mount.bind", Page{Style: Style{"1", "1;34", "36", "32", "1"}}},
		{"list.txt", "mount.list", Page{}},
		{"open.txt", "mount.open", Page{}},
		{"set.txt", "mount.attr.set", Page{}},
		{"tree.txt", "mount.Tree", Page{}},
		{"options.txt", "mount.BindOptions", Page{}},
		{"new.txt", "mount.new", Page{}},
		{"propagation.txt", "mount.Propagation", Page{}},
		{"size.txt", "Size", Page{}},
		{"max.txt", "mount.MAX", Page{}},
		{"attr.txt", "mount.attr", Page{}},
		{"mount-narrow.txt", "mount", Page{Width: 50}},
		{"scope.txt", "scope", Page{}},
		{"pod.txt", "pod", Page{}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			item := s.Lookup(tt.name)
			if item == nil {
				t.Fatalf("no %s", tt.name)
			}
			golden(t, tt.file, s.Text(item, tt.page))
		})
	}
}

func TestMarkdown(t *testing.T) {
	s := testSet(t)
	got := s.Markdown("Reference")
	if again := testSet(t).Markdown("Reference"); again != got {
		t.Error("a second rendering differs")
	}
	golden(t, "reference.md", got)
}
