# nslua. The binary is static: no cgo.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
PREFIX  ?= /usr/local
DESTDIR ?=
GO      ?= go

export CGO_ENABLED = 0

.PHONY: build tour test test-vm check reference install clean

build:
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/nslua ./cmd/nslua

# A first session in namespaces of its own, for any user.
tour: build
	bin/nslua -U examples/tour.lua

# Counts passes, failures and skips, and names the reason of each skip.
test:
	$(GO) run .ci/report.go -count=1 -p 1 ./...

# The same on a stock Debian kernel in QEMU, with cgroup v2 only, as root and as an ordinary
# user. Kernel and QEMU are Debian packages, kept in .cache/vm; nothing is installed.
VM_PACKAGES ?= $(filter-out ./bindings/internal/,$(wildcard ./bindings/*/)) ./bindings/internal/nsfork/...
VM_SCRIPTS  ?= cmd/nslua/testdata/acceptance/*.lua
VM_FLAGS    ?=
test-vm:
	$(GO) run ./bindings/internal/vmtest/vmrun -scripts '$(VM_SCRIPTS)' $(VM_FLAGS) $(VM_PACKAGES)

check:
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not formatted:"; echo "$$files"; exit 1; fi
	$(GO) vet ./...

# Writes bindings/REFERENCE.md from the stubs.
reference:
	$(GO) test ./bindings -run TestReference -update

install: build
	install -D -m 0755 bin/nslua $(DESTDIR)$(PREFIX)/bin/nslua
	install -D -m 0644 completions/nslua.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/nslua
	install -D -m 0644 completions/_nslua $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nslua
	install -D -m 0644 completions/nslua.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/nslua.fish

clean:
	rm -rf bin

# Compares with the classic tools, side by side; exits with 1 if a claim does not hold.
.PHONY: bench
bench: build
	$(GO) build -trimpath -ldflags "-s -w" -o bin/hello ./scripts/bench/hello
	cd scripts/bench && ../../bin/nslua processes.lua ../../bin/nslua ../../bin/hello
