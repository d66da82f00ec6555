package worker

import (
	"os"
	"syscall"
	"time"

	"github.com/miniflow/grader/harness/worker/quiet"
)

// spawn starts the worker with an empty environment. Windows hands on only the
// three standard handles, so the protocol takes the first two.
func spawn(_, requests, replies, stderr *os.File, _ *transcript) (*os.Process, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.StartProcess(path, []string{quiet.WorkerName}, &os.ProcAttr{
		Dir:   os.TempDir(),
		Env:   []string{},
		Files: []*os.File{requests, replies, stderr},
		Sys:   &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP, HideWindow: true},
	})
}

func killGroup(p *os.Process) {
	// It fails for a process that is already dead, and for nothing else.
	_ = p.Kill()
}

// channels returns the worker's ends of the protocol, and takes them out of
// reach of everything that uses the standard files.
func channels() (in, out *os.File) {
	in, out = os.Stdin, os.Stdout
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		null = nil // reading and writing it fails, which is as good
	}
	os.Stdin, os.Stdout = null, null
	return in, out
}

// peak is not known here.
func peak(*os.ProcessState) int64 { return 0 }

// processorTimeOf is not known here.
func processorTimeOf(int) (time.Duration, bool) { return 0, false }
