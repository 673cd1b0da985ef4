package nft

import (
	"golang.org/x/sys/unix"
)

// Expr is one step of a rule: the kernel's name for it and its attributes.
type Expr struct {
	Name string
	data attrs
}

func exprOf(b []byte) Expr {
	return Expr{cstring(find(b, unix.NFTA_EXPR_NAME)), attrs(find(b, unix.NFTA_EXPR_DATA))}
}

func (e *Expr) attrs() attrs {
	var b attrs
	b.str(unix.NFTA_EXPR_NAME, e.Name)
	b.nest(unix.NFTA_EXPR_DATA, e.data)
	return b
}

func (e *Expr) number(path ...uint16) uint64 { return number(find(e.data, path...)) }
func (e *Expr) has(typ uint16) bool          { return find(e.data, typ) != nil }
func (e *Expr) text(typ uint16) string       { return cstring(find(e.data, typ)) }
func (e *Expr) value(typ uint16) []byte      { return find(e.data, typ, unix.NFTA_DATA_VALUE) }

// slot is the register in an attribute: the first of 16 words. -1 is the verdict's, -2 none.
func (e *Expr) slot(typ uint16) int {
	b := find(e.data, typ)
	switch n := int(number(b)); {
	case b == nil:
		return -2
	case n == 0:
		return -1
	case n < unix.NFT_REG32_00:
		return 4 * (n - 1)
	default:
		return n - unix.NFT_REG32_00
	}
}

// register is how the kernel calls the register that begins at a word: by the old names where there is one.
func register(slot int) uint32 {
	if slot%4 == 0 {
		return uint32(slot/4 + 1)
	}
	return uint32(unix.NFT_REG32_00 + slot)
}

// expr makes an Expr of pairs of an attribute and a number of 4 bytes.
func expr(name string, pairs ...uint32) Expr {
	e := Expr{Name: name}
	for i := 0; i < len(pairs); i += 2 {
		e.data.u32(uint16(pairs[i]), pairs[i+1])
	}
	return e
}

func exprMeta(key uint32, slot int) Expr {
	return expr("meta", unix.NFTA_META_DREG, register(slot), unix.NFTA_META_KEY, key)
}

func exprPayload(base uint32, offset, size, slot int) Expr {
	return expr("payload", unix.NFTA_PAYLOAD_DREG, register(slot), unix.NFTA_PAYLOAD_BASE, base,
		unix.NFTA_PAYLOAD_OFFSET, uint32(offset), unix.NFTA_PAYLOAD_LEN, uint32(size))
}

func exprCmp(op uint32, b []byte) Expr {
	e := expr("cmp", unix.NFTA_CMP_SREG, register(0), unix.NFTA_CMP_OP, op)
	e.data.nest(unix.NFTA_CMP_DATA, value(b))
	return e
}

func exprRange(op uint32, from, to []byte) Expr {
	e := expr("range", unix.NFTA_RANGE_SREG, register(0), unix.NFTA_RANGE_OP, op)
	e.data.nest(unix.NFTA_RANGE_FROM_DATA, value(from))
	e.data.nest(unix.NFTA_RANGE_TO_DATA, value(to))
	return e
}

// Operations of bitwise: linux/netfilter/nf_tables.h.
const (
	attrBitwiseOp   = 6
	attrBitwiseData = 7
	bitwiseLeft     = 1
	bitwiseRight    = 2
)

// exprBitwise is register = register & mask ^ xor.
func exprBitwise(slot int, mask, xor []byte) Expr {
	e := expr("bitwise", unix.NFTA_BITWISE_SREG, register(slot), unix.NFTA_BITWISE_DREG, register(slot), unix.NFTA_BITWISE_LEN, uint32(len(mask)))
	e.data.nest(unix.NFTA_BITWISE_MASK, value(mask))
	e.data.nest(unix.NFTA_BITWISE_XOR, value(xor))
	return e
}

func exprShift(slot, size int, op, by uint32) Expr {
	e := expr("bitwise", unix.NFTA_BITWISE_SREG, register(slot), unix.NFTA_BITWISE_DREG, register(slot), unix.NFTA_BITWISE_LEN, uint32(size),
		attrBitwiseOp, op)
	e.data.nest(attrBitwiseData, value(he32(by)))
	return e
}

// exprSwap brings a number in the machine's byte order into the network's.
func exprSwap(slot, size int) Expr {
	return expr("byteorder", unix.NFTA_BYTEORDER_SREG, register(slot), unix.NFTA_BYTEORDER_DREG, register(slot),
		unix.NFTA_BYTEORDER_OP, unix.NFT_BYTEORDER_HTON, unix.NFTA_BYTEORDER_LEN, uint32(size), unix.NFTA_BYTEORDER_SIZE, uint32(size))
}

func exprImmediate(slot int, b []byte) Expr {
	e := expr("immediate", unix.NFTA_IMMEDIATE_DREG, register(slot))
	e.data.nest(unix.NFTA_IMMEDIATE_DATA, value(b))
	return e
}

func exprVerdict(v Verdict) Expr {
	e := expr("immediate", unix.NFTA_IMMEDIATE_DREG, unix.NFT_REG_VERDICT)
	e.data.nest(unix.NFTA_IMMEDIATE_DATA, v.data())
	return e
}

// exprLookup looks a key up. dest is the register of a map's value: -1 the verdict's, -2 for a set.
func exprLookup(set string, id uint32, dest int, invert bool) Expr {
	e := expr("lookup", unix.NFTA_LOOKUP_SREG, register(0))
	switch {
	case dest == -1:
		e.data.u32(unix.NFTA_LOOKUP_DREG, unix.NFT_REG_VERDICT)
	case dest >= 0:
		e.data.u32(unix.NFTA_LOOKUP_DREG, register(dest))
	}
	if invert {
		e.data.u32(unix.NFTA_LOOKUP_FLAGS, unix.NFT_LOOKUP_F_INV)
	}
	e.data.str(unix.NFTA_LOOKUP_SET, set)
	if id != 0 {
		e.data.u32(unix.NFTA_LOOKUP_SET_ID, id)
	}
	return e
}

func exprCounter(packets, octets uint64) Expr {
	e := Expr{Name: "counter"}
	e.data.u64(unix.NFTA_COUNTER_BYTES, octets)
	e.data.u64(unix.NFTA_COUNTER_PACKETS, packets)
	return e
}

func quotaData(limit, used uint64, over bool) attrs {
	var a attrs
	a.u64(unix.NFTA_QUOTA_BYTES, limit)
	flags := uint32(0)
	if over {
		flags = unix.NFT_QUOTA_F_INV
	}
	a.u32(unix.NFTA_QUOTA_FLAGS, flags)
	a.u64(unix.NFTA_QUOTA_CONSUMED, used)
	return a
}
