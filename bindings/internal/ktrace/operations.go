package ktrace

import "maps"

// allOperations are the system calls that are shown, by their numbers.
func allOperations() map[uint64]*operation {
	all := map[uint64]*operation{}
	for _, some := range []map[uint64]*operation{
		mountOperations(), processOperations(), identityOperations(), fileOperations(), ipcOperations(),
		ioctlOperations(), netlinkOperations(), oldOperations(),
	} {
		maps.Copy(all, some)
	}
	return all
}
