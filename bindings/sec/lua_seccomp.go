package sec

import (
	"os"
	"strings"

	"nslua/bindings/internal/confine"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

// profileArg is a profile or the word "default".
type profileArg struct{ target **confine.Profile }

func (p *profileArg) Set(c *lua.Call, v lua.Value) error {
	if word, ok := v.(lua.String); ok && word == "default" {
		*p.target = confine.DefaultProfile(confine.DefaultCaps)
		return nil
	}
	return spawn.Profile(p.target).Set(c, v)
}

func (p *profileArg) TypeName() string { return `sec.SeccompProfile|"default"` }

func seccomp(c *lua.Call) error {
	var profile *confine.Profile
	nnp := true
	if err := c.Unpack("profile", &profileArg{&profile}, "options?", lua.Fields{"no_new_privs": &nnp}); err != nil {
		return err
	}
	if profile.Uses("notify") {
		return lua.Invalid(`argument 'profile': nobody would answer the action "notify": see sec.seccomp_notify`)
	}
	filter, err := confine.Compile(profile)
	if err != nil {
		return lua.Invalid("argument 'profile': %v", err)
	}
	if nnp {
		if err := confine.NoNewPrivs(); err != nil {
			return err
		}
	}
	_, err = confine.InstallFilter(filter, profile.Flags)
	return lua.WithHint(err, seccompHint(err))
}

// words are the arguments of a system call.
type words struct{ target *[6]uint64 }

func (w *words) Set(c *lua.Call, v lua.Value) error {
	var list []lua.Value
	if err := c.Assign(v, &list); err != nil {
		return err
	}
	if len(list) > len(w.target) {
		return lua.Invalid("a system call has at most %d arguments", len(w.target))
	}
	for i, v := range list {
		if err := spawn.Word(&w.target[i]).Set(c, v); err != nil {
			return err
		}
	}
	return nil
}

func (w *words) TypeName() string { return "(integer|string)[]" }

func seccompSimulate(c *lua.Call) error {
	var profile *confine.Profile
	var call confine.Call
	if err := c.Unpack("profile", &profileArg{&profile}, "syscall", &call.Name, "options?", lua.Fields{
		"args": &words{&call.Args}, "architecture": lua.Enum(&call.Arch, confine.Architectures()...),
	}); err != nil {
		return err
	}
	action, err := confine.Simulate(profile, call)
	if err != nil {
		return lua.Invalid("%v", err)
	}
	name, errno, _ := strings.Cut(action.String(), " ")
	if errno == "" {
		return c.Return(name)
	}
	return c.Return(name, errno)
}

func seccompListing(c *lua.Call) error {
	var profile *confine.Profile
	if err := c.Unpack("profile", &profileArg{&profile}); err != nil {
		return err
	}
	lines, err := confine.Listing(profile)
	if err != nil {
		return lua.Invalid("argument 'profile': %v", err)
	}
	return c.Return(lines)
}

// seccompActions reads what the kernel offers, strictest first.
func seccompActions(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	text, err := os.ReadFile("/proc/sys/kernel/seccomp/actions_avail")
	if err != nil {
		return err
	}
	actions := strings.Fields(string(text))
	for i, name := range actions {
		if name == "user_notif" {
			actions[i] = "notify"
		}
	}
	return c.Return(actions)
}

func defaultProfile(c *lua.Call) error {
	keep := confine.DefaultCaps
	given := &keep
	if err := c.Unpack("caps?", spawn.Caps(&given)); err != nil {
		return err
	}
	return c.Return(profileRecord(confine.DefaultProfile(*given)))
}

// profileRecord is a profile as Lua writes it.
func profileRecord(p *confine.Profile) lua.Record {
	r := lua.R("default", p.Default.Name)
	if p.Default.Errno != 0 {
		r = append(r, lua.Field{Name: "errno", Value: errnoName(p.Default)})
	}
	return append(r, lua.R("architectures", p.Architectures, "rules", lua.List(p.Rules, ruleRecord))...)
}

func errnoName(a confine.Action) string {
	_, name, _ := strings.Cut(a.String(), " ")
	return name
}

func ruleRecord(rule confine.Rule) any {
	r := lua.R("names", rule.Names, "action", rule.Action.Name)
	if rule.Action.Errno != 0 {
		r = append(r, lua.Field{Name: "errno", Value: errnoName(rule.Action)})
	}
	if len(rule.Args) > 0 {
		r = append(r, lua.Field{Name: "args", Value: lua.List(rule.Args, argRecord)})
	}
	return r
}

func argRecord(g confine.Arg) any {
	r := lua.R("index", g.Index, "op", g.Op, "value", g.Value)
	if g.Mask != 0 {
		r = append(r, lua.Field{Name: "mask", Value: g.Mask})
	}
	return r
}

func syscalls(c *lua.Call) error {
	arch := confine.NativeArch()
	if err := c.Unpack("architecture?", lua.Enum(&arch, confine.Architectures()...)); err != nil {
		return err
	}
	byName, err := confine.Syscalls(arch)
	if err != nil {
		return err
	}
	numbers := map[string]any{}
	for name, nr := range byName {
		numbers[name] = nr
	}
	return c.Return(numbers)
}
