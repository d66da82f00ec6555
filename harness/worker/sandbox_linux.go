package worker

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/landlock-lsm/go-landlock/landlock"
	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// confine takes away from the worker all that the machine lets it take away. It
// reports what it could do and, with the reason, what it could not.
func confine(s *setup) Sandbox {
	// What is per thread is done to this one and synchronised to the others.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	// The poller's descriptors are opened by the first timer, and cannot be later.
	time.Sleep(time.Nanosecond)
	descriptors := put(s, layerDescriptors, closeInherited)
	processes, unknown := processLimit() // while there is a file system

	done := map[string]error{layerDescriptors: descriptors}
	for _, l := range []struct {
		layer string
		put   func() error
	}{
		{layerPrivileges, func() error { return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }},
		{layerLandlock, restrictFiles},
		{layerLimits, func() error { return errors.Join(unknown, setLimits(s, processes)) }},
		{layerDumpable, func() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }},
		{layerSeccomp, restrictCalls}, // last: it forbids the others' calls
	} {
		done[l.layer] = put(s, l.layer, l.put)
	}
	var box Sandbox
	for _, layer := range []string{
		layerLandlock, layerSeccomp, layerLimits, layerPrivileges, layerDumpable, layerDescriptors,
	} {
		box.add(layer, done[layer])
	}
	return box
}

// closeInherited closes every descriptor but the standard ones, the protocol's and
// the poller's: whoever started the grader may have left some open for it. Those
// that the run-time has opened to watch its quota of processors go too; it does
// not look any more once GOMAXPROCS has been called. The poller's may be there
// from the start, since the run-time sets timers of its own, and to close them is
// fatal.
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
		_ = unix.Close(fd)
	}
	return nil
}

// restrictFiles denies, on every thread, whatever Landlock on this kernel can
// deny: all of the file system, the network, and signals to other processes.
func restrictFiles() error {
	abi, err := landlocksys.LandlockGetABIVersion()
	if err != nil {
		return err
	}
	if abi < 1 {
		return errors.New("the kernel has none")
	}
	// Kernels before ABI 8 leave it to us to have every thread restrict itself. To wake
	// them all takes long, and the library does it twice: for no_new_privs as well,
	// which the kernel can spread.
	byABI := []landlock.Config{
		1: landlock.V1, landlock.V2, landlock.V3, landlock.V4, landlock.V5, landlock.V6, landlock.V7,
	}
	if abi >= len(byABI) || spreadPrivileges() != nil {
		return landlock.V10.BestEffort().Restrict()
	}
	c := byABI[abi]
	ruleset, err := landlocksys.LandlockCreateRuleset(&landlocksys.RulesetAttr{
		HandledAccessFS:  uint64(c.HandledAccessFS),
		HandledAccessNet: uint64(c.HandledAccessNet),
		Scoped:           uint64(c.Scoped),
	}, 0)
	if err != nil {
		return os.NewSyscallError("landlock_create_ruleset", err)
	}
	defer unix.Close(ruleset)
	return restrictEveryThread(ruleset)
}

// spreadPrivileges sets no_new_privs on every thread. The kernel does so where one
// that has it puts a filter of system calls over all: here one that allows
// everything.
func spreadPrivileges() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	return filterCalls([]unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}})
}

// filterCalls puts a filter of system calls over every thread.
func filterCalls(program []unix.SockFilter) error {
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return errno
	}
	if thread != 0 {
		return fmt.Errorf("thread %d cannot be synchronised", thread)
	}
	return nil
}

// setLimits sets the process's resource limits, soft and hard alike, so that
// they cannot be raised again.
//
// The cap on memory is RLIMIT_DATA. RLIMIT_AS would count the address space
// that Go reserves and never uses, hundreds of megabytes of it; a cgroup takes
// privileges; and looking at the resident size from outside comes too late for a
// program that allocates a gigabyte at once. RLIMIT_DATA counts private writable
// memory: the heap in whole arenas of 64 MiB, and the stacks, which are in it.
//
// It sets all that it can, and reports what it could not.
func setLimits(s *setup, processes uint64) error {
	var failed []error
	for _, l := range []struct {
		name     string
		resource int
		most     uint64
	}{
		{"data", unix.RLIMIT_DATA, dataLimit(s.Memory)},
		{"cpu", unix.RLIMIT_CPU, s.Processor},
		{"fsize", unix.RLIMIT_FSIZE, 0},
		{"core", unix.RLIMIT_CORE, 0},
		{"nofile", unix.RLIMIT_NOFILE, 0},
		{"nproc", unix.RLIMIT_NPROC, processes},
	} {
		if err := lower(l.resource, l.most); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", l.name, err))
		}
	}
	return errors.Join(failed...)
}

// lower sets a limit, or keeps one that is lower already.
func lower(resource int, most uint64) error {
	var old unix.Rlimit
	if err := unix.Getrlimit(resource, &old); err != nil {
		return err
	}
	most = min(most, old.Max)
	return unix.Setrlimit(resource, &unix.Rlimit{Cur: most, Max: most})
}

// processLimit is a bound for RLIMIT_NPROC, which counts the threads of all the
// user's processes: as many as the whole machine has now, and some for what
// starts beside us. A worker whose run-time cannot have a thread dies, and a
// thousand processes more are no fork bomb; the filter of system calls denies
// every one of them anyway.
func processLimit() (uint64, error) {
	const room = 1024
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return unix.RLIM_INFINITY, err
	}
	// "0.20 0.18 0.12 1/80 11206": runnable and existing threads are fourth.
	fields := strings.Fields(string(text))
	if len(fields) < 4 {
		return unix.RLIM_INFINITY, fmt.Errorf("/proc/loadavg reads %q", text)
	}
	_, existing, _ := strings.Cut(fields[3], "/")
	n, err := strconv.ParseUint(existing, 10, 32)
	if err != nil {
		return unix.RLIM_INFINITY, fmt.Errorf("/proc/loadavg: %w", err)
	}
	return n + room, nil
}

// dataLimit is the RLIMIT_DATA for a worker that may have so many bytes.
func dataLimit(memory int64) uint64 {
	const beyond = interpreterShare * 3 / 2 // what the watch calls too much, and some
	switch {
	case raceDetector:
		return unix.RLIM_INFINITY
	case cLibrary:
		// It gives every thread a stack of 8 MiB, of which next to nothing is
		// used. A worker has five or six threads.
		return uint64(memory) + beyond + 48<<20
	}
	return uint64(memory) + beyond
}

// processorTime is what this process has used so far, 0 if unknown.
func processorTime() time.Duration {
	return readClock(unix.CLOCK_PROCESS_CPUTIME_ID)
}

func readClock(id int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(id, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
