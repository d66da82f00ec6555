package quiet

import (
	"syscall"
	"time"
)

var before syscall.Rlimit

// hush keeps files from being opened until End.
func hush() {
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before) != nil {
		return
	}
	// The poller's descriptors are opened by the first timer, and the run-time may set
	// one at any moment.
	time.Sleep(time.Nanosecond)
	none := syscall.Rlimit{Max: before.Max}
	// Where this fails, what comes of it does so soon and loudly.
	_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none)
}

// End lets a worker open files again.
func End() {
	if before.Cur != 0 {
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before)
	}
}
