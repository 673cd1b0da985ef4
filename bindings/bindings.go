// Package bindings lists the modules of the shell.
package bindings

import (
	"nslua/bindings/fs"
	"nslua/bindings/mount"
	"nslua/bindings/net"
	"nslua/bindings/ns"
	"nslua/bindings/proc"
	"nslua/bindings/sys"
	"nslua/lua"
)

// All returns the modules, each made anew.
func All() []*lua.Module {
	return []*lua.Module{
		fs.Module(),
		mount.Module(),
		net.Module(),
		ns.Module(),
		proc.Module(),
		sys.Module(),
	}
}
