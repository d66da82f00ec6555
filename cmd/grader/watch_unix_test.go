//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	zeros = "package miniflow\n\nfunc (s *Sigmoid) Backward() { s.ZeroGradients() }\n"

	solved = `package miniflow

import "gonum.org/v1/gonum/mat"

func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	for _, n := range s.Outbound() {
		var d mat.Dense
		d.Apply(func(i, j int, v float64) float64 { return v * (1 - v) * n.Gradient(s).At(i, j) }, s.Value())
		g.Add(g, &d)
	}
}
`
	negative = `package miniflow

import "gonum.org/v1/gonum/mat"

func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	for _, n := range s.Outbound() {
		var d mat.Dense
		d.Apply(func(i, j int, v float64) float64 { return -v * (1 - v) * n.Gradient(s).At(i, j) }, s.Value())
		g.Add(g, &d)
	}
}
`
)

// watcher is a grader that watches a file.
type watcher struct {
	t      *testing.T
	path   string
	cmd    *exec.Cmd
	out    *bufio.Reader
	errOut bytes.Buffer // to be read after the end
}

func startWatching(t *testing.T, source string, args ...string) *watcher {
	t.Helper()
	w := &watcher{t: t, path: filepath.Join(t.TempDir(), "sigmoid.go")}
	w.save(source)
	w.cmd = command(t, append(append([]string{"watch"}, args...), w.path)...)
	w.cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	w.cmd.Stderr = &w.errOut
	stdout, err := w.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, w.cmd.Start())
	w.out = bufio.NewReader(stdout)
	return w
}

func (w *watcher) save(source string) {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(w.path, []byte(source), 0o644))
}

// replace saves by putting another file in the place of the one that is there.
func (w *watcher) replace(source string) {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(w.path+"~", []byte(source), 0o644))
	require.NoError(w.t, os.Rename(w.path+"~", w.path))
}

// result is the next result, which has to be on a line of its own.
func (w *watcher) result() *harness.Result {
	w.t.Helper()
	line, err := w.out.ReadString('\n')
	require.NoError(w.t, err, line)
	r := new(harness.Result)
	require.NoError(w.t, json.Unmarshal([]byte(line), r))
	return r
}

// report is the next report in words, with the line that ends it.
func (w *watcher) report() string {
	w.t.Helper()
	var all strings.Builder
	for !strings.HasSuffix(all.String(), "Ctrl-C ends this.\n") {
		line, err := w.out.ReadString('\n')
		require.NoError(w.t, err, all.String())
		all.WriteString(line)
	}
	return all.String()
}

// interrupt ends the watch as Ctrl-C does: cleanly, with nothing more to say.
func (w *watcher) interrupt() {
	w.t.Helper()
	require.NoError(w.t, w.cmd.Process.Signal(os.Interrupt))
	rest, err := io.ReadAll(w.out)
	require.NoError(w.t, err)
	assert.Empty(w.t, string(rest))
	require.NoError(w.t, w.cmd.Wait())
	assert.Empty(w.t, w.errOut.String())
}

func TestWatchGradesEverySave(t *testing.T) {
	t.Parallel()
	w := startWatching(t, zeros, "--confirm", "never", "--format", "json")
	assert.Equal(t, harness.Failed, w.result().Status)
	w.replace(solved)
	assert.Equal(t, harness.Passed, w.result().Status)
	w.save("package miniflow\n\nfunc (s *Sigmoid) Backward() { oops }\n")
	assert.Equal(t, harness.CompileError, w.result().Status)
	w.replace(solved)
	assert.Equal(t, harness.Passed, w.result().Status)

	// Gone for a moment, as with editors that keep the old file as a backup.
	require.NoError(t, os.Rename(w.path, w.path+".bak"))
	w.save(negative)
	r := w.result()
	assert.Equal(t, harness.Failed, r.Status)
	require.NotEmpty(t, r.Diagnosis, "%+v", r)
	assert.Equal(t, "wrong-sign", r.Diagnosis[0].ID)

	// What is saved as it was is not graded again.
	w.replace(negative)
	w.save(zeros)
	assert.Equal(t, "left-at-zero", w.result().Diagnosis[0].ID)
	w.interrupt()
}

// A grading that a newer save has overtaken is abandoned, however long it would
// have taken.
func TestWatchAbandonsWhatIsOld(t *testing.T) {
	t.Parallel()
	w := startWatching(t, loops, "--confirm", "never", "--format", "json", "--timeout", "10m")
	// The loop may or may not have begun; either way nothing is said of it.
	w.replace(solved)
	assert.Equal(t, harness.Passed, w.result().Status)
	w.replace(loops)
	w.replace(zeros)
	assert.Equal(t, "left-at-zero", w.result().Diagnosis[0].ID)
	w.replace(loops)
	w.interrupt()
}

// Many saves at once come to few gradings, the last of them of the last save.
func TestWatchOfManySaves(t *testing.T) {
	t.Parallel()
	w := startWatching(t, zeros, "--confirm", "never", "--format", "json")
	assert.Equal(t, harness.Failed, w.result().Status)
	const saves = 100
	for i := range saves {
		w.replace(zeros + strings.Repeat("// again\n", i))
	}
	w.replace(solved)
	graded := 1
	for w.result().Status != harness.Passed {
		graded++
	}
	assert.LessOrEqual(t, graded, saves+1)
	w.interrupt()
}

func TestWatchSaysWhatHasChanged(t *testing.T) {
	t.Parallel()
	w := startWatching(t, zeros, "--confirm", "never")
	first := w.report()
	assert.Contains(t, first, "Try 1, at ")
	assert.Contains(t, first, "Gradient left at zero")
	assert.NotContains(t, first, "Since the last try")
	assert.NotContains(t, first, "\x1b")

	w.replace(negative)
	second := w.report()
	assert.Regexp(t, `(?m)^  solved +Gradient left at zero$`, second)
	assert.Regexp(t, `(?m)^  new +Wrong sign$`, second)
	assert.NotContains(t, second, "now right")

	// What doesn't compile is compared with nothing, and forgotten.
	w.replace("package miniflow\n")
	assert.NotContains(t, w.report(), "Since the last try")
	w.replace(solved)
	third := w.report()
	assert.Regexp(t, `(?m)^  now right +quiz, `, third)
	assert.Regexp(t, `(?m)^  solved +Wrong sign$`, third)
	w.replace(solved + "// done\n")
	assert.Regexp(t, `(?m)^  no change +the same cases are right$`, w.report())
	w.interrupt()
}

// A file that stays away is waited for, and graded even if it comes back as it
// was.
func TestWatchWaitsForAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sigmoid.go")
	require.NoError(t, os.WriteFile(path, []byte(solved), 0o644))
	cmd := command(t, "watch", "--confirm", "never", "--format", "json", path)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	out, errOut := bufio.NewReader(stdout), bufio.NewReader(stderr)

	first, err := out.ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, first, `"status":"passed"`)
	require.NoError(t, os.Remove(path))
	line, err := errOut.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "grader: "+path+" is not there: waiting for it\n", line)
	require.NoError(t, os.WriteFile(path, []byte(solved), 0o644))
	again, err := out.ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, again, `"status":"passed"`)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait())
}
