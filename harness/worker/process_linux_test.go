package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miniflow/grader/harness/worker/quiet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestProcessAttributes(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "1 <nil>", says(t, fmt.Sprint("prctl ", unix.PR_GET_NO_NEW_PRIVS), layerPrivileges))
	assert.Equal(t, "0 <nil>", says(t, fmt.Sprint("prctl ", unix.PR_GET_DUMPABLE), layerDumpable))
	assert.Equal(t, "1 <nil>", says(t, fmt.Sprint("prctl ", unix.PR_GET_DUMPABLE)), "else it would be")
	assert.Empty(t, says(t, "environment"))
	var name, dir, failed string
	var pid, group int
	text := strings.Replace(says(t, "self"), "["+quiet.WorkerName+"]", "name", 1)
	_, err := fmt.Sscan(text, &name, &dir, &failed, &pid, &group)
	require.NoError(t, err, text)
	assert.Equal(t, "name", name)
	assert.Equal(t, "/", dir)
	assert.Equal(t, pid, group)
	assert.NotEqual(t, group, getpgid(), "a group of its own")
}

// TestStarvedWorker: one that does not get the processor is no time-out of the
// student's.
func TestStarvedWorker(t *testing.T) {
	t.Parallel()
	limits := only(layerLimits)
	limits.Timeout = 50 * time.Millisecond
	begin := time.Now()
	_, err := Run(t.Context(), Job{Source: []byte("backward: freeze"), Problems: quizzes(1)}, limits)
	var fault *Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, "killed", fault.Op)
	assert.Contains(t, err.Error(), "too busy")
	assert.GreaterOrEqual(t, time.Since(begin), patience*limits.Timeout)
}

// TestEveryThread looks from outside at a worker at work.
func TestEveryThread(t *testing.T) {
	t.Parallel()
	filters := []string{"2"}
	if !offered(t, layerSeccomp) {
		// One that allows everything may be there all the same: it spreads
		// no_new_privs.
		filters = append(filters, "0")
	}
	p := loopingWorker(t)
	defer p.close()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.os.Pid))
	require.NoError(t, err)
	require.Greater(t, len(tasks), 2)
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		require.NoError(t, err)
		status := make(map[string]string)
		for line := range strings.Lines(string(text)) {
			key, value, _ := strings.Cut(line, ":")
			status[key] = strings.TrimSpace(value)
		}
		assert.Equal(t, "1", status["NoNewPrivs"])
		assert.Contains(t, filters, status["Seccomp"])
	}
}

// loopingWorker returns a worker that has begun its first case, which is endless.
func loopingWorker(t *testing.T) *process {
	t.Helper()
	p, err := start(t.Context())
	require.NoError(t, err)
	require.NoError(t, begin(p, "backward: print x\nbackward: loop"))
	require.Eventually(t, func() bool { return p.transcript.last().Bytes > 0 }, time.Minute, time.Millisecond)
	p.clock.start(time.Minute)
	return p
}

// begin takes a worker as far as its first case.
func begin(p *process, source string) error {
	j := newRun(Job{Source: []byte(source), Problems: quizzes(1)}, Limits{Timeout: time.Hour})
	c := &conversation{run: j, process: p, in: p.replies}
	if err := errors.Join(c.ask(), c.tell(&problems{j.job.Problems})); err != nil {
		return err
	}
	for _, want := range []string{"ready", "compiled", "loaded"} {
		p.clock.start(time.Minute)
		if _, err := c.reply(want); err != nil {
			return err
		}
	}
	return nil
}

// TestInheritedDescriptors: one that was left open for the grader is not there
// in the worker.
func TestInheritedDescriptors(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "left-open")
	require.NoError(t, err)
	defer file.Close()
	// A duplicate has no close-on-exec, as one of a shell's has none.
	fd, err := syscall.Dup(int(file.Fd()))
	require.NoError(t, err)
	defer syscall.Close(fd)

	assert.Contains(t, says(t, "descriptors"), "left-open", "else it would be")
	open := says(t, "descriptors", layerDescriptors)
	assert.NotContains(t, open, "left-open")
	for line := range strings.Lines(open) {
		number, to, _ := strings.Cut(strings.TrimSpace(line), " ")
		fd, err := strconv.Atoi(number)
		require.NoError(t, err)
		switch {
		case fd < 2:
			assert.Equal(t, os.DevNull, to)
		case fd == 2 || fd == fdReplies:
			assert.Contains(t, to, "pipe:")
		default:
			// The poller's, and the directory that is being read.
			assert.Regexp(t, `^(anon_inode:|/proc/)`, to, "descriptor %d", fd)
		}
	}
}

func TestParentDeath(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	require.NoError(t, err)
	parent := exec.Command(exe)
	parent.Args[0] = abandoningParent
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	var pid int
	_, err = fmt.Fscanln(out, &pid)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, 0))
	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return gone(pid) }, 5*time.Second, time.Millisecond)
}

// gone says whether a process of somebody else's is dead. It may take whoever
// inherits it a while to reap it.
func gone(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(text), ") Z ") || strings.Contains(string(text), ") X ")
}

// abandoningParent is the name of a process of the tests that starts a worker,
// tells its number and waits to be killed.
const abandoningParent = "(abandoning parent)"

func abandon() {
	p, err := start(context.Background())
	if err != nil {
		panic(err)
	}
	if err := begin(p, "backward: loop"); err != nil {
		panic(err)
	}
	fmt.Println(p.os.Pid)
	select {}
}
