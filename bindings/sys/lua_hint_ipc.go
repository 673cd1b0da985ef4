package sys

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// createHint explains why there is no new System V object.
func createHint(o *object, err error) string {
	switch {
	case errors.Is(err, unix.EEXIST):
		return fmt.Sprintf("sys.ipc.%s.open(%#x) opens it", o.kind, uint32(o.key))
	case errors.Is(err, unix.ENOSPC):
		return "the ipc namespace has no room for another one: " + settings(map[string][]string{
			"msg": {"kernel.msgmni"}, "sem": {"kernel.sem"}, "shm": {"kernel.shmmni", "kernel.shmall"},
		}[o.kind]...)
	case errors.Is(err, unix.EINVAL) && o.kind == "shm":
		return "the size must be from 1 to " + settings("kernel.shmmax")
	case errors.Is(err, unix.EINVAL) && o.kind == "sem":
		return "there must be at least one semaphore, and no more than the first number of " + settings("kernel.sem")
	}
	return ""
}

// sendHint explains why a message is refused.
func sendHint(length int, kind int64, err error) string {
	switch {
	case !errors.Is(err, unix.EINVAL):
		return ""
	case kind < 1:
		return "the type of a message must be 1 or more"
	}
	return fmt.Sprintf("the message has %d bytes; %s", length, settings("kernel.msgmax"))
}

// mqHint explains why there is no new POSIX queue.
func mqHint(attr QueueAttr, err error) string {
	switch {
	case errors.Is(err, unix.EEXIST):
		return "sys.mq.open opens it"
	case errors.Is(err, unix.EINVAL) && (attr.MaxMessages != 0 || attr.MessageSize != 0):
		return "both must be positive, and without CAP_SYS_RESOURCE at most " + settings("fs.mqueue.msg_max", "fs.mqueue.msgsize_max")
	case errors.Is(err, unix.EMFILE):
		return `the messages of this user's queues may take no more memory: sys.rlimit("msgqueue")`
	case errors.Is(err, unix.ENOSPC):
		return "the ipc namespace has no room for another one: " + settings("fs.mqueue.queues_max")
	}
	return ""
}

// settings shows sysctls with their values.
func settings(names ...string) string {
	text := ""
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		value, err := Sysctl(name)
		if err != nil {
			value = "?"
		}
		text += name + " = " + value
	}
	return text
}
