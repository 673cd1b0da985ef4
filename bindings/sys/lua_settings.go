package sys

import (
	"fmt"
	"math"

	"nslua/lua"
)

var settingFuncs = []*lua.Func{
	lua.F("sysctl", sysctl),
	lua.F("sysctl_list", sysctlList),
	lua.F("rlimit", rlimit),
	lua.F("umask", umask),
	lua.F("nice", nice),
}

func sysctl(c *lua.Call) error {
	var name string
	var value lua.Value
	if err := c.Unpack("name", &name, "value?", &value); err != nil {
		return err
	}
	if value == nil {
		text, err := Sysctl(name)
		if err != nil {
			return lua.WithHint(err, sysctlHint(name, err))
		}
		return c.Return(text)
	}
	text := ""
	switch v := value.(type) {
	case lua.String, lua.Number:
		text = v.String()
	case lua.Bool:
		text = "0"
		if v {
			text = "1"
		}
	default:
		return lua.Invalid("argument 'value': a string, a number or a boolean expected, got a %s", v.Type())
	}
	err := SetSysctl(name, text)
	return lua.WithHint(err, sysctlHint(name, err))
}

func sysctlList(c *lua.Call) error {
	prefix := ""
	if err := c.Unpack("prefix?", &prefix); err != nil {
		return err
	}
	all, err := Sysctls(prefix)
	if err != nil {
		return lua.WithHint(err, sysctlHint(prefix, err))
	}
	values := map[string]string{}
	for _, s := range all {
		if s.Err == nil {
			values[s.Name] = s.Value
		}
	}
	return c.Return(values)
}

// limitValue is an argument for a resource limit.
type limitValue struct{ target *uint64 }

// Set implements lua.Arg.
func (l limitValue) Set(_ *lua.Call, v lua.Value) error {
	switch v := v.(type) {
	case lua.Number:
		switch n := float64(v); {
		case math.IsInf(n, 1):
			*l.target = Unlimited
			return nil
		case n >= 0 && n < 1<<63 && n == math.Trunc(n):
			*l.target = uint64(n)
			return nil
		}
	case lua.String:
		if v == "unlimited" {
			*l.target = Unlimited
			return nil
		}
		if size, err := lua.ParseSize(string(v)); err == nil {
			*l.target = uint64(size)
			return nil
		}
	}
	return fmt.Errorf(`a number, a size ("512M") or "unlimited" expected, got %s`, v)
}

// TypeName implements lua.Arg.
func (l limitValue) TypeName() string { return `Size|"unlimited"` }

func rlimit(c *lua.Call) error {
	var name string
	const unset = math.MaxUint64 - 1
	set := Limit{unset, unset}
	if err := c.Unpack("name", lua.Enum(&name, LimitNames()...), "limit?", lua.Fields{
		"soft": limitValue{&set.Soft}, "hard": limitValue{&set.Hard},
	}); err != nil {
		return err
	}
	now, err := GetLimit(name)
	if err != nil {
		return err
	}
	if set.Soft == unset && set.Hard == unset {
		return c.Return(lua.R("soft", limitText(now.Soft), "hard", limitText(now.Hard)))
	}
	if set.Hard == unset {
		set.Hard = now.Hard
	}
	if set.Soft == unset {
		set.Soft = min(now.Soft, set.Hard)
	}
	err = SetLimit(name, set)
	return lua.WithHint(err, limitHint(err, set, now))
}

func limitText(n uint64) any {
	if n == Unlimited {
		return "unlimited"
	}
	return n
}

func umask(c *lua.Call) error {
	var mask lua.Optional[lua.Mode]
	if err := c.Unpack("mask?", &mask); err != nil {
		return err
	}
	old := Umask()
	if mask.Given {
		SetUmask(uint32(mask.Value))
	}
	return c.Return(fmt.Sprintf("%04o", old))
}

func nice(c *lua.Call) error {
	var value lua.Optional[int]
	if err := c.Unpack("value?", &value); err != nil {
		return err
	}
	if value.Given {
		err := SetNice(value.Value)
		return lua.WithHint(err, niceHint(err))
	}
	n, err := Nice()
	if err != nil {
		return err
	}
	return c.Return(n)
}
