package ktrace

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// request is a netlink message that was sent and whose answer is still to come.
type request struct {
	seq      uint32
	text     string
	flags    uint16
	answers  int // messages that came back
	began    time.Time
	origin   string
	finished bool
}

func netlinkOperations() map[uint64]*operation {
	return map[uint64]*operation{
		unix.SYS_SENDTO:   {name: "sendto", custom: noArguments, when: sends, done: sent},
		unix.SYS_SENDMSG:  {name: "sendmsg", custom: noArguments, when: sends, done: sent},
		unix.SYS_RECVFROM: {name: "recvfrom", custom: noArguments, when: awaited, done: received},
		unix.SYS_RECVMSG:  {name: "recvmsg", custom: noArguments, when: awaited, done: received},
	}
}

func noArguments(*invocation) []string { return nil }

// maxPayload is how much of a message is decoded.
const maxPayload = 1 << 20

// sends decodes what is sent if the socket is one of netlink's.
func sends(in *invocation) bool {
	s, err := in.t.socket(in.int(0))
	if err != nil {
		return false
	}
	defer s.close()
	proto, ok := s.netlink()
	if !ok {
		return false
	}
	origin := in.t.origin()
	for m := range messages(in.payload(maxPayload)) {
		in.sent = append(in.sent, &request{seq: m.seq, flags: m.flags, text: describe(s, proto, m), began: time.Now(), origin: origin})
	}
	return len(in.sent) > 0
}

// payload is the data that a send or receive is about, at most n bytes.
func (in *invocation) payload(n int) []byte {
	if in.op.name == "sendto" || in.op.name == "recvfrom" {
		return in.t.memory.bytes(in.args[1], int(min(in.args[2], uint64(n))))
	}
	const iov, iovlen = 2, 3 // words of struct msghdr
	head := in.t.memory.words(in.args[1], 4)
	if len(head) < 4 {
		return nil
	}
	var all []byte
	parts := in.t.memory.words(head[iov], 2*int(min(head[iovlen], 64)))
	for ; len(parts) >= 2 && len(all) < n; parts = parts[2:] {
		all = append(all, in.t.memory.bytes(parts[0], int(min(parts[1], uint64(n-len(all)))))...)
	}
	return all
}

// sent files the requests, or prints them if they were not even sent.
func sent(tr *tracer, in *invocation) {
	fd := in.int(0)
	if in.result < 0 {
		for _, r := range in.sent {
			tr.write(in.t, line(r.origin, r.call(), errorText(unix.Errno(-in.result)), time.Since(r.began)))
		}
		return
	}
	if in.t.netlink == nil {
		in.t.netlink = map[int][]*request{}
	}
	in.t.unanswered(tr, in.t.netlink[fd])
	in.t.netlink[fd] = in.sent
}

// awaited reports whether an answer is due on the socket that is read. To look at
// a message without taking it does not count.
func awaited(in *invocation) bool {
	flags := in.args[3]
	if in.op.name == "recvmsg" {
		flags = in.args[2]
	}
	return len(in.t.netlink[in.int(0)]) > 0 && flags&unix.MSG_PEEK == 0
}

// received prints the requests that the message answers.
func received(tr *tracer, in *invocation) {
	if in.result <= 0 {
		return
	}
	fd := in.int(0)
	for m := range messages(in.payload(int(min(in.result, maxPayload)))) {
		pending := in.t.netlink[fd]
		i := slices.IndexFunc(pending, func(r *request) bool { return r.seq == m.seq })
		if i < 0 {
			continue
		}
		// The kernel works in order: what came before and asked for no answer was done.
		in.t.unanswered(tr, pending[:i])
		r := pending[i]
		in.t.netlink[fd] = pending[i:]
		if result, over := r.answer(m); over {
			tr.write(in.t, line(r.origin, r.call(), result, time.Since(r.began)))
			in.t.netlink[fd] = pending[i+1:]
		}
	}
	in.t.quiet(tr, fd)
}

// answer takes one message of the kernel's and returns the result if that was the last.
func (r *request) answer(m message) (result string, over bool) {
	switch m.kind {
	case unix.NLMSG_ERROR:
		if len(m.body) < 4 {
			return "?", true
		}
		if errno := int32(binary.NativeEndian.Uint32(m.body)); errno != 0 {
			result = errorText(unix.Errno(-errno))
			if said := m.said(); said != "" {
				result += ": " + quoted(said)
			}
			return result, true
		}
		return r.count(), true
	case unix.NLMSG_DONE:
		if len(m.body) >= 4 {
			if errno := int32(binary.NativeEndian.Uint32(m.body)); errno < 0 {
				return errorText(unix.Errno(-errno)), true
			}
		}
		return r.count(), true
	}
	r.answers++
	return r.count(), m.flags&unix.NLM_F_MULTI == 0 && r.flags&unix.NLM_F_ACK == 0
}

// count is the result of a request that succeeded.
func (r *request) count() string {
	switch r.answers {
	case 0:
		return "0"
	case 1:
		return "1 message"
	}
	return fmt.Sprintf("%d messages", r.answers)
}

func (r *request) call() string {
	text := r.text
	if flags := r.named(); flags != "0" {
		text += ", " + flags
	}
	return "netlink(" + text + ")"
}

// named are the flags by their names, which depend on what the message does. That
// it is a request, and wants an answer, goes without saying.
func (r *request) named() string {
	v := uint64(r.flags &^ (unix.NLM_F_REQUEST | unix.NLM_F_ACK))
	if r.flags&unix.NLM_F_DUMP == unix.NLM_F_DUMP {
		return dumpFlags.String(v)
	}
	return newFlags.String(v)
}

var dumpFlags = bits{{unix.NLM_F_DUMP, "NLM_F_DUMP"}, {unix.NLM_F_ATOMIC, "NLM_F_ATOMIC"}}

var newFlags = bits{
	{unix.NLM_F_REPLACE, "NLM_F_REPLACE"}, {unix.NLM_F_EXCL, "NLM_F_EXCL"},
	{unix.NLM_F_CREATE, "NLM_F_CREATE"}, {unix.NLM_F_APPEND, "NLM_F_APPEND"}, {unix.NLM_F_ECHO, "NLM_F_ECHO"},
}

// unanswered prints requests to which no answer comes any more.
func (t *task) unanswered(tr *tracer, rs []*request) {
	for _, r := range rs {
		result := "sent"
		if r.flags&unix.NLM_F_ACK != 0 {
			result = "sent, the answer was not read"
		}
		tr.write(t, line(r.origin, r.call(), result, time.Since(r.began)))
	}
}

// quiet prints the requests at the front that ask for no answer once nothing else is due.
func (t *task) quiet(tr *tracer, fd int) {
	rest := t.netlink[fd]
	if slices.ContainsFunc(rest, func(r *request) bool { return r.flags&(unix.NLM_F_ACK|unix.NLM_F_DUMP) != 0 || r.answers > 0 }) {
		return
	}
	t.unanswered(tr, rest)
	delete(t.netlink, fd)
}

// flushNetlink prints what is left when the process ends.
func (t *task) flushNetlink(tr *tracer) {
	for _, rs := range t.netlink {
		t.unanswered(tr, rs)
	}
	t.netlink = nil
}
