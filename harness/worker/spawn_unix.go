//go:build unix

package worker

import (
	"os"
	"syscall"

	"github.com/miniflow/grader/harness/worker/quiet"
)

// The worker's descriptors: nothing on standard input and output, standard error
// for what the run-time has to say when it dies, and the protocol.
const (
	fdRequests = 3
	fdReplies  = 4

	fdTranscript = 5 // on Linux
)

// spawn starts the worker in a session and a process group of its own, with an
// empty environment.
func spawn(null, requests, replies, stderr *os.File, t *transcript) (*os.Process, error) {
	path, err := executable()
	if err != nil {
		return nil, err
	}
	files := []*os.File{null, null, stderr, fdRequests: requests, fdReplies: replies}
	if t != nil {
		files = append(files, t.file)
	}
	return startProcess(path, []string{quiet.WorkerName}, &os.ProcAttr{
		Dir:   "/",
		Env:   []string{},
		Files: files,
		Sys:   attributes(),
	})
}

// killGroup kills p, which has not been waited for, and its group.
func killGroup(p *os.Process) {
	// Both fail for a process that is already dead, and for nothing else.
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	_ = p.Kill()
}

// channels returns the worker's ends of the protocol. They block their thread:
// the run-time does not count a goroutine that waits for its poller as asleep,
// and would never notice a deadlock.
func channels() (in, out *os.File) {
	return os.NewFile(fdRequests, "requests"), os.NewFile(fdReplies, "replies")
}
