package worker

import (
	"errors"
	"os"
	"strconv"
	"sync/atomic"
	"time"
	"unsafe"

	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// What the signal handler reads and writes.
var (
	ruleset  int32 // the descriptor
	answered int32 // threads that have been through it
	refused  int32 // the error number that one of them got, or 0
)

//lint:ignore U1000 signalCode returns where it is
func restrictThread()

//lint:ignore U1000 signalCode returns where it is
func restoreThread()

func signalCode() (handler, restorer uintptr)

// restrictEveryThread puts the Landlock ruleset over every thread of the process,
// which the kernel itself can do only since ABI 8: each of them gets a signal, and
// does it in the handler. The calling thread, which must be locked, is the last, so
// that it can still list the others; they are the ones that make new threads.
//
// The library does the same, and asks the kernel in a loop for the list of threads
// until all have answered: a seventh of what a submission costs.
func restrictEveryThread(descriptor int) error {
	const signal = 64 // the last one; what the run-time does with it is put back
	type action struct {
		handler, flags, restorer, mask uintptr
	}
	const (
		saOnStack  = 0x08000000
		saRestart  = 0x10000000
		saRestorer = 0x04000000
	)
	handler, restorer := signalCode()
	ours := action{handler, saOnStack | saRestart | saRestorer, restorer, ^uintptr(0)}
	var before action
	set := func(next, last *action) error {
		_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, signal,
			uintptr(unsafe.Pointer(next)), uintptr(unsafe.Pointer(last)), unsafe.Sizeof(ours.mask), 0, 0)
		if errno != 0 {
			return os.NewSyscallError("rt_sigaction", errno)
		}
		return nil
	}
	atomic.StoreInt32(&ruleset, int32(descriptor))
	if err := set(&ours, &before); err != nil {
		return err
	}
	err := askThreads(signal)
	if err := errors.Join(err, set(&before, nil)); err != nil {
		return err
	}
	return os.NewSyscallError("landlock_restrict_self", landlocksys.LandlockRestrictSelf(descriptor, 0))
}

// askThreads sends every thread but this one a signal and waits for their answers,
// until there are no more that have not been asked.
func askThreads(signal unix.Signal) error {
	asked := map[string]bool{strconv.Itoa(unix.Gettid()): true}
	due := int32(0)
	for deadline := time.Now().Add(5 * time.Second); ; {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		news := false
		for _, thread := range threads {
			if asked[thread.Name()] {
				continue
			}
			news, asked[thread.Name()] = true, true
			id, err := strconv.Atoi(thread.Name())
			if err != nil {
				return err
			}
			switch err := unix.Tgkill(unix.Getpid(), id, signal); err {
			case nil:
				due++
			case unix.ESRCH: // it has ended
			default:
				return os.NewSyscallError("tgkill", err)
			}
		}
		if !news {
			return nil
		}
		for n := atomic.LoadInt32(&answered); n < due; n = atomic.LoadInt32(&answered) {
			if time.Now().After(deadline) {
				return errors.New("a thread does not answer")
			}
			wait(&answered, n, time.Second)
		}
		if errno := atomic.LoadInt32(&refused); errno != 0 {
			return os.NewSyscallError("landlock_restrict_self", unix.Errno(errno))
		}
	}
}

// wait sleeps until *at, which is n, is something else, or for no reason.
func wait(at *int32, n int32, most time.Duration) {
	const futexWait = 0
	timeout := unix.NsecToTimespec(int64(most))
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(at)), futexWait, uintptr(n),
		uintptr(unsafe.Pointer(&timeout)), 0, 0)
}
