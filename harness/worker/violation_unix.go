//go:build unix

package worker

import (
	"os"
	"syscall"
)

// violation says which signal ended the process, if one did, and whether that is
// for us to look into: the sandbox's own signal, and SIGKILL that we have not
// sent, which is what a machine short of memory does.
func violation(s *os.ProcessState) (name string, ours bool) {
	if s == nil {
		return "", false
	}
	status, ok := s.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return "", false
	}
	switch status.Signal() {
	case syscall.SIGSYS:
		return "a forbidden system call", true
	case syscall.SIGKILL:
		return "killed from outside, or by itself", true
	}
	return status.Signal().String(), false
}
