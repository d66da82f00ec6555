package oracle

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	timedOut     = "timed out"
	childTimeout = 30 * time.Second
	maxOutput    = 1 << 20 // bytes kept of each stream
	maxResident  = 1 << 30 // bytes of memory
)

// runChild runs a child process on its input. decode reads the report, if it
// got to write one, into the outcome.
func runChild(ctx context.Context, cmd *exec.Cmd, input []byte, decode func(report []byte, o *Outcome) error) (Outcome, error) {
	reportIn, reportOut, err := os.Pipe()
	if err != nil {
		return Outcome{}, err
	}
	defer reportIn.Close()
	stdout, stderr := &capped{max: maxOutput}, &capped{max: maxOutput}
	cmd.Stdin = bytes.NewReader(input)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.ExtraFiles = []*os.File{reportOut}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		reportOut.Close()
		return Outcome{}, err
	}
	reportOut.Close()
	ctx, cancel := context.WithTimeout(ctx, childTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { cmd.Process.Kill() })
	overgrown := watchMemory(ctx, cmd.Process)
	report, readErr := io.ReadAll(reportIn)
	waitErr := cmd.Wait()
	expired := !stop()
	cancel()

	o := Outcome{Stdout: stdout.String(), Stderr: stderr.String(), Took: time.Since(start)}
	switch {
	case expired:
		o.Death = timedOut
	case <-overgrown:
		o.Death = "out of memory"
	case waitErr != nil:
		o.Death = death(waitErr, stderr.String())
	case readErr != nil:
		return o, readErr
	case len(report) > 0:
		err = decode(report, &o)
	}
	return o, err
}

// watchMemory kills a process that takes more than maxResident, until ctx is
// done; it then says whether it did. The watch is kept from outside: a
// goroutine that sleeps in the child would keep the run time from noticing a
// deadlock there. Where there is no /proc, nothing is watched.
func watchMemory(ctx context.Context, process *os.Process) <-chan bool {
	killed := make(chan bool, 1)
	go func() {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				killed <- false
				return
			case <-ticker.C:
			}
			var size, resident int
			statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", process.Pid))
			if err != nil {
				continue
			}
			if _, err := fmt.Sscan(string(statm), &size, &resident); err == nil && resident*os.Getpagesize() > maxResident {
				process.Kill()
				killed <- true
				return
			}
		}
	}()
	return killed
}

// death says why a process ended, in the run time's own words if it said any.
func death(err error, stderr string) string {
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		for _, prefix := range []string{"fatal error: ", "panic: "} {
			if strings.HasPrefix(line, prefix) {
				return line
			}
		}
	}
	return fmt.Sprintf("%v: %.200s", err, stderr)
}

// capped keeps the first max bytes written to it. The buffer is no embedded
// field: its ReadFrom would go past Write.
type capped struct {
	kept bytes.Buffer
	max  int
}

func (c *capped) Write(p []byte) (int, error) {
	c.kept.Write(p[:min(len(p), c.max-c.kept.Len())])
	return len(p), nil
}

func (c *capped) String() string { return c.kept.String() }
