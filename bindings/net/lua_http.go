package net

import (
	"net/netip"
	"time"

	"nslua/lua"
)

func httpFunctions() []function {
	return []function{{"http.get", (*place).httpGet}}
}

func (p *place) httpGet(c *lua.Call) error {
	r := HTTPRequest{Method: "GET"}
	var t target
	timeout := 10 * time.Second
	if err := c.Unpack("url", textArg("string", func(url string) (err error) {
		t.host, t.port, r.Path, err = httpURL(url)
		return err
	}), "options?", lua.Fields{
		"method": &r.Method, "headers": &r.Headers, "body": &r.Body, "timeout": &timeout, "host": &r.Host,
	}); err != nil {
		return err
	}
	if r.Host == "" {
		r.Host = t.host
	}
	if err := r.check(); err != nil {
		return lua.Invalid("%v", err)
	}
	end := deadline(timeout)
	s, err := p.connect(c, &t, netip.Addr{}, end)
	if err != nil {
		return err
	}
	defer s.Close()
	resp, err := s.Fetch(&r, waiter(c), end)
	if err != nil {
		return err
	}
	return c.Return(lua.R("status", resp.Status, "reason", resp.Reason, "headers", resp.Headers, "body", resp.Body))
}
