package confirm

import (
	"errors"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// confinable says whether there is a sandbox for compiled code; see
// worker.RunCompiled.
const confinable = runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64"

// attributes put a tool into a process group of its own, and have the kernel
// kill it when its parent dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killGroup(p *os.Process) error {
	err := syscall.Kill(-p.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// apply limits a process that has just been started, before it can have read
// much of what it works on.
func (b *bounds) apply(p *os.Process) error {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_DATA:  b.memory,
		unix.RLIMIT_FSIZE: b.file,
		unix.RLIMIT_CPU:   uint64(b.processor / time.Second),
		unix.RLIMIT_CORE:  0,
	} {
		err := unix.Prlimit(p.Pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil)
		if err != nil && !errors.Is(err, unix.ESRCH) { // it has ended already
			return err
		}
	}
	return nil
}
