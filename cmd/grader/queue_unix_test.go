//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/queue"
	"github.com/miniflow/grader/harness/worker"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// queueServer is a command of this test binary: a server of NATS as a process, so
// that it can be killed.
func queueServer() {
	var o server.Options
	flag.StringVar(&o.ServerName, "name", "single", "")
	flag.IntVar(&o.Port, "port", 0, "")
	flag.StringVar(&o.StoreDir, "store", "", "")
	flag.Int64Var(&o.JetStreamMaxStore, "max-store", 0, "")
	flag.StringVar(&o.Cluster.Name, "cluster", "", "")
	flag.IntVar(&o.Cluster.Port, "cluster-port", 0, "")
	flag.StringVar(&o.RoutesStr, "routes", "", "")
	flag.Parse()
	o.Host, o.JetStream, o.NoLog = "127.0.0.1", true, true
	if o.Cluster.Name != "" {
		o.Cluster.Host = o.Host
		o.Routes = server.RoutesFromStr(o.RoutesStr)
	}
	s, err := server.NewServer(&o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s.Start()
	s.WaitForShutdown()
}

// fragile is a command of this test binary: grader worker, but that a submission
// with the word poison in it brings down the whole process.
func fragile() {
	url := flag.String("queue", "", "")
	patience := flag.Duration("patience", 0, "")
	flag.Parse()
	a := &app{errOut: os.Stderr}
	opinions := a.opinions()
	q := queueFlags{url: *url, patience: *patience}
	options, err := q.options(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err == nil {
		var host *queue.Host
		host, err = queue.NewHost(context.Background(), options, queue.HostOptions{
			Jobs: 1,
			Grader: func(suite *cases.Suite, s queue.Setup, run harness.Run) *harness.Grader {
				if run == nil {
					run = func(ctx context.Context, job worker.Job, limits worker.Limits) (*worker.Report, error) {
						if bytes.Contains(job.Source, []byte("poison")) {
							_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
							select {}
						}
						return worker.Run(ctx, job, limits)
					}
				}
				return opinions.graderFor(suite, s, run)
			},
		})
		if err == nil {
			err = host.Run(context.Background())
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// process is a command that a test starts, kills and starts again.
type process struct {
	t     *testing.T
	name  string
	args  []string
	cmd   *exec.Cmd
	out   *lockedBuffer
	ended chan struct{}
	err   error
}

type lockedBuffer struct {
	mutex sync.Mutex
	buf   bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buf.String()
}

// start starts this binary as the command name.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, name: name, args: args, out: new(lockedBuffer)}
	p.start()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s %q:\n%s", name, args, p.out)
		}
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	p.cmd = command(p.t, p.args...)
	p.cmd.Args[0] = p.name
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	require.NoError(p.t, p.cmd.Start())
	p.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) {
		p.err = cmd.Wait()
		close(ended)
	}(p.cmd, p.ended)
}

// kill kills the process, as a machine does that goes down, and waits for its end.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// wait waits for the process to end by itself, and returns its exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(5 * time.Minute):
		require.FailNow(p.t, "it doesn't end", "%s %q", p.name, p.args)
	}
	return p.cmd.ProcessState.ExitCode()
}

// eventually waits for what has to come sooner or later, on whatever machine.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for begin := time.Now(); !f(); time.Sleep(5 * time.Millisecond) {
		require.Less(t, time.Since(begin), 5*time.Minute, "still not: %s", what)
	}
}

func (p *process) says(text string) {
	p.t.Helper()
	eventually(p.t, text, func() bool { return strings.Contains(p.out.String(), text) })
}

// ports are free ones.
func ports(t *testing.T, n int) []int {
	t.Helper()
	var all []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		all = append(all, l.Addr().(*net.TCPAddr).Port)
	}
	return all
}

// oneServer starts a server and returns it with its URL.
func oneServer(t *testing.T, args ...string) (*process, string, string) {
	t.Helper()
	port, store := strconv.Itoa(ports(t, 1)[0]), t.TempDir()
	p := start(t, "queue-server", append([]string{"-port", port, "-store", store}, args...)...)
	listens(t, "127.0.0.1:"+port)
	return p, "nats://127.0.0.1:" + port, store
}

func listens(t *testing.T, address string) {
	t.Helper()
	eventually(t, "a server at "+address, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// cluster starts three servers and returns them with their URLs.
func cluster(t *testing.T) ([]*process, string) {
	t.Helper()
	p := ports(t, 6)
	var routes, urls []string
	for i := range 3 {
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", p[3+i]))
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", p[i]))
	}
	var all []*process
	for i := range 3 {
		all = append(all, start(t, "queue-server", "-name", fmt.Sprintf("n%d", i), "-port", strconv.Itoa(p[i]), "-store", t.TempDir(),
			"-cluster", "c", "-cluster-port", strconv.Itoa(p[3+i]), "-routes", strings.Join(routes, ",")))
	}
	for i := range 3 {
		listens(t, fmt.Sprintf("127.0.0.1:%d", p[i]))
	}
	return all, strings.Join(urls, ",")
}

// local grades a class in one process and returns the files that come of it.
func local(t *testing.T, class string, flags ...string) map[string]string {
	t.Helper()
	out := t.TempDir()
	cmd := command(t, append([]string{"batch", "--confirm", "never", "--out", out, class}, flags...)...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == exitReview {
		err = nil
	}
	require.NoError(t, err, "%s", text)
	return outputFiles(t, out)
}

func shared(t *testing.T, class, out string, flags ...string) *process {
	t.Helper()
	return start(t, "grader", append([]string{"batch", "--confirm", "never", "--out", out, class}, flags...)...)
}

// graded is how many submissions a batch has noted down.
func graded(out string) int {
	text, err := os.ReadFile(filepath.Join(out, journalName))
	if err != nil {
		return 0
	}
	return bytes.Count(text, []byte("\n"))
}

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

// proxy passes on what comes to its address until it is told to drop it: then the
// connections that there are stay open, and nothing comes through any more.
type proxy struct {
	address string
	mutex   sync.Mutex
	stalled chan struct{} // closed for the connections that are to stall
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	p := &proxy{address: l.Addr().String(), stalled: make(chan struct{})}
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", to)
			if err != nil {
				a.Close()
				continue
			}
			t.Cleanup(func() { a.Close(); b.Close() })
			p.mutex.Lock()
			stalled := p.stalled
			p.mutex.Unlock()
			go pass(a, b, stalled)
			go pass(b, a, stalled)
		}
	}()
	return p
}

func pass(from, to net.Conn, stalled chan struct{}) {
	buf := make([]byte, 1<<14)
	for {
		n, err := from.Read(buf)
		select {
		case <-stalled:
			_, _ = io.Copy(io.Discard, from)
			return
		default:
		}
		if n > 0 {
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			from.Close()
			to.Close()
			return
		}
	}
}

// stall drops, from now on, whatever comes over the connections that there are.
func (p *proxy) stall() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	close(p.stalled)
	p.stalled = make(chan struct{})
}

// TestStalledNetwork drops what goes over the network without a word, for the
// worker and for the batch.
func TestStalledNetwork(t *testing.T) {
	t.Parallel()
	const n = 90
	class, out := mixedClass(t, n), t.TempDir()
	want := local(t, class)
	_, url, _ := oneServer(t)
	address := strings.TrimPrefix(url, "nats://")
	near, far := newProxy(t, address), newProxy(t, address)
	run := shared(t, class, out, "--queue", "nats://"+near.address, "--patience", "2s", "--in-flight", "16")
	start(t, "grader", "worker", "--jobs", "1", "--queue", "nats://"+far.address, "--patience", "2s")
	for i := range 4 {
		eventually(t, "progress", func() bool { return graded(out) > (i+1)*n/8 || !run.running() })
		[]*proxy{near, far}[i%2].stall()
	}
	require.Equal(t, 0, run.wait(), "%s", run.out)
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
	require.NoError(t, os.WriteFile(other, binary, 0o755))
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
