//go:build unix && !linux

package worker

import (
	"errors"
	"syscall"
	"time"
)

// setLimits sets those of the process's limits that work alike on all Unix
// systems. The one on memory does not; there the worker's own watch has to do.
func setLimits(s *setup) error {
	var cpu syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_CPU, &cpu)
	lower(&cpu.Cur, s.Processor)
	lower(&cpu.Max, s.Processor)
	return errors.Join(err,
		syscall.Setrlimit(syscall.RLIMIT_CPU, &cpu),
		syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}),
		syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}))
}

// lower makes limit, whose type differs between systems, at most so big.
func lower[T int64 | uint64](limit *T, most uint64) {
	if *limit < 0 || uint64(*limit) > most {
		*limit = T(most)
	}
}

// processorTime is what this process has used so far, 0 if unknown.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
