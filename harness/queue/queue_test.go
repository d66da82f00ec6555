package queue_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/queue"
	"github.com/miniflow/grader/harness/worker"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusing takes the place of a worker process: it refuses each submission in words
// of its own.
func refusing(_ context.Context, job worker.Job, _ worker.Limits) (*worker.Report, error) {
	return &worker.Report{Rejection: &worker.Rejection{Status: "compile_error", Message: "refused: " + string(job.Source)}}, nil
}

// graders makes graders that evaluate with run.
func graders(run harness.Run) func(*cases.Suite, queue.Setup, harness.Options) *harness.Grader {
	return func(suite *cases.Suite, _ queue.Setup, o harness.Options) *harness.Grader {
		if o.Run == nil {
			o.Run = run
		}
		return harness.New(suite, o)
	}
}

func serve(t testing.TB, o queue.ServeOptions) *queue.Server {
	t.Helper()
	o.Folder, o.Log = t.TempDir(), quiet
	if o.Address == "" {
		o.Address = ":0"
	}
	s, err := queue.Serve(o)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

var quiet = slog.New(slog.DiscardHandler)

func options(s *queue.Server) queue.Options {
	o := s.Options()
	o.Build, o.Version, o.Log = "b", "v1", quiet
	return o
}

func newClient(t testing.TB, o queue.Options, c queue.ClientOptions) *queue.Client {
	t.Helper()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	c.Setup, _, err = queue.NewSetup(suite, nil, 0, 0, worker.Limits{}, harness.ConfirmNever)
	require.NoError(t, err)
	c.Grader = harness.New(suite, harness.Options{Run: refusing})
	if c.Batch == "" {
		c.Batch = "batch"
	}
	client, err := queue.NewClient(t.Context(), o, c)
	require.NoError(t, err)
	t.Cleanup(func() { client.Close(false) })
	return client
}

// runHost has a host grade until the returned function is called.
func runHost(t testing.TB, o queue.Options, h queue.HostOptions) (stop func()) {
	t.Helper()
	host, err := queue.NewHost(t.Context(), o, h)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- host.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); assert.NoError(t, <-ended) })
	t.Cleanup(stop)
	return stop
}

func submission(i int) harness.Submission {
	return harness.NewSubmission(fmt.Sprintf("s%d.go", i), fmt.Appendf(nil, "package miniflow // %d", i))
}

// gradeAll grades n submissions, some at a time, and checks each result.
func gradeAll(t testing.TB, g *queue.Client, n int) {
	t.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				sub := submission(i)
				r, err := g.Grade(t.Context(), sub)
				if assert.NoError(t, err) {
					assert.Equal(t, sub.Name, r.File)
					assert.Equal(t, "refused: "+string(sub.Source), r.Message)
					g.Done(sub)
				}
			}
		})
	}
	all.Wait()
}

func TestClientAndHosts(t *testing.T) {
	t.Parallel()
	s := serve(t, queue.ServeOptions{})
	o := options(s)
	var ran atomic.Int32
	counting := func(ctx context.Context, job worker.Job, limits worker.Limits) (*worker.Report, error) {
		ran.Add(1)
		return refusing(ctx, job, limits)
	}
	metrics := queue.NewMetrics("v1")
	runHost(t, o, queue.HostOptions{Jobs: 2, Grader: graders(counting), Metrics: metrics})
	stop := runHost(t, o, queue.HostOptions{Jobs: 3, Grader: graders(counting)})
	client := newClient(t, o, queue.ClientOptions{})
	require.Eventually(t, func() bool { n, jobs := client.Workers(); return n == 2 && jobs == 5 }, time.Minute, 5*time.Millisecond)
	const n = 1000
	gradeAll(t, client, n)
	assert.EqualValues(t, n, ran.Load(), "each once")
	r, err := client.Grade(t.Context(), harness.Invalid("x.go", assert.AnError))
	require.NoError(t, err)
	assert.Equal(t, harness.InvalidFile, r.Status, "without a worker")

	// What the batch keeps the queue need not.
	info, err := stream(t, s, "GRADER_RESULTS").Info(t.Context())
	require.NoError(t, err)
	assert.Less(t, info.State.Msgs, uint64(n/2+32))
	jobs, err := stream(t, s, "GRADER_JOBS").Info(t.Context())
	require.NoError(t, err)
	assert.LessOrEqual(t, jobs.State.Msgs, uint64(5), "but acknowledgements that are on their way")

	// A run that was killed before it noted anything down finds its results.
	again := newClient(t, o, queue.ClientOptions{Resumed: true})
	_, err = again.Grade(t.Context(), submission(n-1))
	require.NoError(t, err)
	assert.EqualValues(t, n, ran.Load())
	strict := newClient(t, o, queue.ClientOptions{Resumed: true, Keep: func(*harness.Result) bool { return false }})
	_, err = strict.Grade(t.Context(), submission(n-1))
	require.NoError(t, err)
	assert.EqualValues(t, n+1, ran.Load(), "one that does not stand is made again")

	stop()
	require.Eventually(t, func() bool { n, _ := client.Workers(); return n == 1 }, time.Minute, 5*time.Millisecond)
	client.Close(true)
	for _, name := range []string{"GRADER_RESULTS", "GRADER_JOBS"} {
		info, err := stream(t, s, name).Info(t.Context())
		require.NoError(t, err)
		assert.Zero(t, info.State.Msgs, name)
	}

	page := httptest.NewRecorder()
	metrics.Handler().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, page.Code)
	problems, err := promlint.New(page.Body).Lint()
	require.NoError(t, err)
	for _, p := range problems {
		assert.False(t, strings.HasPrefix(p.Metric, "grader_"), "%s: %s", p.Metric, p.Text)
	}
}

func stream(t testing.TB, s *queue.Server, name string) jetstream.Stream {
	t.Helper()
	nc, err := nats.Connect("", nats.InProcessServer(s))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	found, err := js.Stream(t.Context(), name)
	require.NoError(t, err)
	return found
}

// A store that holds the jobs and nothing more gets them graded all the same.
func TestHandedOverWhenTheStoreIsFull(t *testing.T) {
	t.Parallel()
	const n, size = 6, 40 << 10
	s := serve(t, queue.ServeOptions{MaxStore: 128 << 10})
	o := options(s)
	o.Patience = 2 * time.Second
	client := newClient(t, o, queue.ClientOptions{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			noise := make([]byte, size)
			for j := range noise {
				noise[j] = byte('a' + rand.IntN(26))
			}
			sub := harness.NewSubmission(fmt.Sprintf("%d.go", i), noise)
			r, err := client.Grade(t.Context(), sub)
			if assert.NoError(t, err) {
				assert.Equal(t, harness.CompileError, r.Status)
			}
			client.Done(sub)
		})
	}
	// Each result is larger than what is left.
	long := func(ctx context.Context, job worker.Job, limits worker.Limits) (*worker.Report, error) {
		report, err := refusing(ctx, job, limits)
		for range 1000 {
			report.Rejection.Diagnostics = append(report.Rejection.Diagnostics, worker.Diagnostic{Line: 1, Message: string(job.Source[:100])})
		}
		return report, err
	}
	runHost(t, o, queue.HostOptions{Grader: graders(long)})
	all.Wait()
}

// A server that others can reach wants a password, and one with a certificate
// speaks TLS.
func TestServeToOthers(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	s := serve(t, queue.ServeOptions{Address: "0.0.0.0:0", Cert: cert, Key: key})
	runHost(t, options(s), queue.HostOptions{Grader: graders(refusing)})
	url := s.URL()
	require.Regexp(t, `^tls://grader:[A-Z2-7]{26}@.+:\d+$`, url)
	_, port, err := net.SplitHostPort(s.Addr().String())
	require.NoError(t, err)
	user, _, _ := strings.Cut(strings.TrimPrefix(url, "tls://"), "@")
	o := queue.Options{URL: "tls://" + user + "@127.0.0.1:" + port, CA: cert, Build: "b", Version: "v1", Log: quiet}
	gradeAll(t, newClient(t, o, queue.ClientOptions{}), 10)

	for name, change := range map[string]func(*queue.Options){
		"no password":             func(o *queue.Options) { o.URL = "tls://127.0.0.1:" + port },
		"another password":        func(o *queue.Options) { o.URL = "tls://grader:x@127.0.0.1:" + port },
		"an unknown certificate":  func(o *queue.Options) { o.CA = "" },
		"nobody is there":         func(o *queue.Options) { o.URL = "tls://" + user + "@127.0.0.1:1" },
		"a certificate that isnt": func(o *queue.Options) { o.CA = "/dev/null" },
	} {
		bad := o
		change(&bad)
		_, err := queue.NewHost(t.Context(), bad, queue.HostOptions{})
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), user, name)
		assert.Equal(t, name == "nobody is there", queue.Absent(err), "%s: %v", name, err)
	}
}

// Nobody waits for what a server will never have.
func TestServerWithoutJetStream(t *testing.T) {
	t.Parallel()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true})
	require.NoError(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(time.Minute))
	_, err = queue.NewHost(t.Context(), queue.Options{URL: s.ClientURL(), Log: quiet}, queue.HostOptions{})
	require.ErrorContains(t, err, "the queue at "+s.ClientURL()+": ")
	require.ErrorContains(t, err, "the server has no JetStream")
	assert.False(t, queue.Absent(err))
}

// Loopback is where a server listens that nobody has asked for more.
func TestServeToItself(t *testing.T) {
	t.Parallel()
	s := serve(t, queue.ServeOptions{})
	assert.Regexp(t, `^nats://127\.0\.0\.1:\d+$`, s.URL())
	assert.True(t, s.Addr().(*net.TCPAddr).IP.IsLoopback())
	_, err := queue.Serve(queue.ServeOptions{Address: s.Addr().String(), Folder: t.TempDir(), Log: quiet})
	require.ErrorContains(t, err, "address already in use")
}

// BenchmarkQueue measures what the queue itself takes for one submission: there is no
// grading in it. Of op, all is processor time of this process, which has the batch's
// end, the server and the host in it.
func BenchmarkQueue(b *testing.B) {
	for _, size := range []int{1 << 10, 16 << 10} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			s := serve(b, queue.ServeOptions{})
			o := options(s)
			runHost(b, o, queue.HostOptions{Jobs: 2, Grader: graders(func(context.Context, worker.Job, worker.Limits) (*worker.Report, error) {
				return &worker.Report{Rejection: &worker.Rejection{Status: "compile_error", Message: strings.Repeat("x", size)}}, nil
			})})
			client := newClient(b, o, queue.ClientOptions{})
			padding := strings.Repeat("x", size)
			var n atomic.Int64
			before := processorTime(b)
			b.SetParallelism(64)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					sub := harness.NewSubmission(fmt.Sprintf("s%d.go", n.Add(1)), []byte(padding))
					if _, err := client.Grade(b.Context(), sub); err != nil {
						b.Error(err)
					}
					client.Done(sub)
				}
			})
			b.StopTimer()
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}
