// Package bindings lists the modules of the shell.
package bindings

import (
	"nslua/bindings/cgroup"
	"nslua/bindings/fs"
	"nslua/bindings/mount"
	"nslua/bindings/net"
	"nslua/bindings/nft"
	"nslua/bindings/ns"
	"nslua/bindings/proc"
	"nslua/bindings/sec"
	"nslua/bindings/sys"
	"nslua/lua"
	"nslua/scripts"
)

// All returns the modules, each made anew: those written in Go, then the library written in Lua.
func All() []*lua.Module {
	all := []*lua.Module{
		cgroup.Module(),
		fs.Module(),
		mount.Module(),
		net.Module(),
		nft.Module(),
		ns.Module(),
		proc.Module(),
		sec.Module(),
		sys.Module(),
	}
	for _, m := range scripts.Modules() {
		all = append(all, &lua.Module{Name: m.Name, Docs: m.Source, Source: m.Source})
	}
	return all
}
