package sys

import (
	_ "embed"
	"os"
	"strings"

	"nslua/lua"
)

//go:embed sys.d.lua
var docs string

// Module is the module sys.
func Module() *lua.Module {
	b := newBinding()
	m := &lua.Module{
		Name: "sys", Docs: docs,
		Types: append(ipcTypes(), mqType()),
		Undo:  map[string]func(lua.Entry) error{"sys.ipc": b.undoIPC, "sys.mq": b.undoMQ},
	}
	m.Funcs = append(m.Funcs,
		lua.F("hostname", hostname),
		lua.F("domainname", domainname),
		lua.F("uname", uname),
		lua.F("boot_id", bootID),
		lua.F("uptime", uptime),
		lua.F("clock", clock),
		lua.F("clocks", allClocks),
		lua.F("time_offsets", timeOffsets),
		lua.F("env", env),
		lua.F("pagesize", pagesize),
		lua.F("loadavg", loadavg),
		lua.F("memory", memory),
		lua.F("cpus", cpus),
		lua.F("kernel", kernel),
		lua.F("config", config),
	)
	m.Funcs = append(m.Funcs, idFuncs...)
	m.Funcs = append(m.Funcs, settingFuncs...)
	m.Funcs = append(m.Funcs, b.ipcFuncs()...)
	m.Funcs = append(m.Funcs, b.mqFuncs()...)
	return m
}

func hostname(c *lua.Call) error {
	var name lua.Optional[string]
	if err := c.Unpack("name?", &name); err != nil {
		return err
	}
	if name.Given {
		err := SetHostname(name.Value)
		return lua.WithHint(err, nameHint(err))
	}
	u, err := GetUname()
	if err != nil {
		return err
	}
	return c.Return(u.Nodename)
}

func domainname(c *lua.Call) error {
	var name lua.Optional[string]
	if err := c.Unpack("name?", &name); err != nil {
		return err
	}
	if name.Given {
		err := SetDomainname(name.Value)
		return lua.WithHint(err, nameHint(err))
	}
	u, err := GetUname()
	if err != nil {
		return err
	}
	return c.Return(u.Domainname)
}

func uname(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	u, err := GetUname()
	if err != nil {
		return err
	}
	return c.Return(lua.R("sysname", u.Sysname, "nodename", u.Nodename, "release", u.Release,
		"version", u.Version, "machine", u.Machine, "domainname", u.Domainname))
}

func bootID(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	id, err := BootID()
	if err != nil {
		return err
	}
	return c.Return(id)
}

func uptime(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	d, err := Clock("boottime")
	if err != nil {
		return err
	}
	return c.Return(d)
}

func clock(c *lua.Call) error {
	name := "realtime"
	if err := c.Unpack("name?", lua.Enum(&name, ClockNames()...)); err != nil {
		return err
	}
	d, err := Clock(name)
	if err != nil {
		return err
	}
	return c.Return(d)
}

func allClocks(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	var r lua.Record
	for _, name := range ClockNames() {
		d, err := Clock(name)
		if err != nil {
			return err
		}
		r = append(r, lua.Field{Name: name, Value: d})
	}
	return c.Return(r)
}

func timeOffsets(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	monotonic, boottime, err := TimeOffsets()
	if err != nil {
		return err
	}
	return c.Return(lua.R("monotonic", monotonic, "boottime", boottime))
}

func env(c *lua.Call) error {
	var name lua.Optional[string]
	var value lua.Value
	if err := c.Unpack("name?", &name, "value?", &value); err != nil {
		return err
	}
	if !name.Given {
		all := map[string]string{}
		for _, e := range os.Environ() {
			k, v, _ := strings.Cut(e, "=")
			all[k] = v
		}
		return c.Return(all)
	}
	switch v := value.(type) {
	case nil:
		if text, ok := os.LookupEnv(name.Value); ok {
			return c.Return(text)
		}
		return nil
	case lua.Bool:
		if !v {
			return os.Unsetenv(name.Value)
		}
	case lua.String, lua.Number:
		return os.Setenv(name.Value, v.String())
	}
	return lua.Invalid("argument 'value': a string expected, or false to remove the variable")
}

func pagesize(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return c.Return(os.Getpagesize())
}

func loadavg(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	l, err := GetLoad()
	if err != nil {
		return err
	}
	return c.Return(lua.R("load1", l.Load1, "load5", l.Load5, "load15", l.Load15,
		"running", l.Running, "threads", l.Threads, "last_pid", l.LastPID))
}

func memory(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	lines, err := Memory()
	if err != nil {
		return err
	}
	var r lua.Record
	for _, l := range lines {
		r = append(r, lua.Field{Name: l.Name, Value: l.Value})
	}
	return c.Return(r)
}

func cpus(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	n, err := GetCPUs()
	if err != nil {
		return err
	}
	return c.Return(lua.R("count", len(n.Affinity), "affinity", n.Affinity, "online", n.Online, "possible", n.Possible))
}

func kernel(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	k, err := GetKernel()
	if err != nil {
		return err
	}
	r := lua.R("release", k.Release, "major", k.Major, "minor", k.Minor, "patch", k.Patch,
		"command_line", k.CommandLine, "filesystems", k.Filesystems)
	if k.ConfigFile != "" {
		r = append(r, lua.Field{Name: "config_file", Value: k.ConfigFile})
	}
	return c.Return(r)
}

func config(c *lua.Call) error {
	var name lua.Optional[string]
	if err := c.Unpack("name?", &name); err != nil {
		return err
	}
	options, err := Config()
	if err != nil {
		return lua.WithHint(err, configHint(err))
	}
	if !name.Given {
		return c.Return(options)
	}
	option := "CONFIG_" + strings.TrimPrefix(name.Value, "CONFIG_")
	if value, ok := options[option]; ok {
		return c.Return(value)
	}
	return nil
}
