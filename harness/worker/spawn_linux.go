package worker

import (
	"os"
	"syscall"
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
