package sys

import (
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/home"
	"nslua/lua"
)

// binding is the module in one state. Its objects stay with the ipc namespace
// they were opened in, wherever the shell is when they are used.
type binding struct {
	homes  *home.Homes
	queues map[string]*queue // POSIX queues the script has created, by namespace and name
}

// object is a System V IPC object as scripts hold it. To close it means no more
// than that: the object goes when it is removed, or with the scope it was created in.
type object struct {
	kind   string
	id     int
	key    int32
	home   *home.Home
	undo   *undo // nil if it was not created here
	closed bool
	memory *Segment // attached shared memory, nil before its first use
}

// undo is what the scope of an object does, and where.
type undo struct {
	*lua.Undo
	home *home.Home
}

// cancel says that the object has gone.
func (u *undo) cancel() error {
	if u == nil {
		return nil
	}
	u.Done()
	return u.home.Release()
}

// msgQueue, semSet and shmSegment are the kinds of objects: Lua tells handles apart by their Go type.
type (
	msgQueue   struct{ object }
	semSet     struct{ object }
	shmSegment struct{ object }
)

// held is what the three have in common.
type held interface {
	lua.Handle
	self() *object
}

func (o *object) self() *object  { return o }
func (o *object) Closed() bool   { return o.closed }
func (o *object) String() string { return fmt.Sprintf("%s:%d", o.kind, o.id) }

// Close gives the handle back, and the attached memory; the object stays.
func (o *object) Close() error {
	if o.closed {
		return nil
	}
	o.closed = true
	var err error
	if o.memory != nil {
		err = o.memory.Detach()
	}
	return errors.Join(err, o.home.Release())
}

func (b *binding) ipcFuncs() []*lua.Func {
	return []*lua.Func{
		lua.F("ipc.list", ipcList),
		lua.F("ipc.remove", ipcRemove),
		lua.F("ipc.msg.create", b.createMsg),
		lua.F("ipc.msg.open", b.opener("msg")),
		lua.F("ipc.msg.at", b.at("msg")),
		lua.F("ipc.sem.create", b.createSem),
		lua.F("ipc.sem.open", b.opener("sem")),
		lua.F("ipc.sem.at", b.at("sem")),
		lua.F("ipc.shm.create", b.createShm),
		lua.F("ipc.shm.open", b.opener("shm")),
		lua.F("ipc.shm.at", b.at("shm")),
	}
}

func ipcTypes() []*lua.Type {
	types := []*lua.Type{
		{Name: "sys.MsgQueue", Sample: (*msgQueue)(nil), Methods: []*lua.Func{
			lua.F("send", sendMsg), lua.F("receive", receiveMsg),
		}},
		{Name: "sys.SemSet", Sample: (*semSet)(nil), Methods: []*lua.Func{
			lua.F("op", semOp), lua.F("getall", semGetAll), lua.F("setval", semSetVal),
		}},
		{Name: "sys.SharedMemory", Sample: (*shmSegment)(nil), Methods: []*lua.Func{
			lua.F("read", shmRead), lua.F("write", shmWrite),
		}},
	}
	for _, t := range types {
		t.Methods = append(t.Methods,
			lua.F("info", objectInfo), lua.F("set", objectSet), lua.F("remove", objectRemove), lua.F("close", objectClose))
		t.Shell = func(h lua.Handle) lua.Operand {
			return lua.Operand{Text: strconv.Itoa(h.(held).self().id), Passing: true}
		}
		t.Fields = map[string]func(lua.Handle) any{
			"id":  func(h lua.Handle) any { return h.(held).self().id },
			"key": func(h lua.Handle) any { return h.(held).self().key },
		}
	}
	return types
}

// of is the object that a method was called on.
func of(c *lua.Call) *object { return lua.Self[held](c).self() }

// key is an argument for an IPC key: 32 bits, as ipcs(1) shows them or signed.
type key struct{ target *int32 }

// Set implements lua.Arg.
func (k key) Set(_ *lua.Call, v lua.Value) error {
	n, ok := v.(lua.Number)
	if i := int64(n); ok && lua.Number(i) == n && i >= -1<<31 && i < 1<<32 && i != 0 {
		*k.target = int32(uint32(i))
		return nil
	}
	return errors.New("a key (an integer of 32 bits, not 0) expected")
}

// TypeName implements lua.Arg.
func (k key) TypeName() string { return "integer" }

func ipcList(c *lua.Call) error {
	kind := ""
	if err := c.Unpack("kind?", lua.Enum(&kind, IPCKinds...)); err != nil {
		return err
	}
	var all []any
	for _, k := range IPCKinds {
		if kind != "" && k != kind {
			continue
		}
		objects, err := Objects(k)
		if err != nil {
			return err
		}
		all = append(all, lua.List(objects, func(o Object) any { return objectRecord(o) })...)
	}
	return c.Return(all)
}

func objectRecord(o Object) lua.Record {
	r := lua.R("kind", o.Kind, "id", o.ID, "key", o.Key, "mode", fmt.Sprintf("%04o", o.Mode&0o777),
		"uid", o.UID, "gid", o.GID, "cuid", o.CUID, "cgid", o.CGID)
	for _, n := range o.Numbers {
		r = append(r, lua.Field{Name: n.Name, Value: n.Value})
	}
	return r
}

func ipcRemove(c *lua.Call) error {
	var kind string
	var id int
	if err := c.Unpack("kind", lua.Enum(&kind, IPCKinds...), "id", &id); err != nil {
		return err
	}
	return RemoveObject(kind, id)
}

func (b *binding) createMsg(c *lua.Call) error {
	var k int32
	mode := lua.Mode(0o600)
	if err := c.Unpack("options?", lua.Fields{"key": key{&k}, "mode": &mode}); err != nil {
		return err
	}
	return b.create(c, &msgQueue{object{kind: "msg", key: k}}, 0, mode, nil)
}

func (b *binding) createSem(c *lua.Call) error {
	var count int
	var k int32
	var values []int
	mode := lua.Mode(0o600)
	if err := c.Unpack("count", &count, "options?", lua.Fields{"key": key{&k}, "mode": &mode, "values": &values}); err != nil {
		return err
	}
	if values != nil && len(values) != count {
		return lua.Invalid("option 'values': %d values expected, got %d", count, len(values))
	}
	return b.create(c, &semSet{object{kind: "sem", key: k}}, int64(count), mode, func(id int) error {
		if values == nil {
			return nil
		}
		return SetSemValues(id, values)
	})
}

func (b *binding) createShm(c *lua.Call) error {
	var size lua.Size
	var k int32
	mode := lua.Mode(0o600)
	if err := c.Unpack("size", &size, "options?", lua.Fields{"key": key{&k}, "mode": &mode}); err != nil {
		return err
	}
	return b.create(c, &shmSegment{object{kind: "shm", key: k}}, int64(size), mode, nil)
}

// create makes an object, which the scope removes, and returns its handle.
func (b *binding) create(c *lua.Call, h held, size int64, mode lua.Mode, begin func(id int) error) error {
	o := h.self()
	var err error
	if o.home, err = b.homes.Here(); err != nil {
		return err
	}
	plan, err := c.State().Plan(lua.Entry{
		Kind: "sys.ipc", What: "System V " + o.kind, Data: map[string]string{"kind": o.kind, "namespace": o.home.ID()},
	})
	if err != nil {
		return errors.Join(err, o.home.Release())
	}
	if o.id, err = CreateObject(o.kind, o.key, size, uint32(mode)); err != nil {
		err = plan.Cancel(errors.Join(err, o.home.Release()))
		return lua.WithHint(err, createHint(o, err))
	}
	if err := b.undo(c.State(), plan, h); err != nil {
		return err
	}
	if err := plan.Identify(map[string]string{"id": strconv.Itoa(o.id)}); err != nil {
		return err
	}
	if begin != nil {
		if err := begin(o.id); err != nil {
			return err
		}
	}
	return c.Return(h)
}

// undo has the scope remove an object, also after its handle was closed, and close the handle.
func (b *binding) undo(s *lua.State, plan *lua.Plan, h held) error {
	in, err := b.homes.Here()
	if err != nil {
		return plan.Cancel(errors.Join(err, h.self().destroy()))
	}
	o := h.self()
	o.undo = &undo{home: in}
	o.undo.Undo = plan.Made(h, func() error {
		s.Forget(h)
		return errors.Join(in.Run(o.destroy), o.Close(), in.Release())
	}, in.Release)
	return nil
}

// destroy removes the object unless somebody else has.
func (o *object) destroy() error {
	err := RemoveObject(o.kind, o.id)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EIDRM) {
		return nil
	}
	return err
}

// undoIPC removes an object that a killed process left. One whose number is not known was private, or never made.
func (b *binding) undoIPC(e lua.Entry) error {
	here, err := b.homes.Current()
	if err != nil || here != e.Data["namespace"] || e.Data["id"] == "" {
		return err
	}
	id, err := strconv.Atoi(e.Data["id"])
	if err != nil {
		return fmt.Errorf("journal: System V object %q: %w", e.Data["id"], err)
	}
	return (&object{kind: e.Data["kind"], id: id}).destroy()
}

func (b *binding) opener(kind string) func(*lua.Call) error {
	return func(c *lua.Call) error {
		var k int32
		if err := c.Unpack("key", key{&k}); err != nil {
			return err
		}
		id, err := OpenObject(kind, k)
		if err != nil {
			return err
		}
		return b.hold(c, object{kind: kind, id: id, key: k})
	}
}

func (b *binding) at(kind string) func(*lua.Call) error {
	return func(c *lua.Call) error {
		var id int
		if err := c.Unpack("id", &id); err != nil {
			return err
		}
		o, err := FindObject(kind, id)
		if err != nil {
			return err
		}
		return b.hold(c, object{kind: kind, id: id, key: o.Key})
	}
}

func (b *binding) hold(c *lua.Call, o object) error {
	var err error
	if o.home, err = b.homes.Here(); err != nil {
		return err
	}
	switch o.kind {
	case "msg":
		return c.Return(&msgQueue{o})
	case "sem":
		return c.Return(&semSet{o})
	}
	return c.Return(&shmSegment{o})
}

func objectInfo(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	o := of(c)
	var r lua.Record
	err := o.home.Run(func() error {
		found, err := FindObject(o.kind, o.id)
		if err != nil {
			return err
		}
		r = objectRecord(found)
		if o.kind == "msg" {
			room, err := QueueRoom(o.id)
			r = append(r, lua.Field{Name: "qbytes", Value: room})
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.Return(r)
}

func objectSet(c *lua.Call) error {
	var n Ownership
	var mode lua.Optional[lua.Mode]
	var room lua.Optional[lua.Size]
	if err := c.Unpack("options", lua.Fields{
		"mode": &mode, "uid": userID(&n.UID), "gid": groupID(&n.GID), "qbytes": &room,
	}); err != nil {
		return err
	}
	o := of(c)
	if mode.Given {
		m := uint32(mode.Value)
		n.Mode = &m
	}
	if room.Given {
		if o.kind != "msg" {
			return lua.Invalid("option 'qbytes': only message queues have it")
		}
		q := int64(room.Value)
		n.QBytes = &q
	}
	return o.home.Run(func() error { return SetObject(o.kind, o.id, n) })
}

func objectRemove(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	o := of(c)
	if err := o.home.Run(func() error { return RemoveObject(o.kind, o.id) }); err != nil {
		return err
	}
	err := o.undo.cancel()
	c.State().Forget(lua.Self[lua.Handle](c))
	return errors.Join(err, o.Close())
}

func objectClose(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return of(c).Close()
}
