package sec

import (
	"nslua/bindings/internal/confine"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

func caps(c *lua.Call) error {
	pid := 0
	if err := c.Unpack("pid?", &pid); err != nil {
		return err
	}
	sets, err := confine.GetCaps()
	if pid != 0 {
		sets, err = CapsOf(pid)
	}
	if err != nil {
		return err
	}
	return c.Return(lua.R("effective", sets.Effective.Names(), "permitted", sets.Permitted.Names(),
		"inheritable", sets.Inheritable.Names(), "bounding", sets.Bounding.Names(), "ambient", sets.Ambient.Names()))
}

func capNames(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return c.Return(confine.KernelCaps().Names())
}

// setCaps changes the sets that are given. The others follow where the kernel's rules leave no choice.
func setCaps(c *lua.Call) error {
	var effective, permitted, inheritable, bounding, ambient *confine.CapSet
	if err := c.Unpack("sets", lua.Fields{
		"effective": spawn.Caps(&effective), "permitted": spawn.Caps(&permitted), "inheritable": spawn.Caps(&inheritable),
		"bounding": spawn.Caps(&bounding), "ambient": spawn.Caps(&ambient),
	}); err != nil {
		return err
	}
	sets, err := confine.GetCaps()
	if err != nil {
		return err
	}
	for _, s := range []struct{ given, target *confine.CapSet }{
		{permitted, &sets.Permitted}, {effective, &sets.Effective}, {inheritable, &sets.Inheritable},
		{bounding, &sets.Bounding}, {ambient, &sets.Ambient},
	} {
		if s.given != nil {
			*s.target = *s.given & confine.KernelCaps()
		}
	}
	if effective == nil {
		sets.Effective &= sets.Permitted
	}
	if ambient == nil {
		sets.Ambient &= sets.Permitted & sets.Inheritable
	}
	return change(sets)
}

func change(sets confine.Caps) error {
	err := sets.Set()
	return lua.WithHint(err, capsHint(err, sets))
}

func dropCaps(c *lua.Call) error {
	var drop *confine.CapSet
	if err := c.Unpack("names", spawn.Caps(&drop)); err != nil {
		return err
	}
	return keepOnly(^*drop)
}

func retainCaps(c *lua.Call) error {
	var keep *confine.CapSet
	if err := c.Unpack("names", spawn.Caps(&keep)); err != nil {
		return err
	}
	return keepOnly(*keep)
}

// keepOnly takes everything else out of all five sets.
func keepOnly(keep confine.CapSet) error {
	sets, err := confine.GetCaps()
	if err != nil {
		return err
	}
	for _, s := range []*confine.CapSet{&sets.Effective, &sets.Permitted, &sets.Inheritable, &sets.Bounding, &sets.Ambient} {
		*s &= keep
	}
	return change(sets)
}
