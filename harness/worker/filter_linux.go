//go:build linux && (amd64 || arm64)

package worker

import (
	"os"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// restrictCalls puts the filter of system calls over every thread. It also sets
// no_new_privs on those that lack it.
func restrictCalls() error {
	if raceDetector {
		return errRaceDetector
	}
	program, err := assemble(allowed(uint32(os.Getpid())))
	if err != nil {
		return err
	}
	return filterCalls(program)
}

// call is a system call that is allowed, if one of its conditions holds or if
// there are none.
type call struct {
	number uintptr
	name   string
	when   []condition
	errno  unix.Errno // not 0: it is not allowed, but fails with this
}

// condition holds if argument number arg, after masking, is value. Only the low
// half of an argument is looked at where mask says so: the kernel drops the rest
// of an int, and a filter that compared it would see what the kernel does not.
type condition struct {
	arg         int
	mask, value uint64
}

const (
	low = uint64(1)<<32 - 1
	all = ^uint64(0)
)

// threadFlags are those with which the Go run-time makes a thread, exactly these
// but for what some machines add: see runtimeFlags.
const threadFlags = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES |
	unix.CLONE_SIGHAND | unix.CLONE_SYSVSEM | unix.CLONE_THREAD

// allowed lists what a Go program at work asks of the kernel after it has
// started, for the process pid. Nothing in it names a file, a socket, another
// process or code.
func allowed(pid uint32) []call {
	notExecutable := []condition{{arg: 2, mask: unix.PROT_EXEC, value: 0}}
	calls := []call{
		{number: unix.SYS_FUTEX, name: "futex"},
		{number: unix.SYS_NANOSLEEP, name: "nanosleep"},
		{number: unix.SYS_EPOLL_PWAIT, name: "epoll_pwait"},
		{number: unix.SYS_WRITE, name: "write"},
		{number: unix.SYS_READ, name: "read"},
		{number: unix.SYS_CLOSE, name: "close"},
		{number: unix.SYS_CLOCK_GETTIME, name: "clock_gettime"},
		{number: unix.SYS_SCHED_YIELD, name: "sched_yield"},
		{number: unix.SYS_MADVISE, name: "madvise"},
		{number: unix.SYS_MUNMAP, name: "munmap"},
		{number: unix.SYS_MMAP, name: "mmap", when: notExecutable},
		{number: unix.SYS_RT_SIGPROCMASK, name: "rt_sigprocmask"},
		{number: unix.SYS_RT_SIGRETURN, name: "rt_sigreturn"},
		{number: unix.SYS_RT_SIGACTION, name: "rt_sigaction"},
		{number: unix.SYS_SIGALTSTACK, name: "sigaltstack"},
		{number: unix.SYS_GETPID, name: "getpid"},
		{number: unix.SYS_GETTID, name: "gettid"},
		{number: unix.SYS_TGKILL, name: "tgkill", when: []condition{{arg: 0, mask: low, value: uint64(pid)}}},
		{number: unix.SYS_CLONE, name: "clone", when: []condition{{arg: 0, mask: all, value: runtimeFlags}}},
		{number: unix.SYS_PRCTL, name: "prctl", when: []condition{{arg: 0, mask: low, value: unix.PR_SET_VMA}}},
		{number: unix.SYS_GETRANDOM, name: "getrandom"},
		{number: unix.SYS_RESTART_SYSCALL, name: "restart_syscall"},
		{number: unix.SYS_EXIT, name: "exit"},
		{number: unix.SYS_EXIT_GROUP, name: "exit_group"},
	}
	if !cLibrary {
		return calls
	}
	// In a binary that is linked with the C library, it makes the threads.
	const pthreadFlags = threadFlags | unix.CLONE_SETTLS | unix.CLONE_PARENT_SETTID | unix.CLONE_CHILD_CLEARTID
	for i, c := range calls {
		if c.name == "clone" {
			calls[i].when = append(c.when, condition{arg: 0, mask: all, value: pthreadFlags})
		}
	}
	return append(calls,
		// Its flags are in memory, where no filter can look. Told that there is
		// no such call, the library falls back to clone.
		call{number: unix.SYS_CLONE3, name: "clone3", errno: unix.ENOSYS},
		call{number: unix.SYS_MPROTECT, name: "mprotect", when: notExecutable},
		call{number: unix.SYS_BRK, name: "brk"},
		call{number: unix.SYS_RSEQ, name: "rseq"},
		call{number: unix.SYS_SET_ROBUST_LIST, name: "set_robust_list"},
	)
}

// The offsets in what the kernel shows to a filter, struct seccomp_data. Its
// arguments are eight bytes each, least significant first on both machines.
const (
	offsetNumber    = 0
	offsetMachine   = 4
	offsetArguments = 16
)

// assemble makes the filter's program: it allows calls, and kills the process
// for every other one, and for one made in another machine's way.
func assemble(calls []call) ([]unix.SockFilter, error) {
	raw, err := bpf.Assemble(filter(calls))
	if err != nil {
		return nil, err
	}
	program := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		program[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	return program, nil
}

func filter(calls []call) []bpf.Instruction {
	kill := bpf.RetConstant{Val: unix.SECCOMP_RET_KILL_PROCESS}
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offsetMachine, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: auditMachine, SkipTrue: 1},
		kill,
		bpf.LoadAbsolute{Off: offsetNumber, Size: 4},
	}
	for _, c := range calls {
		body := verdict(c, kill)
		program = append(program, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(c.number), SkipTrue: uint8(len(body))})
		program = append(program, body...)
	}
	return append(program, kill)
}

// verdict is the part of the filter that decides on a call whose number fits.
func verdict(c call, kill bpf.Instruction) []bpf.Instruction {
	yes := bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}
	switch {
	case c.errno != 0:
		return []bpf.Instruction{bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(c.errno)}}
	case len(c.when) == 0:
		return []bpf.Instruction{yes}
	}
	var body []bpf.Instruction
	for _, w := range c.when {
		body = append(body, check(w, yes)...)
	}
	return append(body, kill)
}

// check returns yes if the condition holds, and else goes on behind itself.
func check(w condition, yes bpf.Instruction) []bpf.Instruction {
	offset := offsetArguments + 8*uint32(w.arg)
	half := func(offset, mask, value uint32, skip uint8) []bpf.Instruction {
		return []bpf.Instruction{
			bpf.LoadAbsolute{Off: offset, Size: 4},
			bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: mask},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: value, SkipTrue: skip},
		}
	}
	// Three instructions each, and the yes.
	return append(append(
		half(offset, uint32(w.mask), uint32(w.value), 4),
		half(offset+4, uint32(w.mask>>32), uint32(w.value>>32), 1)...),
		yes)
}
