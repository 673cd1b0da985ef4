package confine

import (
	"strings"

	"golang.org/x/sys/unix"
)

// DefaultCaps are the capabilities that container managers commonly leave to root in a container.
const DefaultCaps = CapSet(1<<unix.CAP_CHOWN | 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_FSETID | 1<<unix.CAP_FOWNER |
	1<<unix.CAP_MKNOD | 1<<unix.CAP_NET_RAW | 1<<unix.CAP_SETGID | 1<<unix.CAP_SETUID | 1<<unix.CAP_SETFCAP |
	1<<unix.CAP_SETPCAP | 1<<unix.CAP_NET_BIND_SERVICE | 1<<unix.CAP_SYS_CHROOT | 1<<unix.CAP_KILL | 1<<unix.CAP_AUDIT_WRITE)

// ordinary are the calls that programs in a container need and that the kernel
// confines well enough by itself.
const ordinary = `
	open openat openat2 creat close close_range read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2
	lseek _llseek sendfile sendfile64 splice tee vmsplice copy_file_range dup dup2 dup3 fcntl fcntl64 flock ioctl
	stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat oldstat oldlstat oldfstat statx statfs statfs64 fstatfs fstatfs64
	access faccessat faccessat2 chmod fchmod fchmodat fchmodat2 chown chown32 fchown fchown32 fchownat lchown lchown32
	file_getattr file_setattr umask utime utimes utimensat utimensat_time64 futimesat
	mkdir mkdirat rmdir mknod mknodat link linkat symlink symlinkat unlink unlinkat rename renameat renameat2
	readlink readlinkat readdir getdents getdents64 getcwd chdir fchdir truncate truncate64 ftruncate ftruncate64 fallocate
	fsync fdatasync sync syncfs sync_file_range arm_sync_file_range readahead fadvise64 fadvise64_64 arm_fadvise64_64 cachestat
	getxattr lgetxattr fgetxattr getxattrat setxattr lsetxattr fsetxattr setxattrat
	listxattr llistxattr flistxattr listxattrat removexattr lremovexattr fremovexattr removexattrat
	name_to_handle_at inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_mark listmount statmount

	brk break mmap mmap2 munmap mprotect mremap msync madvise mincore mlock mlock2 mlockall munlock munlockall remap_file_pages
	mseal map_shadow_stack membarrier memfd_create memfd_secret pkey_alloc pkey_free pkey_mprotect process_mrelease process_madvise

	fork vfork execve execveat exit exit_group wait4 waitid waitpid getpid getppid gettid getpgid getpgrp setpgid getsid setsid
	set_tid_address arch_prctl get_thread_area set_thread_area get_tls set_tls breakpoint cacheflush usr26 usr32 modify_ldt
	prctl ptrace process_vm_readv process_vm_writev pidfd_open pidfd_send_signal rseq rseq_slice_yield
	seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self lsm_get_self_attr lsm_set_self_attr lsm_list_modules
	uretprobe uprobe restart_syscall

	getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 getresuid getresuid32 getresgid getresgid32
	setuid setuid32 setgid setgid32 setreuid setreuid32 setregid setregid32 setresuid setresuid32 setresgid setresgid32
	setfsuid setfsuid32 setfsgid setfsgid32 getgroups getgroups32 setgroups setgroups32 capget capset

	sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_setparam sched_getscheduler sched_setscheduler
	sched_getattr sched_setattr sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_rr_get_interval_time64
	getpriority setpriority nice ioprio_get ioprio_set getcpu getrlimit ugetrlimit setrlimit prlimit64 getrusage times

	kill tkill tgkill signal sigaction sigprocmask sigpending sigsuspend sigreturn sigaltstack sgetmask ssetmask pause
	rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend rt_sigreturn rt_sigqueueinfo rt_tgsigqueueinfo
	rt_sigtimedwait rt_sigtimedwait_time64 signalfd signalfd4

	futex futex_time64 futex_wait futex_wake futex_requeue futex_waitv get_robust_list set_robust_list
	pipe pipe2 eventfd eventfd2 select _newselect pselect6 pselect6_time64 poll ppoll ppoll_time64
	epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 epoll_ctl_old epoll_wait_old
	io_setup io_submit io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64

	socketcall socketpair bind listen accept accept4 connect shutdown getsockname getpeername getsockopt setsockopt
	send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64

	ipc shmget shmat shmctl shmdt semget semop semctl semtimedop semtimedop_time64 msgget msgsnd msgrcv msgctl
	mq_open mq_unlink mq_notify mq_getsetattr mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64

	time gettimeofday clock_gettime clock_gettime64 clock_getres clock_getres_time64 adjtimex clock_adjtime clock_adjtime64
	nanosleep clock_nanosleep clock_nanosleep_time64 alarm getitimer setitimer
	timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64
	timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64
	uname olduname oldolduname sysinfo getrandom`

// privileged are calls that a capability opens. Where it is kept they are allowed:
// the kernel checks them, and nothing works without.
var privileged = []struct {
	cap   int
	calls string
}{
	{unix.CAP_SYS_ADMIN, `mount umount umount2 pivot_root mount_setattr move_mount open_tree open_tree_attr fsopen fsconfig fsmount
		fspick unshare setns clone clone3 sethostname setdomainname bpf fanotify_init lookup_dcookie perf_event_open
		quotactl quotactl_fd syslog listns`},
	{unix.CAP_DAC_READ_SEARCH, `open_by_handle_at`},
	{unix.CAP_SYS_BOOT, `reboot`},
	{unix.CAP_SYS_CHROOT, `chroot`},
	{unix.CAP_SYS_MODULE, `init_module finit_module delete_module`},
	{unix.CAP_SYS_PACCT, `acct`},
	{unix.CAP_SYS_PTRACE, `kcmp pidfd_getfd`},
	{unix.CAP_SYS_RAWIO, `iopl ioperm`},
	{unix.CAP_SYS_TIME, `settimeofday stime clock_settime clock_settime64`},
	{unix.CAP_SYS_TTY_CONFIG, `vhangup`},
	{unix.CAP_SYS_NICE, `get_mempolicy set_mempolicy set_mempolicy_home_node mbind move_pages migrate_pages`},
	{unix.CAP_SYSLOG, `syslog`},
	{unix.CAP_BPF, `bpf`},
	{unix.CAP_PERFMON, `perf_event_open`},
}

// newNamespaces are the clone(2) flags that make namespaces.
const newNamespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

// personalities are those of ordinary programs: Linux, with or without the 32-bit
// address limit or uname26, and the query.
var personalities = []uint64{0, 0x8, 0x20000, 0x20008, 0xffffffff}

// DefaultProfile is a profile for containers whose programs keep the given
// capabilities. It allows what programs need and refuses, with EPERM, what
// reaches around namespaces or into rarely used corners of the kernel: kernel
// modules, kexec, keys, io_uring, userfaultfd, swap, vsock, obsolete calls. Without
// sys_admin there are no new namespaces and no mounts; clone3, whose flags a
// filter can't see, then is ENOSYS, so that C libraries fall back to clone.
func DefaultProfile(caps CapSet) *Profile {
	allow := Action{Name: "allow"}
	low32 := uint64(1<<32 - 1)
	p := &Profile{
		Default:       Action{Name: "errno", Errno: unix.EPERM},
		Architectures: MachineArchs(),
		Rules: []Rule{
			{Names: strings.Fields(ordinary), Action: allow},
			{Names: []string{"socket"}, Action: allow, Args: []Arg{{Index: 0, Op: "ne", Value: unix.AF_VSOCK, Mask: low32}}},
		},
	}
	for _, v := range personalities {
		p.Rules = append(p.Rules, Rule{Names: []string{"personality"}, Action: allow, Args: []Arg{{Index: 0, Op: "eq", Value: v, Mask: low32}}})
	}
	for _, s := range privileged {
		if caps&(1<<s.cap) != 0 {
			p.Rules = append(p.Rules, Rule{Names: strings.Fields(s.calls), Action: allow})
		}
	}
	if caps&(1<<unix.CAP_SYS_ADMIN) == 0 {
		p.Rules = append(p.Rules,
			Rule{Names: []string{"clone"}, Action: allow, Args: []Arg{{Index: 0, Op: "eq", Value: 0, Mask: newNamespaces}}},
			Rule{Names: []string{"clone3"}, Action: Action{Name: "errno", Errno: unix.ENOSYS}})
	}
	return p
}
