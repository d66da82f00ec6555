package worker

import (
	"errors"
	"syscall"
	"time"
)

// setLimits has nothing to set: what a process on Windows may use is for its
// parent to limit, and here it is the worker's own watch that does.
func setLimits(*setup) error { return errors.New("there are none on windows") }

// processorTime is what this process has used so far, 0 if unknown.
func processorTime() time.Duration {
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var created, exited, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(self, &created, &exited, &kernel, &user); err != nil {
		return 0
	}
	return fileTime(kernel) + fileTime(user)
}

// fileTime reads a span of time. Filetime's own method takes it for a date.
func fileTime(t syscall.Filetime) time.Duration {
	const unit = 100 * time.Nanosecond
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * unit
}
