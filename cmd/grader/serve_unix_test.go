//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestServe has one process do it all, and a second one help.
func TestServe(t *testing.T) {
	t.Parallel()
	class, out := mixedClass(t, 40), t.TempDir()
	suite := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(suite, "a.yaml"), []byte("graph: |\n  a = Sigmoid(X)\n  cost = MSE(y, a)\nfeed: {X: [[0.5]], y: [1]}\n"), 0o644))
	more := []string{"--cases", suite, "--random", "2", "--timeout", "5s"}
	want := local(t, class, more...)

	alone := shared(t, class, out, append(more, "--serve", "127.0.0.1:0")...)
	require.Equal(t, 0, alone.wait(), "%s", alone.out)
	require.Equal(t, want, outputFiles(t, out))
	require.NoError(t, os.RemoveAll(out))

	others := shared(t, class, out, append(more, "--serve", "127.0.0.1:0", "--jobs", "0")...)
	others.says("grader worker --queue nats://127.0.0.1:")
	url := regexp.MustCompile(`nats://\S+`).FindString(others.out.String())
	worker := start(t, "grader", "worker", "--queue", url)
	require.Equal(t, 0, others.wait(), "%s", others.out)
	require.Equal(t, want, outputFiles(t, out))
	require.NoError(t, worker.cmd.Process.Signal(syscall.SIGTERM))
	require.Equal(t, 0, worker.wait())
	require.Contains(t, worker.out.String(), "msg=done")

	again := shared(t, class, out, append(more, "--serve", "127.0.0.1:0", "--jobs", "0")...)
	require.Equal(t, 0, again.wait(), "nothing is left to grade: %s", again.out)
	require.Equal(t, want, outputFiles(t, out))
}

// TestOtherBuild has a worker come that is not the batch's grader.
func TestOtherBuild(t *testing.T) {
	t.Parallel()
	class, out := mixedClass(t, 10), t.TempDir()
	want := local(t, class)
	_, url, _ := oneServer(t)
	self, err := os.Executable()
	require.NoError(t, err)
	binary, err := os.ReadFile(self)
	require.NoError(t, err)
	other := filepath.Join(t.TempDir(), "grader")
	// Another build: with another ID or, where there is none, with other contents.
	binary = append(binary, '\n')
	if id := buildID(self); id != "" {
		binary = bytes.ReplaceAll(binary, []byte(id), []byte(strings.Repeat("x", len(id))))
	}
	putProgram(t, other, binary)
	stranger := exec.CommandContext(t.Context(), other, "worker", "--queue", url, "--patience", "2s")
	said := new(lockedBuffer)
	stranger.Stderr = said
	require.NoError(t, stranger.Start())
	t.Cleanup(func() { _ = stranger.Process.Kill(); _ = stranger.Wait() })

	run := shared(t, class, out, "--queue", url, "--patience", "2s")
	run.says("a worker of another grader can't help")
	eventually(t, "a refusal", func() bool { return strings.Contains(said.String(), "a batch is not for this worker") })
	require.Zero(t, graded(out))
	start(t, "grader", "worker", "--queue", url, "--patience", "2s")
	require.Equal(t, 0, run.wait(), "%s", run.out)
	require.Equal(t, want, outputFiles(t, out))
}

// TestWorkerDrains has workers leave in the middle. The queue would wait an hour
// for one that did not say that it goes.
func TestWorkerDrains(t *testing.T) {
	t.Parallel()
	class, out := mixedClass(t, 60), t.TempDir()
	want := local(t, class)
	_, url, _ := oneServer(t)
	run := shared(t, class, out, "--queue", url, "--patience", "1h")
	for i := range 4 {
		host := start(t, "grader", "worker", "--jobs", "2", "--queue", url, "--patience", "1h")
		host.says("msg=ready") // before it listens to signals, one would kill it
		eventually(t, "progress", func() bool { return graded(out) > (i+1)*8 })
		require.NoError(t, host.cmd.Process.Signal(syscall.SIGTERM))
		require.Equal(t, 0, host.wait(), "%s", host.out)
	}
	start(t, "grader", "worker", "--queue", url, "--patience", "1h")
	require.Equal(t, 0, run.wait(), "%s", run.out)
	require.Equal(t, want, outputFiles(t, out))
}

// TestInterruptedSharedBatch interrupts a batch that nobody works for, and one that
// some have worked for.
func TestInterruptedSharedBatch(t *testing.T) {
	t.Parallel()
	class, out := mixedClass(t, 20), t.TempDir()
	want := local(t, class)
	_, url, _ := oneServer(t)
	run := shared(t, class, out, "--queue", url)
	eventually(t, "a batch in the queue", func() bool {
		_, err := os.Stat(filepath.Join(out, queueFolder, "batch"))
		return err == nil
	})
	require.NoError(t, run.cmd.Process.Signal(syscall.SIGINT))
	code := run.wait()
	require.Equal(t, exitInterrupted, code, "%s", run.out)
	start(t, "grader", "worker", "--queue", url)
	run.start()
	require.Equal(t, 0, run.wait(), "%s", run.out)
	require.Equal(t, want, outputFiles(t, out))
}

func TestWorkerMetrics(t *testing.T) {
	t.Parallel()
	class, out := mixedClass(t, 10), t.TempDir()
	_, url, _ := oneServer(t)
	host := start(t, "grader", "worker", "--queue", url, "--metrics", ":0")
	host.says("msg=ready")
	page := regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`).FindString(host.out.String())
	require.NotEmpty(t, page, "%s", host.out)
	run := shared(t, class, out, "--queue", url)
	require.Equal(t, 0, run.wait(), "%s", run.out)
	response, err := http.Get(page)
	require.NoError(t, err)
	defer response.Body.Close()
	got := make(map[string]string)
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), " "); ok && strings.HasPrefix(name, "grader_") {
			got[name] = value
		}
	}
	assert.Equal(t, "4", got[`grader_graded_total{status="failed"}`])
	assert.Equal(t, "2", got[`grader_graded_total{status="compile_error"}`])
	assert.Equal(t, "2", got[`grader_graded_total{status="panic"}`])
	assert.Equal(t, "0", got[`grader_graded_total{status="internal_error"}`])
	assert.Equal(t, "10", got[`grader_grade_seconds_count`])
	for _, name := range []string{"grader_in_hand", "grader_queue_waiting", "grader_queue_outstanding", "grader_redelivered_total"} {
		assert.Equal(t, "0", got[name], name)
	}
	layers := 0
	for name := range got {
		if strings.HasPrefix(name, "grader_sandbox_layer{") {
			layers++
		}
	}
	assert.Positive(t, layers)
}

// BenchmarkServe grades a class of right answers in one process, and the same class
// over a server that is in the process, in turn. ratio is what part of the local
// throughput is left; cpu is processor time of all processes for one submission.
func BenchmarkServe(b *testing.B) {
	const students = 200
	right, err := os.ReadFile("../../submissions/Amara Okafor/sigmoid.go")
	require.NoError(b, err)
	class := b.TempDir()
	for i := range students {
		require.NoError(b, os.WriteFile(filepath.Join(class, fmt.Sprintf("s%03d.go", i)), fmt.Appendf(right, "// %d\n", i), 0o644))
	}
	self, err := os.Executable()
	require.NoError(b, err)
	grade := func(flags ...string) (wall, processor time.Duration) {
		cmd := exec.CommandContext(b.Context(), self, append([]string{"batch", "--confirm", "never", "--out", b.TempDir(), class}, flags...)...)
		cmd.Args[0] = "grader"
		begin := time.Now()
		text, err := cmd.CombinedOutput()
		require.NoError(b, err, "%s", text)
		return time.Since(begin), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	var walls, processors [2]time.Duration
	for b.Loop() {
		for i, flags := range [][]string{nil, {"--serve", "127.0.0.1:0"}} {
			wall, processor := grade(flags...)
			walls[i] += wall
			processors[i] += processor
		}
	}
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(b.N*students) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(each(walls[0]), "ms/local")
	b.ReportMetric(each(walls[1]), "ms/shared")
	b.ReportMetric(each(processors[0]), "cpu-ms/local")
	b.ReportMetric(each(processors[1]), "cpu-ms/shared")
	b.ReportMetric(float64(walls[0])/float64(walls[1]), "ratio")
}
