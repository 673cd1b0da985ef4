package nft

import (
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Attributes that x/sys/unix lacks: linux/netfilter/nf_tables.h.
const (
	attrTableHandle   = 4
	attrTableUserdata = 6
	attrChainUserdata = 12
	attrHookDevs      = 4
	attrSetHandle     = 16
	attrSetExpr       = 17
	attrSetDescConcat = 2
	attrElemKeyEnd    = 10
	attrElemExprs     = 11
	attrObjHandle     = 6
	attrObjUserdata   = 8

	setConcat        = 0x80
	msgDestroyTable  = 0x1a // NFT_MSG_DESTROYTABLE and the three that follow: Linux 6.3
	tableDormant     = 1
	tableOwner       = 2
	objectCounter    = 1
	objectQuota      = 2
	objectLimit      = 4
	elemCatchall     = 2
	policyDrop       = 0
	policyAccept     = 1
	setPolicyMemory  = unix.NFT_SET_POL_MEMORY
	ruleUdataComment = 0
)

// Table is a table: a family, a name, and what is in it.
type Table struct {
	Family  Family
	Name    string
	Handle  uint64
	Flags   uint32
	Comment string
}

// Dormant reports whether its chains are detached from their hooks.
func (t *Table) Dormant() bool { return t.Flags&tableDormant != 0 }

// Chain is a list of rules. A base chain has a Type and a place in a hook.
type Chain struct {
	Family   Family
	Table    string
	Name     string
	Handle   uint64
	Type     string // "filter", "nat", "route"; "" if it is no base chain
	Hook     uint32
	Priority int32
	Policy   uint32 // 1 is accept, 0 is drop
	Devices  []string
	Comment  string
}

// HookName is the hook in nft's words.
func (c *Chain) HookName() string {
	for name, n := range c.Family.hooks() {
		if n == c.Hook {
			return name
		}
	}
	return ""
}

// Rule is one rule: expressions that the kernel evaluates in turn.
type Rule struct {
	Family   Family
	Table    string
	Chain    string
	Handle   uint64
	Comment  string
	exprs    []Expr
	compat   []byte // of iptables-nft
	position uint64
}

// Object is a counter or quota with a name of its own.
type Object struct {
	Family  Family
	Table   string
	Name    string
	Handle  uint64
	Type    uint32
	Packets uint64 // of a counter
	Bytes   uint64 // of a counter; the limit of a quota
	Used    uint64 // of a quota
	Over    bool   // a quota that matches when it is used up
	Comment string
}

// Verdict is the fate of a packet, or the chain it goes on in.
type Verdict struct {
	Code  int32
	Chain string
}

const (
	verdictReturn   = -5
	verdictGoto     = -4
	verdictJump     = -3
	verdictContinue = -1
	verdictDrop     = 0
	verdictAccept   = 1
)

var verdicts = []struct {
	name string
	code int32
}{{"accept", verdictAccept}, {"drop", verdictDrop}, {"continue", verdictContinue}, {"return", verdictReturn}, {"jump", verdictJump}, {"goto", verdictGoto}}

func (v Verdict) String() string {
	for _, k := range verdicts {
		if k.code == v.Code {
			return strings.TrimSpace(k.name + " " + v.Chain)
		}
	}
	return "queue"
}

func (v Verdict) data() attrs {
	var in, out attrs
	in.u32(unix.NFTA_VERDICT_CODE, uint32(v.Code))
	if v.Chain != "" {
		in.str(unix.NFTA_VERDICT_CHAIN, v.Chain)
	}
	out.nest(unix.NFTA_DATA_VERDICT, in)
	return out
}

func verdictOf(data []byte) (Verdict, bool) {
	b := find(data, unix.NFTA_DATA_VERDICT)
	if b == nil {
		return Verdict{}, false
	}
	return Verdict{int32(number(find(b, unix.NFTA_VERDICT_CODE))), cstring(find(b, unix.NFTA_VERDICT_CHAIN))}, true
}

// Comments and the like are kept in the kernel for their writers as a type, a length and so many bytes.
func udataText(typ byte, s string) []byte {
	if s == "" {
		return nil
	}
	return append([]byte{typ, byte(len(s) + 1)}, append([]byte(s), 0)...)
}

func udataNumber(typ byte, n uint32) []byte { return append([]byte{typ, 4}, he32(n)...) }

func udata(b []byte, typ byte) []byte {
	for len(b) >= 2 && len(b) >= 2+int(b[1]) {
		if b[0] == typ {
			return b[2 : 2+int(b[1])]
		}
		b = b[2+int(b[1]):]
	}
	return nil
}

func tableOf(r reply) Table {
	return Table{
		Family: r.family, Name: cstring(find(r.body, unix.NFTA_TABLE_NAME)), Handle: number(find(r.body, attrTableHandle)),
		Flags: uint32(number(find(r.body, unix.NFTA_TABLE_FLAGS))), Comment: cstring(udata(find(r.body, attrTableUserdata), 0)),
	}
}

func chainOf(r reply) Chain {
	c := Chain{
		Family: r.family, Table: cstring(find(r.body, unix.NFTA_CHAIN_TABLE)), Name: cstring(find(r.body, unix.NFTA_CHAIN_NAME)),
		Handle: number(find(r.body, unix.NFTA_CHAIN_HANDLE)), Type: cstring(find(r.body, unix.NFTA_CHAIN_TYPE)),
		Policy: policyAccept, Comment: cstring(udata(find(r.body, attrChainUserdata), 0)),
	}
	hook := find(r.body, unix.NFTA_CHAIN_HOOK)
	if hook == nil {
		return c
	}
	c.Hook = uint32(number(find(hook, unix.NFTA_HOOK_HOOKNUM)))
	c.Priority = int32(number(find(hook, unix.NFTA_HOOK_PRIORITY)))
	if p := find(r.body, unix.NFTA_CHAIN_POLICY); p != nil {
		c.Policy = uint32(number(p))
	}
	if d := find(hook, unix.NFTA_HOOK_DEV); d != nil {
		c.Devices = []string{cstring(d)}
	} else {
		for _, d := range each(find(hook, attrHookDevs)) {
			c.Devices = append(c.Devices, cstring(d))
		}
	}
	return c
}

func ruleOf(r reply) Rule {
	rule := Rule{
		Family: r.family, Table: cstring(find(r.body, unix.NFTA_RULE_TABLE)), Chain: cstring(find(r.body, unix.NFTA_RULE_CHAIN)),
		Handle: number(find(r.body, unix.NFTA_RULE_HANDLE)), compat: find(r.body, unix.NFTA_RULE_COMPAT),
		Comment: cstring(udata(find(r.body, unix.NFTA_RULE_USERDATA), ruleUdataComment)),
	}
	for _, e := range each(find(r.body, unix.NFTA_RULE_EXPRESSIONS)) {
		rule.exprs = append(rule.exprs, exprOf(e))
	}
	return rule
}

func objectOf(r reply) Object {
	o := Object{
		Family: r.family, Table: cstring(find(r.body, unix.NFTA_OBJ_TABLE)), Name: cstring(find(r.body, unix.NFTA_OBJ_NAME)),
		Handle: number(find(r.body, attrObjHandle)), Type: uint32(number(find(r.body, unix.NFTA_OBJ_TYPE))),
		Comment: cstring(udata(find(r.body, attrObjUserdata), 0)),
	}
	data := find(r.body, unix.NFTA_OBJ_DATA)
	switch o.Type {
	case objectCounter:
		o.Packets, o.Bytes = number(find(data, unix.NFTA_COUNTER_PACKETS)), number(find(data, unix.NFTA_COUNTER_BYTES))
	case objectQuota:
		o.Bytes, o.Used = number(find(data, unix.NFTA_QUOTA_BYTES)), number(find(data, unix.NFTA_QUOTA_CONSUMED))
		o.Over = number(find(data, unix.NFTA_QUOTA_FLAGS))&unix.NFT_QUOTA_F_INV != 0
	}
	return o
}

func (t *Table) body() attrs {
	var b attrs
	b.str(unix.NFTA_TABLE_NAME, t.Name)
	b.u32(unix.NFTA_TABLE_FLAGS, t.Flags)
	if t.Comment != "" {
		b.bytes(attrTableUserdata, udataText(0, t.Comment))
	}
	return b
}

func (c *Chain) body() attrs {
	var b attrs
	b.str(unix.NFTA_CHAIN_TABLE, c.Table)
	b.str(unix.NFTA_CHAIN_NAME, c.Name)
	if c.Type != "" {
		var hook attrs
		hook.u32(unix.NFTA_HOOK_HOOKNUM, c.Hook)
		hook.u32(unix.NFTA_HOOK_PRIORITY, uint32(c.Priority))
		if len(c.Devices) == 1 {
			hook.str(unix.NFTA_HOOK_DEV, c.Devices[0])
		} else if len(c.Devices) > 1 {
			var devs attrs
			for _, d := range c.Devices {
				devs.str(1, d)
			}
			hook.nest(attrHookDevs, devs)
		}
		b.nest(unix.NFTA_CHAIN_HOOK, hook)
		b.u32(unix.NFTA_CHAIN_POLICY, c.Policy)
		b.str(unix.NFTA_CHAIN_TYPE, c.Type)
	}
	if c.Comment != "" {
		b.bytes(attrChainUserdata, udataText(0, c.Comment))
	}
	return b
}

func (r *Rule) body() attrs {
	var b, list attrs
	b.str(unix.NFTA_RULE_TABLE, r.Table)
	b.str(unix.NFTA_RULE_CHAIN, r.Chain)
	if r.Handle != 0 {
		b.u64(unix.NFTA_RULE_HANDLE, r.Handle)
	}
	if r.position != 0 {
		b.u64(unix.NFTA_RULE_POSITION, r.position)
	}
	for _, e := range r.exprs {
		list.nest(unix.NFTA_LIST_ELEM, e.attrs())
	}
	b.nest(unix.NFTA_RULE_EXPRESSIONS, list)
	if r.Comment != "" {
		b.bytes(unix.NFTA_RULE_USERDATA, udataText(ruleUdataComment, r.Comment))
	}
	return b
}

func (o *Object) body() attrs {
	var b, data attrs
	b.str(unix.NFTA_OBJ_TABLE, o.Table)
	b.str(unix.NFTA_OBJ_NAME, o.Name)
	b.u32(unix.NFTA_OBJ_TYPE, o.Type)
	switch o.Type {
	case objectCounter:
		data.u64(unix.NFTA_COUNTER_BYTES, o.Bytes)
		data.u64(unix.NFTA_COUNTER_PACKETS, o.Packets)
	case objectQuota:
		data = quotaData(o.Bytes, o.Used, o.Over)
	}
	b.nest(unix.NFTA_OBJ_DATA, data)
	if o.Comment != "" {
		b.bytes(attrObjUserdata, udataText(0, o.Comment))
	}
	return b
}

// Counter counts what has passed a rule.
type Counter struct{ Packets, Bytes uint64 }

// Counter is the first counter of the rule.
func (r *Rule) Counter() (Counter, bool) {
	for _, e := range r.exprs {
		if e.Name == "counter" {
			return Counter{e.number(unix.NFTA_COUNTER_PACKETS), e.number(unix.NFTA_COUNTER_BYTES)}, true
		}
	}
	return Counter{}, false
}

// Foreign reports whether iptables-nft made the rule: it uses xtables' extensions.
func (r *Rule) Foreign() bool {
	for _, e := range r.exprs {
		if e.Name == "match" || e.Name == "target" {
			return true
		}
	}
	return r.compat != nil
}

// Timeout values are in milliseconds.
func millis(d time.Duration) uint64 { return uint64(d / time.Millisecond) }
