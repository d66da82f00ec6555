package worker

import (
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// executable returns the running binary, even if something else has been put
// under its name since it was started.
func executable() (string, error) {
	const self = "/proc/self/exe"
	if _, err := os.Stat(self); err == nil {
		return self, nil
	}
	return os.Executable()
}

// attributes also has the kernel kill the worker when its parent dies, however
// that happens.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// wakeWithin is how much later than it asked for the kernel may wake a thread of a
// worker. The Go run-time's monitor asks for twenty microseconds whenever there is
// work, which costs a worker that lives for so many milliseconds a tenth of its
// processor time; what it is there for can wait this long.
const wakeWithin = 5 * time.Millisecond

// startProcess is [os.StartProcess] with timers that may be late, see wakeWithin:
// a process inherits that of the thread that starts it.
func startProcess(name string, argv []string, attr *os.ProcAttr) (*os.Process, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// Without it a worker works as well. 0 is back to what the thread had.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(wakeWithin), 0, 0, 0)
	defer func() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) }()
	return os.StartProcess(name, argv, attr)
}

// peak is the most memory that the process had resident, in bytes, or 0 if that
// is not known: the kernel counts in what its parent had when it started it.
func peak(s *os.ProcessState) int64 {
	used, ok := s.SysUsage().(*syscall.Rusage)
	var ours syscall.Rusage
	if !ok || syscall.Getrusage(syscall.RUSAGE_SELF, &ours) != nil || used.Maxrss <= ours.Maxrss {
		return 0
	}
	return used.Maxrss << 10
}

// processorTimeOf is the processor time that a child has used, if it is known.
func processorTimeOf(pid int) (time.Duration, bool) {
	// The kernel's number for the clock of a process that is not this one.
	const scheduled = 2
	used := readClock(int32(^pid<<3 | scheduled))
	return used, used > 0
}
