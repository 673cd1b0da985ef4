package sec

import (
	_ "embed"
	"fmt"
	"os"

	"nslua/bindings/internal/confine"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

//go:embed sec.d.lua
var docs string

// Module is the module sec.
func Module() *lua.Module {
	return &lua.Module{
		Name: "sec",
		Docs: docs,
		Funcs: []*lua.Func{
			lua.F("caps", caps), lua.F("cap_names", capNames), lua.F("set_caps", setCaps),
			lua.F("drop_caps", dropCaps), lua.F("retain_caps", retainCaps),
			lua.F("no_new_privs", noNewPrivs), lua.F("securebits", securebitsFunc), lua.F("dumpable", dumpable),
			lua.F("seccomp", seccomp), lua.F("seccomp_notify", seccompNotify), lua.F("seccomp_simulate", seccompSimulate),
			lua.F("seccomp_listing", seccompListing), lua.F("seccomp_actions", seccompActions),
			lua.F("default_profile", defaultProfile), lua.F("syscalls", syscalls),
			lua.F("landlock", landlock), lua.F("landlock_abi", landlockABI),
			lua.F("keyring", keyring), lua.F("join_keyring", joinKeyring), lua.F("lsm", lsm),
		},
		Types: []*lua.Type{notificationType()},
		Values: lua.R(
			"default_caps", confine.DefaultCaps.Names(),
			"profiles", lua.R("default", profileRecord(confine.DefaultProfile(confine.DefaultCaps))),
		),
	}
}

func noNewPrivs(c *lua.Call) error {
	var value lua.Optional[bool]
	if err := c.Unpack("value?", &value); err != nil {
		return err
	}
	if !value.Given {
		on, err := NoNewPrivs()
		if err != nil {
			return err
		}
		return c.Return(on)
	}
	if !value.Value {
		return lua.Invalid("argument 'value': no_new_privs can't be taken back: only true can be set")
	}
	return confine.NoNewPrivs()
}

// names is a list of some words.
type names struct {
	target *[]string
	words  []string
	given  bool
}

func (n *names) Set(c *lua.Call, v lua.Value) error {
	n.given = true
	if err := c.Assign(v, n.target); err != nil {
		return err
	}
	for i, name := range *n.target {
		var word string
		if err := c.Assign(lua.String(name), lua.Enum(&word, n.words...)); err != nil {
			return fmt.Errorf("item %d: %w", i+1, err)
		}
	}
	return nil
}

func (n *names) TypeName() string { return "string[]" }

func securebitsFunc(c *lua.Call) error {
	var list []string
	bits := names{target: &list, words: securebits}
	if err := c.Unpack("bits?", &bits); err != nil {
		return err
	}
	if bits.given {
		err := SetSecurebits(list)
		return lua.WithHint(err, securebitsHint(err))
	}
	list, err := Securebits()
	if err != nil {
		return err
	}
	return c.Return(list)
}

func dumpable(c *lua.Call) error {
	var value lua.Optional[bool]
	if err := c.Unpack("value?", &value); err != nil {
		return err
	}
	if value.Given {
		return SetDumpable(value.Value)
	}
	n, err := Dumpable()
	if err != nil {
		return err
	}
	if n == 2 {
		return c.Return("root")
	}
	return c.Return(n == 1)
}

func landlock(c *lua.Call) error {
	var rules *confine.Landlock
	nnp := true
	if err := c.Unpack("rules", spawn.Landlock(&rules), "options?", lua.Fields{"no_new_privs": &nnp}); err != nil {
		return err
	}
	err := rules.Restrict(nnp)
	return lua.WithHint(err, landlockHint(err))
}

func landlockABI(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	abi, err := confine.LandlockABI()
	if err != nil {
		return err
	}
	return c.Return(abi)
}

func keyring(c *lua.Call) error {
	which := "session"
	if err := c.Unpack("which?", lua.Enum(&which, "session", "process", "thread", "user", "user_session")); err != nil {
		return err
	}
	k, err := Keyring(which)
	if err != nil {
		return err
	}
	r := keyRecord(k)
	return c.Return(append(r, lua.Field{Name: "keys", Value: lua.List(k.Keys, func(k Key) any { return keyRecord(k) })}))
}

func keyRecord(k Key) lua.Record {
	if k.Type == "" {
		return lua.R("id", k.ID)
	}
	return lua.R("id", k.ID, "type", k.Type, "description", k.Description, "uid", k.UID, "gid", k.GID, "perm", fmt.Sprintf("%08x", k.Perm))
}

func joinKeyring(c *lua.Call) error {
	name := ""
	if err := c.Unpack("name?", &name); err != nil {
		return err
	}
	id, err := JoinSessionKeyring(name)
	if err != nil {
		return lua.WithHint(err, keyringHint(err))
	}
	return c.Return(id)
}

func lsm(c *lua.Call) error {
	pid := os.Getpid()
	if err := c.Unpack("pid?", &pid); err != nil {
		return err
	}
	l, err := GetLSM(pid)
	if err != nil {
		return err
	}
	r := lua.Record{}
	if l.Modules != nil {
		r = append(r, lua.Field{Name: "modules", Value: l.Modules})
	}
	if l.Label != "" {
		r = append(r, lua.Field{Name: "label", Value: l.Label})
	}
	if l.Lockdown != "" {
		r = append(r, lua.Field{Name: "lockdown", Value: l.Lockdown})
	}
	return c.Return(r)
}
