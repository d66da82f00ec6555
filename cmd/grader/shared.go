package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/queue"
	"github.com/spf13/pflag"
)

// queueFlags say how to reach a queue.
type queueFlags struct {
	url      string
	creds    string
	ca       string
	cert     string
	key      string
	replicas int
	patience time.Duration
}

func (q *queueFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&q.creds, "creds", "", "identify with the NATS credentials in `FILE`")
	flags.StringVar(&q.ca, "tls-ca", "", "trust the certificate authorities in the PEM file `FILE`")
	flags.StringVar(&q.cert, "tls-cert", "", "show the certificate in the PEM file `FILE`")
	flags.StringVar(&q.key, "tls-key", "", "its key, in the PEM file `FILE`")
	flags.IntVar(&q.replicas, "replicas", 0, "keep what is queued on `N` servers of a cluster (default 3, or 1 without a cluster)")
	flags.DurationVar(&q.patience, "patience", queue.DefaultPatience, "after how much silence of a worker its work is another's")
}

func (q *queueFlags) check() error {
	if q.url != "" {
		if err := queue.CheckURL(q.url); err != nil {
			return fmt.Errorf("--queue: %w", err)
		}
	}
	switch {
	case (q.cert == "") != (q.key == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case q.replicas < 0 || q.replicas > 5:
		return fmt.Errorf("--replicas %d: a stream has from 1 to 5", q.replicas)
	case q.patience < time.Second:
		return fmt.Errorf("--patience %v: a busy machine may say nothing for a second", q.patience)
	}
	for flag, file := range map[string]string{"creds": q.creds, "tls-ca": q.ca, "tls-cert": q.cert, "tls-key": q.key} {
		if file == "" {
			continue
		}
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("--%s: %w", flag, pathError(file, err))
		}
	}
	return nil
}

// options are those of a connection to the queue.
func (q *queueFlags) options(log *slog.Logger) (queue.Options, error) {
	build, err := build()
	if err != nil {
		return queue.Options{}, fault{err}
	}
	return queue.Options{
		URL: q.url, Creds: q.creds, CA: q.ca, Cert: q.cert, Key: q.key,
		Replicas: q.replicas, Patience: q.patience, Build: build, Version: version(), Log: log,
	}, nil
}

// sharedFlags are those of a batch that has workers elsewhere.
type sharedFlags struct {
	queueFlags
	serve    string
	inFlight int
}

// maxInFlight is how many submissions may be on their way. It is what a batch
// holds in memory.
const maxInFlight = 1 << 16

func (s *sharedFlags) register(flags *pflag.FlagSet) {
	s.queueFlags.register(flags)
	flags.StringVar(&s.url, "queue", "", "have workers grade that share the queue at this `URL`, of NATS JetStream")
	flags.StringVar(&s.serve, "serve", "", "share the work at `ADDR`, such as :4222 for this machine or 0.0.0.0:4222\nfor others too, and grade as well")
	flags.IntVar(&s.inFlight, "in-flight", 1024, "have so many (`N`) submissions in the queue at a time")
}

func (s *sharedFlags) check(jobs int) error {
	switch {
	case s.url != "" && s.serve != "":
		return errors.New("--queue and --serve: one or the other")
	case jobs < 0 || jobs == 0 && s.serve == "":
		return fmt.Errorf("--jobs %d: somebody has to do the work", jobs)
	case s.inFlight < 1 || s.inFlight > maxInFlight:
		return fmt.Errorf("--in-flight %d: from 1 to %d can be", s.inFlight, maxInFlight)
	}
	return s.queueFlags.check()
}

// workers grade what a batch has: in this process, or wherever a queue is.
type workers struct {
	batch.Grader
	inHand int // how many submissions to give them at a time
	close  func(done bool) error
}

// Done implements [batch.Keeper].
func (w *workers) Done(sub harness.Submission) {
	if k, ok := w.Grader.(batch.Keeper); ok {
		k.Done(sub)
	}
}

// queueFolder is in the output folder while a batch shares its work: what the
// batch is called in the queue, and what a server of ours keeps.
const queueFolder = ".queue"

func (a *app) workers(ctx context.Context, b *batchFlags, grader *harness.Grader, o *opinions, p *progress) (*workers, error) {
	s := &b.shared
	if s.url == "" && s.serve == "" {
		return &workers{Grader: grader, inHand: grader.InHand(), close: func(bool) error { return nil }}, nil
	}
	log := slog.New(slog.NewTextHandler(a.errOut, &slog.HandlerOptions{Level: slog.LevelWarn}))
	setup, archive, err := b.setup(grader.Suite())
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(b.out, queueFolder)
	name, resumed, err := batchName(folder, b.regrade)
	if err != nil {
		return nil, fault{pathError(folder, err)}
	}
	options, err := s.options(log)
	if err != nil {
		return nil, err
	}
	var ends []func() // the last one first
	end := func() {
		for i := range ends {
			ends[len(ends)-1-i]()
		}
	}
	if s.serve != "" {
		server, err := queue.Serve(queue.ServeOptions{Address: s.serve, Folder: folder, Cert: s.cert, Key: s.key, Log: log})
		if err != nil {
			return nil, fmt.Errorf("--serve %s: %w", s.serve, err)
		}
		ends = append(ends, server.Close)
		own := server.Options()
		options.Server, options.Token = own.Server, own.Token
		options.Creds, options.CA, options.Cert, options.Key = "", "", "", "" // those are for others
		fmt.Fprintf(a.errOut, "grader: to join, on any machine that can reach this one: grader worker --queue %s\n", server.URL())
	}
	client, err := queue.NewClient(ctx, options, queue.ClientOptions{
		Batch: name, Resumed: resumed, Setup: setup, Suite: archive, Grader: grader, Keep: keep,
	})
	if err != nil {
		end()
		return nil, err
	}
	work, stop := context.WithCancel(ctx)
	var ended sync.WaitGroup
	if s.serve != "" && b.jobs > 0 {
		host, err := queue.NewHost(ctx, options, queue.HostOptions{Jobs: b.jobs, Grader: o.graderFor})
		if err != nil {
			stop()
			client.Close(false)
			end()
			return nil, err
		}
		ended.Go(func() {
			if err := host.Run(work); err != nil {
				log.Error("this process does not grade", "err", err)
			}
		})
	}
	ended.Go(func() { a.crowd(work, client, p) })
	return &workers{Grader: client, inHand: s.inFlight, close: func(done bool) error {
		stop()
		ended.Wait()
		client.Close(done)
		end()
		if !done {
			return nil
		}
		return os.RemoveAll(folder)
	}}, nil
}

// crowd tells, until ctx ends, how many workers there are, and of those that can't
// help.
func (a *app) crowd(ctx context.Context, c *queue.Client, p *progress) {
	told := 0
	for {
		n, jobs := c.Workers()
		switch n {
		case 0:
			p.describe("waiting for workers")
		case 1:
			p.describe(fmt.Sprintf("1 worker, %d at a time", jobs))
		default:
			p.describe(fmt.Sprintf("%d workers, %d at a time", n, jobs))
		}
		strangers := c.Strangers()
		for _, who := range strangers[told:] {
			fmt.Fprintf(a.errOut, "grader: a worker of another grader can't help, it needs the very same: %s\n", printable(who))
		}
		told = len(strangers)
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

// setup is all that the results of a batch depend on besides the submissions, and
// the suite's archive, if it is not the built-in one.
func (g *gradingFlags) setup(suite *cases.Suite) (queue.Setup, []byte, error) {
	var folder fs.FS
	if g.suite.cases != "" {
		folder = os.DirFS(g.suite.cases)
	}
	return queue.NewSetup(suite, folder, g.suite.random, g.suite.seed, g.limits.limits(suite), g.confirm)
}

// graderFor makes a grader for what a queue holds.
func (o *opinions) graderFor(suite *cases.Suite, s queue.Setup, options harness.Options) *harness.Grader {
	options.Limits, options.Version = s.Limits, version()
	options.Confirm, options.Compile = s.Confirm, o.toolchain.Compile
	return harness.New(suite, options)
}

// batchName is what the batch of an output folder is called in a queue: the same
// until it is complete, or fresh is set. resumed says that it had the name before.
func batchName(folder string, fresh bool) (name string, resumed bool, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", false, err
	}
	path := filepath.Join(folder, "batch")
	text, err := os.ReadFile(path)
	if err == nil && len(text) > 0 && !fresh {
		return string(text), true, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", false, err
	}
	f, err := batch.CreateFile(path)
	if err != nil {
		return "", false, err
	}
	defer f.Discard()
	name = rand.Text()
	if _, err := f.Write([]byte(name)); err != nil {
		return "", false, err
	}
	return name, false, f.Commit()
}
