//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
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
			Jobs: 4,
			Grader: func(suite *cases.Suite, s queue.Setup, o harness.Options) *harness.Grader {
				if o.Run == nil {
					o.Run = func(ctx context.Context, job worker.Job, limits worker.Limits) (*worker.Report, error) {
						if bytes.Contains(job.Source, []byte("poison")) {
							_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
							select {}
						}
						return worker.Run(ctx, job, limits)
					}
				}
				return opinions.graderFor(suite, s, o)
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
