package net

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Monitor tells what changes in the network of a namespace.
type Monitor struct {
	socket  *nl.NetlinkSocket
	pending []Event
}

// Event is a change; one of the pointers is set, none where events were lost.
type Event struct {
	Action    string // "new", "del", "lost"
	Link      *Link
	Address   *Address
	Route     *Route
	Neighbour *Neighbour
	Rule      *Rule
}

// Groups are the multicast groups of rtnetlink(7) by what they tell about.
var monitorGroups = map[string][]uint{
	"links":  {unix.RTNLGRP_LINK},
	"addrs":  {unix.RTNLGRP_IPV4_IFADDR, unix.RTNLGRP_IPV6_IFADDR},
	"routes": {unix.RTNLGRP_IPV4_ROUTE, unix.RTNLGRP_IPV6_ROUTE},
	"neighs": {unix.RTNLGRP_NEIGH},
	"rules":  {unix.RTNLGRP_IPV4_RULE, unix.RTNLGRP_IPV6_RULE},
}

// NewMonitor begins to listen to groups in a namespace, nil being the thread's.
func NewMonitor(ns *namespace.Handle, groups []uint) (*Monitor, error) {
	m := &Monitor{}
	err := within(ns, func() (err error) {
		m.socket, err = nl.Subscribe(unix.NETLINK_ROUTE, groups...)
		return os.NewSyscallError("bind(AF_NETLINK)", err)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Close ends the listening.
func (m *Monitor) Close() error {
	if m.socket != nil {
		m.socket.Close()
		m.socket = nil
	}
	return nil
}

// Closed reports whether Close was called.
func (m *Monitor) Closed() bool { return m.socket == nil }

func (m *Monitor) String() string { return "net monitor" }

// Next waits for an event; nil when the deadline has passed. When the kernel
// could not keep up the event has the action "lost": the tables must be read anew.
func (m *Monitor) Next(wait Waiter, deadline time.Time) (*Event, error) {
	for len(m.pending) == 0 {
		timeout := time.Duration(-1)
		if !deadline.IsZero() {
			timeout = max(0, time.Until(deadline))
		}
		n, err := wait([]unix.PollFd{{Fd: int32(m.socket.GetFd()), Events: unix.POLLIN}}, timeout)
		if err != nil || n == 0 {
			return nil, err
		}
		if err := m.receive(); err != nil {
			return nil, err
		}
	}
	e := m.pending[0]
	m.pending = m.pending[1:]
	return &e, nil
}

// receive takes what has arrived; it must not be called before something has.
func (m *Monitor) receive() error {
	messages, _, err := m.socket.Receive()
	switch {
	case errors.Is(err, unix.ENOBUFS):
		m.pending = append(m.pending, Event{Action: "lost"})
		return nil
	case errors.Is(err, unix.EINTR):
		return nil
	case err != nil:
		return fmt.Errorf("receive: %w", err)
	}
	for _, msg := range messages {
		if e, ok := parseEvent(msg.Header.Type, msg.Data); ok {
			m.pending = append(m.pending, e)
		}
	}
	return nil
}

func parseEvent(typ uint16, body []byte) (Event, bool) {
	e := Event{Action: "new"}
	switch typ {
	case unix.RTM_DELLINK, unix.RTM_DELADDR, unix.RTM_DELROUTE, unix.RTM_DELNEIGH, unix.RTM_DELRULE:
		e.Action = "del"
	}
	var err error
	switch typ {
	case unix.RTM_NEWLINK, unix.RTM_DELLINK:
		var l Link
		l, err = parseLink(body)
		e.Link = &l
		if len(body) > 0 && body[0] == unix.AF_BRIDGE {
			return e, false // a port's settings, which the link's own message tells too
		}
	case unix.RTM_NEWADDR, unix.RTM_DELADDR:
		if len(body) < unix.SizeofIfAddrmsg {
			return e, false
		}
		a := parseAddress(body)
		e.Address = &a
	case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
		e.Route = new(Route)
		_, err = e.Route.parse(body)
	case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH:
		var n Neighbour
		n, err = parseNeighbour(body)
		e.Neighbour = &n
	case unix.RTM_NEWRULE, unix.RTM_DELRULE:
		var r Rule
		r, err = parseRule(body)
		e.Rule = &r
	default:
		return e, false
	}
	return e, err == nil
}
