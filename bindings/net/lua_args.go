package net

import (
	"fmt"
	gonet "net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"nslua/lua"
)

// arg is an argument type made of a function.
type arg struct {
	name string
	set  func(c *lua.Call, v lua.Value) error
}

func (a *arg) Set(c *lua.Call, v lua.Value) error { return a.set(c, v) }
func (a *arg) TypeName() string                   { return a.name }

// given is a target that stays nil unless a value is given.
func given[T any](target **T) lua.Arg {
	var o lua.Optional[T]
	return &arg{o.TypeName(), func(c *lua.Call, v lua.Value) error {
		var o lua.Optional[T]
		err := o.Set(c, v)
		*target = &o.Value
		return err
	}}
}

// textArg reads a string with parse, whose error names what is expected.
func textArg(name string, parse func(text string) error) lua.Arg {
	return &arg{name, func(c *lua.Call, v lua.Value) error {
		var text string
		if err := c.Assign(v, &text); err != nil {
			return err
		}
		return parse(text)
	}}
}

func macArg(target *gonet.HardwareAddr) lua.Arg {
	return textArg("string", func(text string) error {
		mac, err := gonet.ParseMAC(text)
		if err != nil {
			return fmt.Errorf(`a hardware address ("02:00:00:00:00:01") expected, got %q`, text)
		}
		*target = mac
		return nil
	})
}

func addrArg(target *netip.Addr) lua.Arg {
	return textArg("Address", func(text string) error {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return fmt.Errorf(`an IP address ("10.0.0.1", "fd00::1") expected, got %q`, text)
		}
		*target = a.Unmap()
		return nil
	})
}

// prefixArg is an address with the length of its prefix; without one the whole address counts.
func prefixArg(target *netip.Prefix) lua.Arg {
	return textArg("Address", func(text string) error {
		p, err := parsePrefix(text)
		*target = p
		return err
	})
}

func parsePrefix(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p, nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf(`an address ("10.0.0.1/24", "fd00::1/64") expected, got %q`, text)
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// linkArg is the name of a link, or a link.
func linkArg(target *string) lua.Arg {
	return &arg{"string|net.Link", func(c *lua.Call, v lua.Value) error {
		if _, isString := v.(lua.String); isString {
			return c.Assign(v, target)
		}
		var l *device
		if err := lua.Ref(&l).Set(c, v); err != nil {
			return fmt.Errorf("a link or the name of one expected: %w", err)
		}
		*target = l.name
		return nil
	}}
}

// masterArg is a link, or false for none.
func masterArg(target **string) lua.Arg {
	return &arg{"string|net.Link|false", func(c *lua.Call, v lua.Value) error {
		name := ""
		if v != lua.Bool(false) {
			if err := linkArg(&name).Set(c, v); err != nil {
				return err
			}
		}
		*target = &name
		return nil
	}}
}

// optionFields are the entries of an options table for options, which go into values.
func optionFields(options []Option, values *Values) lua.Fields {
	fields := lua.Fields{}
	for i := range options {
		if o := &options[i]; !o.read {
			fields[o.Name] = optionArg(o, values)
		}
	}
	return fields
}

// optionsArg is optionFields for a table within a table, made only when it is given.
func optionsArg(class string, options []Option, values *Values) lua.Arg {
	return &arg{class, func(c *lua.Call, v lua.Value) error { return c.Assign(v, optionFields(options, values)) }}
}

// className is what the docs call the options of a kind: "net.BridgeOptions".
func className(kind string) string { return "net." + strings.ToUpper(kind[:1]) + kind[1:] + "Options" }

func optionArg(o *Option, values *Values) lua.Arg {
	keep := func(v any) {
		if *values == nil {
			*values = Values{}
		}
		(*values)[o.Name] = v
	}
	switch o.kind {
	case boolean, presence, bit:
		return kept[bool]("boolean", keep)
	case word:
		var text string
		one := lua.Enum(&text, o.words...)
		return &arg{one.TypeName(), func(c *lua.Call, v lua.Value) error {
			err := one.Set(c, v)
			keep(text)
			return err
		}}
	case address:
		var a netip.Addr
		one := addrArg(&a)
		return &arg{one.TypeName(), func(c *lua.Call, v lua.Value) error {
			err := one.Set(c, v)
			keep(a)
			return err
		}}
	case hardware:
		var mac gonet.HardwareAddr
		return &arg{"string", func(c *lua.Call, v lua.Value) error {
			err := macArg(&mac).Set(c, v)
			keep(mac)
			return err
		}}
	case deviceRef:
		return &arg{"string|net.Link", func(c *lua.Call, v lua.Value) error {
			var name string
			err := linkArg(&name).Set(c, v)
			keep(name)
			return err
		}}
	case span:
		return kept[time.Duration]("Duration", keep)
	case percent:
		return percentArg(keep)
	case rate:
		return kept[lua.Rate]("Rate", func(v any) { keep(uint64(v.(lua.Rate))) })
	case size:
		return kept[lua.Size]("Size", func(v any) { keep(uint64(v.(lua.Size))) })
	case numbers:
		return kept[[]int]("integer[]", keep)
	}
	return &arg{"integer", func(c *lua.Call, v lua.Value) error {
		var n uint64
		if err := c.Assign(v, &n); err != nil {
			return err
		}
		if o.size < 8 && n>>(8*o.size) != 0 {
			return fmt.Errorf("an integer from 0 to %d expected, got %d", uint64(1)<<(8*o.size)-1, n)
		}
		keep(n)
		return nil
	}}
}

// percentArg reads "5%" or 5.
func percentArg(keep func(any)) lua.Arg {
	return textArg("number|string", func(text string) error {
		f, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
		if err != nil || !(f >= 0 && f <= 100) {
			return fmt.Errorf(`a percentage from 0 to 100 ("5%%" or 5) expected, got %q`, text)
		}
		keep(f)
		return nil
	})
}

func kept[T any](name string, keep func(any)) lua.Arg {
	return &arg{name, func(c *lua.Call, v lua.Value) error {
		var t T
		err := c.Assign(v, &t)
		keep(t)
		return err
	}}
}

// valuesRecord makes Lua values of decoded options.
func valuesRecord(options []Option, values Values) lua.Record {
	var r lua.Record
	for i := range options {
		v, ok := values[options[i].Name]
		if !ok {
			continue
		}
		if s, ok := v.(fmt.Stringer); ok && options[i].kind != span {
			v = s.String()
		}
		r = append(r, lua.Field{Name: options[i].Name, Value: v})
	}
	return r
}
