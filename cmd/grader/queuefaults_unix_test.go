//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// faultyClass is how many submissions TestFaults grades; GRADER_FAULTS=5000 is the
// test at full length.
func faultyClass(t *testing.T) int {
	n := 150
	if text := os.Getenv("GRADER_FAULTS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err, "GRADER_FAULTS")
	}
	return n
}

// TestFaults kills workers, the batch and servers of a cluster of three while a
// class is graded.
func TestFaults(t *testing.T) {
	t.Parallel()
	n := faultyClass(t)
	class, out := mixedClass(t, n), t.TempDir()
	want := local(t, class)
	require.Greater(t, len(want), n)
	servers, urls := cluster(t)
	flags := []string{"--queue", urls, "--patience", "3s"}
	var hosts []*process
	for range 3 {
		hosts = append(hosts, start(t, "grader", append([]string{"worker", "--jobs", "2"}, flags...)...))
	}
	run := shared(t, class, out, append(flags, "--in-flight", "64")...)
	kills := make(map[string]int)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	killed := func(name string, p *process, meanwhile func()) {
		p.kill()
		meanwhile()
		p.start()
		kills[name]++
	}
	// progress waits until some more are graded, or the batch is at its end.
	progress := func(more int) {
		until := graded(out) + more
		eventually(t, "progress", func() bool { return graded(out) >= until || !run.running() })
	}
	for round := 0; ; round++ {
		progress(1 + dice.IntN(max(n/40, 1)))
		if !run.running() {
			break
		}
		// Each kind once in the first three rounds, then as it comes.
		switch kind := dice.IntN(4); {
		case round == 0 || round > 2 && kind < 2:
			killed("worker", hosts[dice.IntN(len(hosts))], func() {})
		case round == 1 || round > 2 && kind == 2:
			killed("batch", run, func() {})
		default:
			killed("server", servers[dice.IntN(len(servers))], func() { progress(1) })
		}
	}
	require.Equal(t, 0, run.wait(), "%s", run.out)
	require.Equal(t, want, outputFiles(t, out), "each once, as in the local run")
	for _, kind := range []string{"worker", "batch", "server"} {
		assert.Positive(t, kills[kind], kind)
	}
	t.Logf("%d submissions, killed %v", n, kills)
}

// TestPoison has a submission bring down the host of its worker again and again.
func TestPoison(t *testing.T) {
	t.Parallel()
	class, out := mixedClass(t, 10), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(class, "villain.go"), []byte("package miniflow\n\n// poison\nfunc (s *Sigmoid) Backward() { s.ZeroGradients() }\n"), 0o644))
	_, url, _ := oneServer(t)
	run := shared(t, class, out, "--queue", url, "--patience", "2s")
	deaths := 0
	host := start(t, "fragile", "-queue", url, "-patience", "2s")
	for run.running() {
		if !host.running() {
			deaths++
			host.start()
		}
		time.Sleep(10 * time.Millisecond)
	}
	require.Equal(t, exitReview, run.wait(), "%s", run.out)
	assert.Equal(t, 3, deaths)
	text, err := os.ReadFile(filepath.Join(out, "results.jsonl"))
	require.NoError(t, err)
	statuses := make(map[string]int)
	for line := range bytes.Lines(text) {
		var r struct {
			Student, Status, Message string
			Score                    *float64
		}
		require.NoError(t, json.Unmarshal(line, &r))
		statuses[r.Status]++
		if r.Student == "villain" {
			assert.Equal(t, "internal_error", r.Status)
			assert.Nil(t, r.Score)
			assert.Contains(t, r.Message, "3 machines or programs that graded this file went down over it")
		}
	}
	assert.Equal(t, map[string]int{"failed": 4, "compile_error": 2, "panic": 2, "missing_backward": 2, "internal_error": 1}, statuses)
}

// TestServerComesBackEmpty takes a server away with all that it had.
func TestServerComesBackEmpty(t *testing.T) {
	t.Parallel()
	const n = 60
	class, out := mixedClass(t, n), t.TempDir()
	suite := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(suite, "a.yaml"), []byte("graph: |\n  a = Sigmoid(X)\n  cost = MSE(y, a)\nfeed: {X: [[0.5]], y: [1]}\n"), 0o644))
	want := local(t, class, "--cases", suite)
	server, url, store := oneServer(t)
	run := shared(t, class, out, "--queue", url, "--patience", "2s", "--cases", suite)
	host := start(t, "grader", "worker", "--jobs", "1", "--queue", url, "--patience", "2s")
	eventually(t, "some results", func() bool { return graded(out) > 5 })
	server.kill()
	host.kill() // its grader, which knows the suite, goes too
	require.NoError(t, os.RemoveAll(store))
	require.True(t, run.running())
	server.start()
	host.start()
	require.Equal(t, 0, run.wait(), "%s", run.out)
	require.Equal(t, want, outputFiles(t, out))
}

// TestFullStore has a server that can't hold what the batch would have it hold.
func TestFullStore(t *testing.T) {
	t.Parallel()
	class, out := mixedClass(t, 60), t.TempDir()
	for i := range 20 { // 2.5 MB, which compression makes no smaller
		padding := make([]byte, 96<<10)
		for j := range padding {
			padding[j] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/"[rand.IntN(64)]
		}
		text := "package miniflow\n\nfunc (s *Sigmoid) Backward() { s.ZeroGradients() }\n//" + string(padding) + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(class, fmt.Sprintf("large%d.go", i)), []byte(text), 0o644))
	}
	want := local(t, class)
	_, url, _ := oneServer(t, "-max-store", strconv.Itoa(600<<10))
	run := shared(t, class, out, "--queue", url, "--patience", "2s")
	run.says("the queue's store is full") // and nobody makes it any emptier
	start(t, "grader", "worker", "--queue", url, "--patience", "2s")
	require.Equal(t, 0, run.wait(), "%s", run.out)
	require.Equal(t, want, outputFiles(t, out))
}

// TestLargeSubmission sends what no message of the server can carry.
func TestLargeSubmission(t *testing.T) {
	t.Parallel()
	class, out := t.TempDir(), t.TempDir()
	head := "package miniflow\n\nfunc (s *Sigmoid) Backward() { s.ZeroGradients() }\n//"
	text := head + strings.Repeat("x", harness.MaxSource-len(head)-1) + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(class, "anna.go"), []byte(text), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(class, "ben.go"), []byte(text+"\n"), 0o644))
	want := local(t, class)
	_, url, _ := oneServer(t)
	run := shared(t, class, out, "--queue", url)
	start(t, "grader", "worker", "--queue", url)
	require.Equal(t, 0, run.wait(), "%s", run.out)
	require.Equal(t, want, outputFiles(t, out))
}
