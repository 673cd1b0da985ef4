//go:build ignore

// This program writes syscalls.txt, the numbers of all system calls on the
// architectures that a filter can be made for, from those of golang.org/x/sys/unix.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The columns of the table, by the names that Go has for the architectures.
var columns = []string{"amd64", "386", "arm64", "arm"}

// Calls of 32-bit ARM that are outside the common range: asm/unistd.h.
var armPrivate = map[string]string{
	"breakpoint": "983041", "cacheflush": "983042", "usr26": "983043", "usr32": "983044", "set_tls": "983045", "get_tls": "983046",
}

var constant = regexp.MustCompile(`^\tSYS_(\w+)\s+= (\d+)$`)

func main() {
	log.SetFlags(0)
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		log.Fatal(err)
	}
	table := map[string]map[string]string{}
	for _, arch := range columns {
		numbers, err := read(filepath.Join(strings.TrimSpace(string(dir)), "unix", "zsysnum_linux_"+arch+".go"))
		if err != nil {
			log.Fatal(err)
		}
		if arch == "arm" {
			maps.Copy(numbers, armPrivate)
		}
		for name, nr := range numbers {
			if table[name] == nil {
				table[name] = map[string]string{}
			}
			table[name][arch] = nr
		}
	}
	var out bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(table)) {
		out.WriteString(name)
		for _, arch := range columns {
			nr, ok := table[name][arch]
			if !ok {
				nr = "-"
			}
			out.WriteString(" " + nr)
		}
		out.WriteByte('\n')
	}
	if err := os.WriteFile("syscalls.txt", out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

func read(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	numbers := map[string]string{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		m := constant.FindStringSubmatch(lines.Text())
		if m != nil && m[1] != "ARCH_SPECIFIC_SYSCALL" { // a place kept free, not a call
			numbers[strings.ToLower(m[1])] = m[2]
		}
	}
	if len(numbers) < 300 {
		return nil, fmt.Errorf("%s: only %d system calls", path, len(numbers))
	}
	return numbers, lines.Err()
}
