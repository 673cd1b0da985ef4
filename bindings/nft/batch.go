package nft

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// maxEcho is the largest batch whose effects are asked back: the answers must fit the receive buffer.
const maxEcho = 256

// exchange sends messages as one batch, which the kernel carries out as a whole
// or not at all. With dry it only tries: a batch without an end is taken back.
// Replies say what was made, with handles, if there are at most maxEcho messages.
func (c *Conn) exchange(messages []message, dry bool) ([]reply, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	c.seq++
	begin := c.seq
	b := appendMessage(nil, unix.NFNL_MSG_BATCH_BEGIN, 0, begin, 0, unix.NFNL_SUBSYS_NFTABLES, nil)
	for i := range messages {
		m := &messages[i]
		c.seq++
		flags := m.flags
		if len(messages) <= maxEcho && !dry {
			flags |= unix.NLM_F_ECHO
		}
		if i == len(messages)-1 {
			flags |= unix.NLM_F_ACK // the last to come: errors come before
		}
		b = appendMessage(b, subsystem|m.typ, flags, c.seq, m.family, 0, m.body)
	}
	last := c.seq
	c.seq++
	if !dry {
		b = appendMessage(b, unix.NFNL_MSG_BATCH_END, 0, c.seq, 0, unix.NFNL_SUBSYS_NFTABLES, nil)
	}
	if err := c.send(b); err != nil {
		if errors.Is(err, unix.EMSGSIZE) || errors.Is(err, unix.ENOBUFS) {
			return nil, fmt.Errorf("a batch of %d bytes: %w", len(b), err)
		}
		return nil, err
	}
	return c.answers(messages, begin, last)
}

// answers reads until the last message of a batch is acknowledged, or the batch as a whole refused.
func (c *Conn) answers(messages []message, begin, last uint32) ([]reply, error) {
	var replies []reply
	var failed error
	for done := false; !done; {
		err := c.receive(func(h unix.NlMsghdr, b []byte) error {
			if h.Seq < begin || h.Seq > last+1 {
				return nil
			}
			if h.Type != unix.NLMSG_ERROR {
				if r, ok := replyOf(h, b); ok {
					replies = append(replies, r)
				}
				return nil
			}
			err := refusal(h, b)
			done = done || h.Seq == last || h.Seq == begin
			if err == nil || failed != nil {
				return nil
			}
			if h.Seq == begin || h.Seq > last {
				failed = err
				return nil
			}
			m := &messages[h.Seq-begin-1]
			failed = &CommandError{Pos: m.pos, What: m.what, Err: err}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return replies, failed
}

// CommandError is the refusal of one command of a transaction, none of which then was carried out.
type CommandError struct {
	Pos  Pos // zero if the command was not text
	What string
	Err  error
}

func (e *CommandError) Error() string {
	text := e.What + ": " + e.Err.Error()
	if e.Pos.Line > 0 {
		text = e.Pos.String() + ": " + text
	}
	return text
}

// Unwrap gives the kernel's answer.
func (e *CommandError) Unwrap() error { return e.Err }
