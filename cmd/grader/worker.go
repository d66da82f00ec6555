package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/miniflow/grader/harness/queue"
	"github.com/miniflow/grader/harness/worker"
	"github.com/spf13/cobra"
)

// workerFlags are those of grader worker.
type workerFlags struct {
	queueFlags
	jobs    int
	metrics string
	verbose bool
}

func (a *app) workerCommand() *cobra.Command {
	var w workerFlags
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Grade what a batch shares",
		Long: `Grade what batches of this very grader share by --serve, or over a server or a
cluster of NATS with JetStream by --queue. Submissions run in the same sandbox as
always. It goes on until it is interrupted, or gets SIGTERM; then it finishes what
it has begun. What it does is logged to standard error.`,
		Example: `  grader worker --queue nats://127.0.0.1:4222
  grader worker --queue tls://a:4222,tls://b:4222 --creds grader.creds --metrics :9090`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			collectAsUsual()
			switch {
			case w.url == "":
				return errors.New("no queue given: --queue URL, such as nats://127.0.0.1:4222")
			case w.jobs < 1:
				return fmt.Errorf("--jobs %d: somebody has to do the work", w.jobs)
			}
			if err := w.check(); err != nil {
				return err
			}
			return a.guarded(func() error { return a.worker(cmd.Context(), &w) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&w.url, "queue", "", "the `URL` of the queue, or several of a cluster between commas; may hold\na user and a password")
	w.register(flags)
	flags.IntVar(&w.jobs, "jobs", runtime.NumCPU(), "run `N` submissions at a time")
	flags.StringVar(&w.metrics, "metrics", "", "let Prometheus ask at `ADDR`, such as :9090 for this machine or 0.0.0.0:9090")
	flags.BoolVarP(&w.verbose, "verbose", "v", false, "log every submission")
	return cmd
}

func (a *app) worker(ctx context.Context, w *workerFlags) error {
	level := slog.LevelInfo
	if w.verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(a.errOut, &slog.HandlerOptions{Level: level}))
	options, err := w.options(log)
	if err != nil {
		return err
	}
	opinions := a.opinions()
	defer opinions.close()
	metrics := queue.NewMetrics(version())
	sandbox, err := worker.Layers(ctx)
	if err != nil {
		return fault{err}
	}
	metrics.Sandbox(sandbox)
	for _, l := range sandbox.Missing {
		log.Warn("this machine lacks a layer of the sandbox", "layer", l.Layer, "reason", l.Reason)
	}
	if w.metrics != "" {
		listener, err := net.Listen("tcp", queue.Loopback(w.metrics))
		if err != nil {
			return fmt.Errorf("--metrics: %w", err)
		}
		server := &http.Server{Handler: metrics.Handler(), ReadHeaderTimeout: 10 * time.Second}
		go func() { _ = server.Serve(listener) }() // ends with Close
		defer server.Close()
		log.Info("metrics", "address", "http://"+listener.Addr().String()+"/metrics")
	}
	host, err := connect(ctx, log, options, queue.HostOptions{Jobs: w.jobs, Grader: opinions.graderFor, Metrics: metrics})
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	log.Info("ready", "queue", host.Where(), "jobs", w.jobs, "grader", version(), "sandbox", sandbox.Layers)
	err = host.Run(ctx)
	log.Info("done")
	return err
}

// connect waits for a queue that is not there yet.
func connect(ctx context.Context, log *slog.Logger, o queue.Options, h queue.HostOptions) (*queue.Host, error) {
	for told := ""; ; {
		host, err := queue.NewHost(ctx, o, h)
		if err == nil || !queue.Absent(err) {
			return host, err
		}
		if err.Error() != told {
			told = err.Error()
			log.Info("waiting for the queue", "err", err)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
