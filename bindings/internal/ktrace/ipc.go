package ktrace

import (
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

func ipcOperations() map[uint64]*operation {
	return map[uint64]*operation{
		unix.SYS_MSGGET:     op("msgget", key, ipcMode),
		unix.SYS_MSGSND:     op("msgsnd", number, messageType, long, flags32(ipcFlags)),
		unix.SYS_MSGRCV:     op("msgrcv", number, hidden, long, long, flags32(ipcFlags)),
		unix.SYS_MSGCTL:     op("msgctl", number, ipcCommand),
		unix.SYS_SEMGET:     op("semget", key, number, ipcMode),
		unix.SYS_SEMOP:      op("semop", number, semaphores),
		unix.SYS_SEMTIMEDOP: op("semtimedop", number, semaphores),
		unix.SYS_SEMCTL:     op("semctl", number, number, ipcCommand),
		unix.SYS_SHMGET:     op("shmget", key, long, ipcMode),
		unix.SYS_SHMAT:      op("shmat", number, hexed, hexed),
		unix.SYS_SHMDT:      op("shmdt", hexed),
		unix.SYS_SHMCTL:     op("shmctl", number, ipcCommand),

		unix.SYS_MQ_OPEN:         {name: "mq_open", custom: mqOpenArgs, opens: true},
		unix.SYS_MQ_UNLINK:       op("mq_unlink", filename),
		unix.SYS_MQ_TIMEDSEND:    op("mq_timedsend", fd, sized(2), hidden, number),
		unix.SYS_MQ_TIMEDRECEIVE: op("mq_timedreceive", fd, hidden, long),
	}
}

var key = early(func(_ *invocation, v uint64) string {
	if v == unix.IPC_PRIVATE {
		return "IPC_PRIVATE"
	}
	return fmt.Sprintf("%#x", uint32(v))
})

// ipcMode is flags and permissions in one number.
var ipcMode = early(func(in *invocation, v uint64) string {
	text := octal.text(in, v&0o777)
	if rest := v &^ 0o777; rest != 0 {
		text = ipcFlags.String(rest) + "|" + text
	}
	return text
})

// messageType is the number that a message of a System V queue begins with.
var messageType = early(func(in *invocation, v uint64) string {
	w := in.t.memory.words(v, 1)
	if len(w) == 0 {
		return fmt.Sprintf("%#x", v)
	}
	return "type " + strconv.FormatInt(int64(w[0]), 10)
})

// semaphores shows an array of struct sembuf: number and change, for each.
var semaphores = early(func(in *invocation, v uint64) string {
	text := ""
	b := in.t.memory.bytes(v, 6*int(min(in.args[2], 16)))
	for ; len(b) >= 6; b = b[6:] {
		text += fmt.Sprintf(" %d%+d", uint16(b[0])|uint16(b[1])<<8, int16(uint16(b[2])|uint16(b[3])<<8))
	}
	return "{" + text[min(1, len(text)):] + "}"
})

var ipcCommand = early(func(_ *invocation, v uint64) string {
	const version64 = 0x100 // IPC_64
	return ipcCommands.String(uint64(uint32(v)) &^ version64)
})

func mqOpenArgs(in *invocation) []string {
	out := openArgs(in, "", in.args[0], uint64(uint32(in.args[1])), in.args[2])
	if in.args[3] != 0 {
		if w := in.t.memory.words(in.args[3], 3); len(w) == 3 && in.args[1]&unix.O_CREAT != 0 {
			out = append(out, fmt.Sprintf("{maxmsg %d, msgsize %d}", w[1], w[2]))
		}
	}
	return out
}

var ipcFlags = bits{{unix.IPC_CREAT, "IPC_CREAT"}, {unix.IPC_EXCL, "IPC_EXCL"}, {unix.IPC_NOWAIT, "IPC_NOWAIT"}}

// ipcCommands are those of linux/ipc.h, msg.h, sem.h and shm.h.
var ipcCommands = words{
	{unix.IPC_RMID, "IPC_RMID"}, {unix.IPC_SET, "IPC_SET"}, {unix.IPC_STAT, "IPC_STAT"}, {3, "IPC_INFO"},
	{11, "STAT"}, {12, "INFO"}, {13, "STAT_ANY"}, {16, "SETVAL"}, {17, "SETALL"}, {18, "SEM_STAT"}, {19, "SEM_INFO"},
	{20, "SEM_STAT_ANY"}, {10, "GETPID"},
}
