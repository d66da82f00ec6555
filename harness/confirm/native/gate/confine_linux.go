//go:build amd64 || arm64

package gate

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// confine takes from the process what the worker of the interpreter takes from
// itself, layer by layer; see confine in package worker. The error is that of
// the filter of system calls.
func confine(s *setup) (*sandbox, error) {
	// What is per thread is done to this one, or to all.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	descriptors := closeInherited()
	time.Sleep(time.Nanosecond) // the first timer opens the poller's descriptors
	privileges := allThreads(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0)
	files := restrictFiles()
	limits := errors.Join(setLimits(s), dieOfFullFiles())
	dumpable := allThreads(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 0, 0)
	filter := restrictCalls(s.Compiled.Filter)

	box := &sandbox{Layers: []string{}, Missing: []missing{}}
	for _, l := range []struct {
		name string
		err  error
	}{
		{"landlock", files},
		{"seccomp", filter},
		{"rlimits", limits},
		{"no_new_privs", privileges},
		{"not_dumpable", dumpable},
		{"no_descriptors", descriptors},
	} {
		if l.err != nil {
			box.Missing = append(box.Missing, missing{l.name, l.err.Error()})
		} else {
			box.Layers = append(box.Layers, l.name)
		}
	}
	return box, filter
}

// What package syscall lacks. The numbers of the newer calls are the same on all
// architectures.
const (
	sysLandlockCreateRuleset = 444
	sysLandlockRestrictSelf  = 446

	prSetNoNewPrivs = 38

	rlimitNProc = 6

	seccompSetModeFilter   = 1
	seccompFilterFlagTSync = 1
)

// allThreads makes a system call on every thread of the process.
func allThreads(number, a, b, c uintptr) error {
	if _, _, errno := syscall.AllThreadsSyscall(number, a, b, c); errno != 0 {
		return errno
	}
	return nil
}

// closeInherited closes every descriptor but the standard ones, the protocol's and
// the run-time's poller's, which has opened its own as soon as anything has set a
// timer.
func closeInherited() error {
	const dir = "/proc/self/fd"
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("finding the open descriptors: %w", err)
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil || fd <= fdReplies {
			continue
		}
		what, err := os.Readlink(dir + "/" + e.Name())
		if err != nil || strings.HasPrefix(what, "anon_inode:[event") {
			continue // the folder's own, which is closed by now, or the poller's
		}
		_ = syscall.Close(fd)
	}
	return nil
}

// restrictFiles denies all that Landlock on this kernel can deny, as far as it
// is known here: the file system, TCP, and signals to other processes.
func restrictFiles() error {
	abi, _, errno := syscall.Syscall(sysLandlockCreateRuleset, 0, 0, 1) // 1 asks for the version
	if errno != 0 {
		return errno
	}
	var attr struct{ files, network, scoped uint64 }
	size := unsafe.Sizeof(attr)
	switch {
	case abi < 1:
		return errors.New("the kernel has none")
	case abi == 1:
		attr.files = 1<<13 - 1
	case abi == 2:
		attr.files = 1<<14 - 1
	case abi < 5:
		attr.files = 1<<15 - 1
	default:
		attr.files = 1<<16 - 1
	}
	switch {
	case abi < 4:
		size = unsafe.Sizeof(attr.files)
	case abi < 6:
		attr.network, size = 3, unsafe.Sizeof(attr.files)+unsafe.Sizeof(attr.network)
	default:
		attr.network, attr.scoped = 3, 3
	}
	rules, _, errno := syscall.Syscall(sysLandlockCreateRuleset, uintptr(unsafe.Pointer(&attr)), size, 0)
	if errno != 0 {
		return errno
	}
	defer syscall.Close(int(rules))
	return allThreads(sysLandlockRestrictSelf, rules, 0, 0)
}

// setLimits sets the process's resource limits, soft and hard alike. A file may
// grow as far as the student's output: there are none but the two for that.
func setLimits(s *setup) error {
	var failed []error
	for _, l := range []struct {
		name       string
		resource   int
		soft, hard uint64
	}{
		{"data", syscall.RLIMIT_DATA, uint64(s.Memory), uint64(s.Memory)},
		{"cpu", syscall.RLIMIT_CPU, s.Processor, s.Processor + 5},
		{"fsize", syscall.RLIMIT_FSIZE, s.Flood, s.Flood},
		{"core", syscall.RLIMIT_CORE, 0, 0},
		{"nofile", syscall.RLIMIT_NOFILE, 0, 0},
		{"nproc", rlimitNProc, s.Compiled.Processes, s.Compiled.Processes},
	} {
		if err := lower(l.resource, l.soft, l.hard); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", l.name, err))
		}
	}
	return errors.Join(failed...)
}

// dieOfFullFiles has the kernel end the process when it writes more than it may.
// The run-time would make an error of that, which nobody looks at.
func dieOfFullFiles() error {
	var action struct { // that of the kernel; all zero is the default
		handler, flags, restorer uintptr
		mask                     uint64
	}
	_, _, errno := syscall.Syscall6(syscall.SYS_RT_SIGACTION, uintptr(syscall.SIGXFSZ),
		uintptr(unsafe.Pointer(&action)), 0, unsafe.Sizeof(action.mask), 0, 0)
	if errno != 0 {
		return fmt.Errorf("sigaction: %w", errno)
	}
	return nil
}

// lower sets a limit, or keeps one that is lower already.
func lower(resource int, soft, hard uint64) error {
	var old syscall.Rlimit
	if err := syscall.Getrlimit(resource, &old); err != nil {
		return err
	}
	return syscall.Setrlimit(resource, &syscall.Rlimit{Cur: min(soft, old.Max), Max: min(hard, old.Max)})
}

// restrictCalls puts the filter of system calls that the grader has sent over
// every thread.
func restrictCalls(program []uint64) error {
	if len(program) == 0 {
		return errors.New("no filter of system calls was sent")
	}
	filter := make([]syscall.SockFilter, len(program))
	for i, in := range program {
		filter[i] = syscall.SockFilter{Code: uint16(in >> 48), Jt: uint8(in >> 40), Jf: uint8(in >> 32), K: uint32(in)}
	}
	prog := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	thread, _, errno := syscall.Syscall(sysSeccomp, seccompSetModeFilter, seccompFilterFlagTSync, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(filter)
	if errno != 0 {
		return errno
	}
	if thread != 0 {
		return fmt.Errorf("thread %d cannot be synchronised", thread)
	}
	return nil
}
