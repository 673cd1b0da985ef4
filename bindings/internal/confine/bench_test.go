package confine

import (
	"testing"

	"golang.org/x/sys/unix"
)

func BenchmarkDefaultProfile(b *testing.B) {
	for b.Loop() {
		if _, err := Compile(DefaultProfile(DefaultCaps)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInstall is the kernel's part: a process that ends at once, with the filter and without.
func BenchmarkInstall(b *testing.B) {
	filter, err := Compile(DefaultProfile(DefaultCaps))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		filter []unix.SockFilter
	}{{"none", nil}, {"default", filter}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				child(b, &Confinement{Filter: c.filter, NoNewPrivs: true})
			}
		})
	}
}
