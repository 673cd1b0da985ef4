package sys

import (
	"nslua/lua"
)

var idFuncs = []*lua.Func{
	lua.F("uid", one(func(ids IDs) any { return ids.UID })),
	lua.F("gid", one(func(ids IDs) any { return ids.GID })),
	lua.F("euid", one(func(ids IDs) any { return ids.EUID })),
	lua.F("egid", one(func(ids IDs) any { return ids.EGID })),
	lua.F("groups", one(func(ids IDs) any { return ids.Groups })),
	lua.F("id", one(idRecord)),
	lua.F("setid", setid),
}

// one makes a function without arguments that returns something of the ids.
func one(pick func(IDs) any) func(*lua.Call) error {
	return func(c *lua.Call) error {
		if err := c.Unpack(); err != nil {
			return err
		}
		ids, err := GetIDs()
		if err != nil {
			return err
		}
		return c.Return(pick(ids))
	}
}

func idRecord(ids IDs) any {
	r := lua.R("uid", ids.UID, "euid", ids.EUID, "suid", ids.SUID,
		"gid", ids.GID, "egid", ids.EGID, "sgid", ids.SGID, "groups", ids.Groups)
	if name := UserName(ids.UID); name != "" {
		r = append(r, lua.Field{Name: "user", Value: name})
	}
	if name := GroupName(ids.GID); name != "" {
		r = append(r, lua.Field{Name: "group", Value: name})
	}
	return r
}

// id is an argument for a user or a group: a number or a name.
type id struct {
	target **int
	find   func(name string) (int, error)
	what   string
}

func userID(target **int) lua.Arg  { return id{target, FindUser, "user"} }
func groupID(target **int) lua.Arg { return id{target, FindGroup, "group"} }

// Set implements lua.Arg.
func (a id) Set(_ *lua.Call, v lua.Value) error {
	n := 0
	switch v := v.(type) {
	case lua.Number:
		if n = int(v); lua.Number(n) != v || n < 0 || n >= 1<<32-1 {
			return lua.Invalid("%s is not a %s id", v, a.what)
		}
	case lua.String:
		var err error
		if n, err = a.find(string(v)); err != nil {
			return lua.Invalid("no %s is called '%s'", a.what, string(v))
		}
	default:
		return lua.Invalid("a %s id or name expected, got a %s", a.what, v.Type())
	}
	*a.target = &n
	return nil
}

// TypeName implements lua.Arg.
func (a id) TypeName() string { return "integer|string" }

func setid(c *lua.Call) error {
	var n NewIDs
	var groups lua.Optional[[]int]
	if err := c.Unpack("ids", lua.Fields{
		"uid": userID(&n.UID), "euid": userID(&n.EUID),
		"gid": groupID(&n.GID), "egid": groupID(&n.EGID),
		"groups": &groups,
	}); err != nil {
		return err
	}
	if groups.Given {
		n.Groups = &groups.Value
	}
	err := SetIDs(n)
	return lua.WithHint(err, setidHint(err, n))
}
