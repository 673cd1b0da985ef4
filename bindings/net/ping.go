package net

import (
	"math"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// PingSpec says how to ping.
type PingSpec struct {
	To       netip.Addr
	Scope    int           // the link of a link-local address
	Count    int           // requests
	Timeout  time.Duration // how long an answer may take
	Interval time.Duration // between requests; 0: the next follows the answer, or the end of its timeout
	Size     int           // bytes behind the ICMP header
	TTL      int           // hops, 0: the system's
	Source   netip.Addr
	Link     string
}

// Waiter waits as ppoll(2) does: for descriptors, at most so long; 0 means that the time is over.
type Waiter func(fds []unix.PollFd, timeout time.Duration) (int, error)

// PingReply is the outcome of one request.
type PingReply struct {
	Seq  int
	RTT  time.Duration
	From netip.Addr // who answered: the target, or a router that could not go on
	Size int
	TTL  int
	Err  unix.Errno // 0: answered
	Over bool       // Err is that the hop limit ran out, at From
	sent time.Time
	done bool
}

// PingResult sums up.
type PingResult struct {
	Sent, Received int
	Replies        []PingReply // by request; those without any answer have the Err ETIMEDOUT
}

// Ping sends echo requests and collects the answers. What the network says, no
// route included, is in the result; the error is for what kept it from being asked.
func Ping(ns *namespace.Handle, p PingSpec, wait Waiter) (*PingResult, error) {
	s, err := dialICMP(ns, p.To, p.Scope)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.bind(p.Source, p.Link); err != nil {
		return nil, err
	}
	if p.TTL > 0 {
		if err := s.setTTL(p.TTL); err != nil {
			return nil, err
		}
	}
	run := pinging{s: s, p: p, wait: wait}
	if err := run.all(); err != nil {
		return nil, err
	}
	return run.result(), nil
}

// pinging is one run of Ping.
type pinging struct {
	s       *icmpSocket
	p       PingSpec
	wait    Waiter
	replies []PingReply
	open    int // requests without an answer
}

func (r *pinging) all() error {
	due := time.Now()
	for {
		now := time.Now()
		if len(r.replies) < r.p.Count && (!now.Before(due) || r.p.Interval == 0 && r.open == 0) {
			if err := r.send(now); err != nil {
				return err
			}
			due = now.Add(r.p.Timeout)
			if r.p.Interval > 0 {
				due = now.Add(r.p.Interval)
			}
			continue
		}
		until := due
		if len(r.replies) == r.p.Count {
			until = r.lastDeadline()
			if r.open == 0 || !now.Before(until) {
				return nil
			}
		}
		if err := r.listen(until); err != nil {
			return err
		}
	}
}

// lastDeadline is when the last request without an answer may be given up.
func (r *pinging) lastDeadline() time.Time {
	var last time.Time
	for i := range r.replies {
		if t := r.replies[i].sent.Add(r.p.Timeout); !r.replies[i].done && t.After(last) {
			last = t
		}
	}
	return last
}

func (r *pinging) send(now time.Time) error {
	seq := len(r.replies) + 1
	reply := PingReply{Seq: seq, sent: now}
	if err := r.s.send(uint16(seq), r.p.Size); err != nil {
		errno := unixErrno(err)
		if !unreachable(errno) {
			return err
		}
		reply.Err, reply.done = errno, true
	} else {
		r.open++
	}
	r.replies = append(r.replies, reply)
	return nil
}

// unreachable reports whether sending failed for a reason that lies in the network.
func unreachable(n unix.Errno) bool {
	switch n {
	case unix.ENETUNREACH, unix.EHOSTUNREACH, unix.ENETDOWN, unix.EHOSTDOWN, unix.EPERM, unix.EADDRNOTAVAIL, unix.ENONET,
		unix.ENOBUFS, unix.EAGAIN, unix.ECONNREFUSED, unix.EACCES, unix.EINVAL:
		return true
	}
	return false
}

// listen waits for answers until a time, at least for one.
func (r *pinging) listen(until time.Time) error {
	fds := []unix.PollFd{{Fd: int32(r.s.fd), Events: unix.POLLIN}}
	n, err := r.wait(fds, max(0, time.Until(until)))
	if err != nil || n == 0 {
		return err
	}
	flags := 0
	if fds[0].Revents&unix.POLLERR != 0 {
		flags = unix.MSG_ERRQUEUE
	}
	for {
		e, mine, err := r.s.receive(flags)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN:
			return nil
		case err != nil && flags == 0 && unreachable(unixErrno(err)):
			continue // the error of a request, which the error queue tells with its origin
		case err != nil:
			return err
		case mine:
			r.answer(e)
		}
	}
}

func (r *pinging) answer(e echo) {
	i := int(e.seq) - 1
	if i < 0 || i >= len(r.replies) || r.replies[i].done {
		return
	}
	reply := &r.replies[i]
	reply.RTT = time.Since(reply.sent)
	reply.From, reply.Size, reply.TTL, reply.Err, reply.Over, reply.done = e.from, e.size, e.ttl, e.err, e.over, true
	r.open--
}

func (r *pinging) result() *PingResult {
	res := &PingResult{Sent: len(r.replies), Replies: r.replies}
	for i := range res.Replies {
		switch p := &res.Replies[i]; {
		case !p.done:
			p.Err = unix.ETIMEDOUT
		case p.Err == 0:
			res.Received++
		}
	}
	return res
}

// RTT is the least, mean and greatest time of the answers and their standard deviation.
func (r *PingResult) RTT() (least, mean, most, deviation time.Duration) {
	least = math.MaxInt64
	var sum, squares float64
	for _, p := range r.Replies {
		if p.Err != 0 {
			continue
		}
		least, most = min(least, p.RTT), max(most, p.RTT)
		sum += float64(p.RTT)
		squares += float64(p.RTT) * float64(p.RTT)
	}
	if r.Received == 0 {
		return 0, 0, 0, 0
	}
	n := float64(r.Received)
	return least, time.Duration(sum / n), most, time.Duration(math.Sqrt(max(0, squares/n-sum/n*sum/n)))
}
