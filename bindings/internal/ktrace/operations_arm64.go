package ktrace

// largeFile is what O_LARGEFILE stands for here.
const largeFile = 0x20000

// oldOperations: this architecture has no calls from before their *at form.
func oldOperations() map[uint64]*operation { return nil }
