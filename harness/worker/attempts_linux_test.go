package worker

import (
	"maps"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// attempt is a system call that a worker must not get through. Each is harmless
// where nothing stops it: it fails for its arguments, or changes nothing but the
// process itself.
type attempt struct {
	number uintptr
	args   [6]uintptr
}

const (
	bad     = ^uintptr(0) // a descriptor, a process or a pointer that there is not
	here    = ^uintptr(99)
	ownSelf = uintptr(0)
)

var hostname = append([]byte("/etc/hostname"), 0)

func path() uintptr { return uintptr(unsafe.Pointer(&hostname[0])) }

// forbidden holds the attempts. It is made before the sandbox closes: to ask for
// the parent's number is one of them.
var forbidden = attempts()

// attempts are those of every machine; some architectures add theirs.
func attempts() map[string]attempt {
	call := func(number uintptr, args ...uintptr) attempt {
		a := attempt{number: number}
		copy(a.args[:], args)
		return a
	}
	parent := uintptr(os.Getppid())
	page := uintptr(os.Getpagesize())
	all := map[string]attempt{
		// Files.
		"openat":            call(unix.SYS_OPENAT, here, path(), unix.O_RDONLY),
		"openat to write":   call(unix.SYS_OPENAT, here, path(), unix.O_WRONLY),
		"openat2":           call(unix.SYS_OPENAT2, here, path(), bad, 24),
		"newfstatat":        call(unix.SYS_FSTATFS, 0, bad),
		"statx":             call(unix.SYS_STATX, here, path(), 0, 0, bad),
		"faccessat":         call(unix.SYS_FACCESSAT, here, path(), 0),
		"readlinkat":        call(unix.SYS_READLINKAT, here, path(), bad, 0),
		"mkdirat":           call(unix.SYS_MKDIRAT, here, path(), 0),
		"mknodat":           call(unix.SYS_MKNODAT, here, path(), 0, 0),
		"unlinkat":          call(unix.SYS_UNLINKAT, bad, bad, 0),
		"renameat2":         call(unix.SYS_RENAMEAT2, bad, bad, bad, bad, 0),
		"linkat":            call(unix.SYS_LINKAT, bad, bad, bad, bad, 0),
		"symlinkat":         call(unix.SYS_SYMLINKAT, bad, bad, bad),
		"fchmodat":          call(unix.SYS_FCHMODAT, bad, bad, 0),
		"fchownat":          call(unix.SYS_FCHOWNAT, bad, bad, 0, 0, 0),
		"truncate":          call(unix.SYS_TRUNCATE, bad, 0),
		"ftruncate":         call(unix.SYS_FTRUNCATE, bad, 0),
		"chdir":             call(unix.SYS_CHDIR, bad),
		"fchdir":            call(unix.SYS_FCHDIR, bad),
		"chroot":            call(unix.SYS_CHROOT, bad),
		"getcwd":            call(unix.SYS_GETCWD, bad, 0),
		"getdents64":        call(unix.SYS_GETDENTS64, bad, bad, 0),
		"statfs":            call(unix.SYS_STATFS, path(), bad),
		"mount":             call(unix.SYS_MOUNT, bad, bad, bad, 0, 0),
		"umount2":           call(unix.SYS_UMOUNT2, bad, 0),
		"pivot_root":        call(unix.SYS_PIVOT_ROOT, bad, bad),
		"open_tree":         call(unix.SYS_OPEN_TREE, bad, bad, 0),
		"move_mount":        call(unix.SYS_MOVE_MOUNT, bad, bad, bad, bad, 0),
		"fsopen":            call(unix.SYS_FSOPEN, bad, 0),
		"name_to_handle_at": call(unix.SYS_NAME_TO_HANDLE_AT, bad, bad, bad, bad, 0),
		"open_by_handle_at": call(unix.SYS_OPEN_BY_HANDLE_AT, bad, bad, 0),
		"inotify_init1":     call(unix.SYS_INOTIFY_INIT1, 0),
		"fanotify_init":     call(unix.SYS_FANOTIFY_INIT, 0, 0),
		"memfd_create":      call(unix.SYS_MEMFD_CREATE, path(), 0),
		"memfd_secret":      call(unix.SYS_MEMFD_SECRET, 0),
		"setxattr":          call(unix.SYS_SETXATTR, bad, bad, bad, 0, 0),
		"swapon":            call(unix.SYS_SWAPON, bad, 0),
		"quotactl":          call(unix.SYS_QUOTACTL, bad, bad, 0, bad),
		"acct":              call(unix.SYS_ACCT, bad),
		"sync":              call(unix.SYS_SYNC),
		"umask":             call(unix.SYS_UMASK, 0o22),

		// Descriptors.
		"dup":             call(unix.SYS_DUP, 0),
		"dup3":            call(unix.SYS_DUP3, 0, 100, 0),
		"fcntl":           call(unix.SYS_FCNTL, 0, unix.F_GETFL),
		"ioctl":           call(unix.SYS_IOCTL, 0, unix.TCGETS, bad),
		"pipe2":           call(unix.SYS_PIPE2, bad, 0),
		"sendfile":        call(unix.SYS_SENDFILE, bad, bad, 0, 0),
		"splice":          call(unix.SYS_SPLICE, bad, 0, bad, 0, 0, 0),
		"tee":             call(unix.SYS_TEE, bad, bad, 0, 0),
		"vmsplice":        call(unix.SYS_VMSPLICE, bad, bad, 0, 0),
		"copy_file_range": call(unix.SYS_COPY_FILE_RANGE, bad, 0, bad, 0, 0, 0),
		"pread64":         call(unix.SYS_PREAD64, bad, bad, 0, 0),
		"writev":          call(unix.SYS_WRITEV, bad, bad, 0),
		"lseek":           call(unix.SYS_LSEEK, bad, 0, 0),
		"eventfd2":        call(unix.SYS_EVENTFD2, 0, 0),
		"epoll_create1":   call(unix.SYS_EPOLL_CREATE1, 0),
		"epoll_ctl":       call(unix.SYS_EPOLL_CTL, bad, 0, 0, bad),
		"timerfd_create":  call(unix.SYS_TIMERFD_CREATE, unix.CLOCK_MONOTONIC, 0),
		"signalfd4":       call(unix.SYS_SIGNALFD4, bad, bad, 8, 0),
		"close_range":     call(unix.SYS_CLOSE_RANGE, 1000, 1000, 0),
		"userfaultfd":     call(unix.SYS_USERFAULTFD, unix.O_CLOEXEC|1),
		"io_uring_setup":  call(unix.SYS_IO_URING_SETUP, 1, bad),
		"io_uring_enter":  call(unix.SYS_IO_URING_ENTER, bad, 0, 0, 0, 0, 0),
		"io_setup":        call(unix.SYS_IO_SETUP, 1, bad),
		"perf_event_open": call(unix.SYS_PERF_EVENT_OPEN, bad, ownSelf, bad, bad, 0),
		"bpf":             call(unix.SYS_BPF, 0, bad, 0),

		// The network.
		"socket inet":    call(unix.SYS_SOCKET, unix.AF_INET, unix.SOCK_STREAM, 0),
		"socket unix":    call(unix.SYS_SOCKET, unix.AF_UNIX, unix.SOCK_STREAM, 0),
		"socket netlink": call(unix.SYS_SOCKET, unix.AF_NETLINK, unix.SOCK_RAW, 0),
		"socketpair":     call(unix.SYS_SOCKETPAIR, unix.AF_UNIX, unix.SOCK_STREAM, 0, bad),
		"connect":        call(unix.SYS_CONNECT, bad, bad, 0),
		"bind":           call(unix.SYS_BIND, bad, bad, 0),
		"listen":         call(unix.SYS_LISTEN, bad, 0),
		"accept4":        call(unix.SYS_ACCEPT4, bad, bad, bad, 0),
		"sendto":         call(unix.SYS_SENDTO, bad, bad, 0, 0, bad, 0),
		"sendmsg":        call(unix.SYS_SENDMSG, bad, bad, 0),
		"recvfrom":       call(unix.SYS_RECVFROM, bad, bad, 0, 0, bad, bad),

		// Processes.
		"clone as fork":      call(unix.SYS_CLONE, uintptr(unix.SIGCHLD)),
		"clone as vfork":     call(unix.SYS_CLONE, unix.CLONE_VM|unix.CLONE_VFORK|uintptr(unix.SIGCHLD)),
		"clone namespace":    call(unix.SYS_CLONE, unix.CLONE_NEWUSER|uintptr(unix.SIGCHLD)),
		"clone high flags":   call(unix.SYS_CLONE, threadFlags|1<<32),
		"execve":             call(unix.SYS_EXECVE, bad, bad, bad),
		"execveat":           call(unix.SYS_EXECVEAT, bad, bad, bad, bad, 0),
		"kill parent":        call(unix.SYS_KILL, parent, 0),
		"kill self":          call(unix.SYS_KILL, uintptr(os.Getpid()), 0),
		"kill all":           call(unix.SYS_KILL, bad, 0),
		"tkill":              call(unix.SYS_TKILL, bad, 0),
		"tgkill parent":      call(unix.SYS_TGKILL, parent, parent, 0),
		"rt_sigqueueinfo":    call(unix.SYS_RT_SIGQUEUEINFO, parent, 0, bad),
		"rt_tgsigqueueinfo":  call(unix.SYS_RT_TGSIGQUEUEINFO, parent, parent, 0, bad),
		"pidfd_open":         call(unix.SYS_PIDFD_OPEN, parent, 0),
		"pidfd_getfd":        call(unix.SYS_PIDFD_GETFD, bad, 0, 0),
		"pidfd_send_signal":  call(unix.SYS_PIDFD_SEND_SIGNAL, bad, 0, 0, 0),
		"ptrace parent":      call(unix.SYS_PTRACE, unix.PTRACE_SEIZE, bad, 0, 0),
		"ptrace me":          call(unix.SYS_PTRACE, bad, 0, 0, 0),
		"process_vm_readv":   call(unix.SYS_PROCESS_VM_READV, parent, bad, 0, bad, 0, 0),
		"process_vm_writev":  call(unix.SYS_PROCESS_VM_WRITEV, parent, bad, 0, bad, 0, 0),
		"process_madvise":    call(unix.SYS_PROCESS_MADVISE, bad, bad, 0, 0, 0),
		"kcmp":               call(unix.SYS_KCMP, parent, parent, 0, 0, 0),
		"wait4":              call(unix.SYS_WAIT4, bad, 0, unix.WNOHANG, 0),
		"waitid":             call(unix.SYS_WAITID, 0, 0, bad, unix.WNOHANG|unix.WEXITED, 0),
		"unshare":            call(unix.SYS_UNSHARE, 0),
		"setns":              call(unix.SYS_SETNS, bad, 0),
		"setsid":             call(unix.SYS_SETSID),
		"setpgid":            call(unix.SYS_SETPGID, bad, 0),
		"getppid":            call(unix.SYS_GETPPID),
		"sched_setaffinity":  call(unix.SYS_SCHED_SETAFFINITY, 0, 0, bad),
		"sched_setscheduler": call(unix.SYS_SCHED_SETSCHEDULER, bad, 0, bad),
		"setpriority":        call(unix.SYS_SETPRIORITY, bad, 0, 0),
		"ioprio_set":         call(unix.SYS_IOPRIO_SET, bad, 0, 0),
		"membarrier":         call(unix.SYS_MEMBARRIER, 0, 0),
		"timer_create":       call(unix.SYS_TIMER_CREATE, unix.CLOCK_MONOTONIC, bad, bad),
		"setitimer":          call(unix.SYS_SETITIMER, bad, bad, bad),

		// What it may do and use.
		"setrlimit":            call(unix.SYS_SETRLIMIT, unix.RLIMIT_DATA, bad),
		"prlimit64 self":       call(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NOFILE, bad, 0),
		"prlimit64 parent":     call(unix.SYS_PRLIMIT64, parent, unix.RLIMIT_NOFILE, 0, 0),
		"setuid":               call(unix.SYS_SETUID, uintptr(os.Getuid())),
		"setgid":               call(unix.SYS_SETGID, uintptr(os.Getgid())),
		"setgroups":            call(unix.SYS_SETGROUPS, bad, 0),
		"setresuid":            call(unix.SYS_SETRESUID, bad, bad, bad),
		"capset":               call(unix.SYS_CAPSET, bad, bad),
		"capget":               call(unix.SYS_CAPGET, bad, bad),
		"personality":          call(unix.SYS_PERSONALITY, 0xffffffff),
		"prctl dumpable":       call(unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 1),
		"prctl name":           call(unix.SYS_PRCTL, unix.PR_SET_NAME, bad),
		"prctl parent death":   call(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, 0),
		"prctl seccomp":        call(unix.SYS_PRCTL, unix.PR_SET_SECCOMP, bad, bad),
		"seccomp":              call(unix.SYS_SECCOMP, bad, 0, 0),
		"landlock":             call(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, bad),
		"keyctl":               call(unix.SYS_KEYCTL, bad, 0, 0, 0, 0),
		"add_key":              call(unix.SYS_ADD_KEY, bad, bad, bad, 0, 0),
		"request_key":          call(unix.SYS_REQUEST_KEY, bad, bad, bad, 0),
		"syslog":               call(unix.SYS_SYSLOG, bad, 0, 0),
		"uname":                call(unix.SYS_UNAME, bad),
		"sysinfo":              call(unix.SYS_SYSINFO, bad),
		"getuid":               call(unix.SYS_GETUID),
		"getrusage":            call(unix.SYS_GETRUSAGE, bad, bad),
		"times":                call(unix.SYS_TIMES, bad),
		"sethostname":          call(unix.SYS_SETHOSTNAME, bad, 0),
		"settimeofday":         call(unix.SYS_SETTIMEOFDAY, bad, bad),
		"clock_settime":        call(unix.SYS_CLOCK_SETTIME, bad, bad),
		"adjtimex":             call(unix.SYS_ADJTIMEX, bad),
		"reboot":               call(unix.SYS_REBOOT, 0, 0, 0, 0),
		"init_module":          call(unix.SYS_INIT_MODULE, bad, 0, bad),
		"finit_module":         call(unix.SYS_FINIT_MODULE, bad, bad, 0),
		"delete_module":        call(unix.SYS_DELETE_MODULE, bad, 0),
		"a number of the moon": call(5000),
		"no number":            call(bad),

		// Memory.
		"mmap executable":     call(unix.SYS_MMAP, 0, page, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON, bad, 0),
		"mprotect executable": call(unix.SYS_MPROTECT, 0, 0, unix.PROT_READ|unix.PROT_EXEC),
		"pkey_mprotect":       call(unix.SYS_PKEY_MPROTECT, 0, 0, unix.PROT_READ, bad),
		"mremap":              call(unix.SYS_MREMAP, bad, 0, 0, 0, 0),
		"remap_file_pages":    call(unix.SYS_REMAP_FILE_PAGES, bad, 0, 0, 0, 0),
		"mlockall":            call(unix.SYS_MLOCKALL, 0),
		"shmget":              call(unix.SYS_SHMGET, 0, 0, 0),
		"shmat":               call(unix.SYS_SHMAT, bad, 0, 0),
		"msgget":              call(unix.SYS_MSGGET, 1, 0),
		"semget":              call(unix.SYS_SEMGET, 1, 0, 0),
		"mq_open":             call(unix.SYS_MQ_OPEN, bad, 0, 0, 0),
		"move_pages":          call(unix.SYS_MOVE_PAGES, bad, 0, 0, 0, 0, 0),
		"mbind":               call(unix.SYS_MBIND, 0, 0, bad, 0, 0, 0),
	}
	maps.Copy(all, machineAttempts())
	return all
}

// innocent are calls that the run-time needs, so that the matrix is not one of a
// process that dies of anything.
var innocent = map[string]attempt{
	"getpid":      {number: unix.SYS_GETPID},
	"gettid":      {number: unix.SYS_GETTID},
	"sched_yield": {number: unix.SYS_SCHED_YIELD},
	"read":        {number: unix.SYS_READ, args: [6]uintptr{bad}},
	"close":       {number: unix.SYS_CLOSE, args: [6]uintptr{bad}},
	"tgkill self": {number: unix.SYS_TGKILL, args: [6]uintptr{uintptr(os.Getpid()), uintptr(os.Getpid())}},
	"mmap": {number: unix.SYS_MMAP, args: [6]uintptr{
		0, uintptr(os.Getpagesize()), unix.PROT_READ | unix.PROT_WRITE, unix.MAP_PRIVATE | unix.MAP_ANON, bad,
	}},
}

func init() {
	deeds["call"] = func(st stage) {
		a, ok := forbidden[st.arg]
		if !ok {
			a, ok = innocent[st.arg]
		}
		if !ok {
			panic("no such attempt: " + st.arg)
		}
		_, _, errno := syscall.RawSyscall6(a.number, a.args[0], a.args[1], a.args[2], a.args[3], a.args[4], a.args[5])
		panic(&Panic{Message: "got through: " + strconv.Itoa(int(errno))})
	}
	deeds["callfromthread"] = func(st stage) {
		go func() {
			runtime.LockOSThread()
			deeds["call"](st)
		}()
		for {
			runtime.Gosched()
		}
	}
}
