//go:build unix && !linux

package worker

import (
	"os"
	"syscall"
	"time"
)

func executable() (string, error) { return os.Executable() }

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func startProcess(name string, argv []string, attr *os.ProcAttr) (*os.Process, error) {
	return os.StartProcess(name, argv, attr)
}

// peak is not known here.
func peak(*os.ProcessState) int64 { return 0 }

// processorTimeOf is not known here.
func processorTimeOf(int) (time.Duration, bool) { return 0, false }
