package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// HostOptions say how a worker's host works.
type HostOptions struct {
	Jobs int // how many submissions it runs at a time; 1 if less

	// Grader makes a grader for a setup. Of the options, those that are set are to
	// be as they are, and the others are for it to set.
	Grader func(suite *cases.Suite, setup Setup, options harness.Options) *harness.Grader

	Metrics *Metrics // may be nil
}

// Host grades what is in a queue. It is what the workers of package worker, which
// live for one submission, are children of.
type Host struct {
	*conn
	HostOptions
	consumer string
	turns    worker.Turns // for what Jobs counts
	begun    atomic.Int64 // jobs that it has in hand
	alone    sync.RWMutex // who has it to write has the host to itself
	refused  sync.Map     // batches of other builds, each told once

	mutex   sync.Mutex
	graders map[string]*graders
}

// graders are those of one setup: the one that grades, and the one that says of a
// submission that it can't be.
type graders struct{ proper, parking *harness.Grader }

const (
	// maxDeaths is how many hosts a submission may bring down.
	maxDeaths = 3

	// maxAckPending bounds how many jobs are in the hands of all hosts together.
	maxAckPending = 1 << 14

	// maxGraders is how many setups a host remembers. A grader has the cases of a
	// suite and what they should come to.
	maxGraders = 8
)

// NewHost connects a host with a queue. Run is to follow.
func NewHost(ctx context.Context, o Options, host HostOptions) (*Host, error) {
	host.Jobs = max(host.Jobs, 1)
	conn, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Host{
		conn: conn, HostOptions: host, consumer: "grader-" + conn.build,
		turns: worker.NewTurns(host.Jobs), graders: make(map[string]*graders),
	}, nil
}

// Where is the address of the server that the host is connected with.
func (h *Host) Where() string { return h.where() }

// Run grades until ctx ends; then it finishes what it has in hand, gives back
// what it has not begun, and disconnects. Whatever happens to the queue is waited
// for.
func (h *Host) Run(ctx context.Context) error {
	defer h.close()
	alive, err := h.nc.Subscribe(aliveSubject(h.id), func(m *nats.Msg) { _ = m.Respond(nil) })
	if err != nil {
		return err
	}
	defer func() { _ = alive.Unsubscribe() }()
	if _, err := h.hear(hereBatch, h.refuse); err != nil {
		return err
	}
	var others sync.WaitGroup
	defer others.Wait()
	others.Go(func() { h.announce(ctx, hereWorker, beat{Jobs: h.Jobs}) })
	if h.Metrics != nil {
		others.Go(func() { h.depth(ctx) })
	}
	for round := 0; ctx.Err() == nil; round++ {
		begin := time.Now()
		err := h.pull(ctx)
		if ctx.Err() != nil {
			break
		}
		if time.Since(begin) > h.Patience {
			round = 0
		}
		h.Log.Warn("the queue gives nothing; trying on", "err", err)
		_ = sleep(ctx, min(50*time.Millisecond<<min(round, 10), h.part(6, 200*time.Millisecond)))
	}
	return nil
}

// refuse says of a batch of another build that it is not for us. Its jobs are
// under another subject, and never come here.
func (h *Host) refuse(b beat) {
	if b.Build == h.Build || b.Gone {
		return
	}
	if _, told := h.refused.LoadOrStore(b.ID, true); !told {
		h.Log.Warn("a batch is not for this worker: it needs the same grader as it is itself",
			"batch", b.Version, "host", b.Host, "worker", h.Version)
	}
}

// pull grades jobs until something goes wrong or ctx ends. It returns when nothing
// is in hand any more.
func (h *Host) pull(ctx context.Context) error {
	if err := h.ensure(ctx); err != nil {
		return err
	}
	jobs, _ := h.streams()
	consumer, err := jobs.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: h.consumer, Description: "grader " + h.Version,
		FilterSubject: jobSubject(h.build, "*", "*"),
		AckPolicy:     jetstream.AckExplicitPolicy, AckWait: h.Patience, MaxDeliver: -1, MaxAckPending: maxAckPending,
		InactiveThreshold: keepAbandoned,
	})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(h.turns.InHand()), jetstream.PullHeartbeat(h.heartbeat()), jetstream.PullExpiry(4*h.heartbeat()))
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, messages.Drain)()
	var inHand sync.WaitGroup
	defer inHand.Wait()
	defer messages.Stop()
	slots := make(chan struct{}, h.turns.InHand())
	for {
		slots <- struct{}{}
		m, err := messages.Next()
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			_ = m.Nak() // another may have it at once
			<-slots
			continue
		}
		inHand.Go(func() {
			// What is in hand is finished.
			h.handle(context.WithoutCancel(ctx), m)
			<-slots
		})
	}
}

// handle takes a job from the queue, grades it, and puts what comes of it back.
func (h *Host) handle(ctx context.Context, m jetstream.Msg) {
	h.Metrics.inHand(h.begun.Add(1))
	defer func() { h.Metrics.inHand(h.begun.Add(-1)) }()
	stop := h.hold(m)
	defer stop()
	err := h.grade(ctx, m)
	stop()
	if err != nil {
		h.Log.Warn("a job goes back into the queue", "job", m.Subject(), "err", err)
		err = m.NakWithDelay(h.part(15, 100*time.Millisecond))
	} else {
		err = m.Ack()
	}
	if err != nil { // then it comes back, and meets its result
		h.Log.Debug("the queue has not heard of a job's end", "job", m.Subject(), "err", err)
	}
}

// hold keeps telling the queue that a job is being worked at.
func (h *Host) hold(m jetstream.Msg) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var held sync.WaitGroup
	held.Go(func() {
		for sleep(ctx, h.Patience/4) == nil {
			_ = m.InProgress() // the connection's own handlers tell what is wrong
		}
	})
	return func() { cancel(); held.Wait() }
}

// grade grades the job of a message and stores the answer. An error says that
// somebody else has to.
func (h *Host) grade(ctx context.Context, m jetstream.Msg) error {
	batch, key, err := splitJob(m.Subject())
	if err != nil {
		return h.drop(m, err)
	}
	j, err := decodeJob(m.Data())
	if err != nil {
		return h.drop(m, err)
	}
	if j.Object {
		if j.source, err = h.object(ctx, sourceObject(j.SHA256)); err != nil {
			return fmt.Errorf("the source: %w", err)
		}
	}
	graders, err := h.graderFor(ctx, j.Setup)
	if err != nil {
		return err
	}
	grader, clear := graders.proper, func() {}
	if meta, err := m.Metadata(); err == nil && meta.NumDelivered > 1 {
		h.Metrics.redelivered()
		if a, _, err := h.lookup(ctx, batch, key); a != nil && err == nil {
			return nil // it was graded; only the queue has not heard of it
		}
		// One that may have brought down a host has this one to itself, so that
		// no other is blamed with it.
		h.alone.Lock()
		defer h.alone.Unlock()
		if deaths := h.deaths(ctx, batch, key); deaths+1 >= maxDeaths {
			h.Log.Error("a submission has brought down one worker after the other; it is put aside", "file", string(j.Name), "sha256", j.SHA256)
			grader = graders.parking
		} else {
			clear = h.begin(ctx, batch, key)
		}
	} else {
		h.alone.RLock()
		defer h.alone.RUnlock()
	}
	begin := time.Now()
	r, err := grader.Grade(ctx, harness.NewSubmission(string(j.Name), j.source))
	if err == nil {
		h.Metrics.graded(r.Status, time.Since(begin))
		h.Log.Debug("graded", "file", string(j.Name), "status", r.Status.String(), "took", time.Since(begin))
		err = h.answer(ctx, batch, newAnswer(key, r))
	}
	clear()
	return err
}

// drop takes a message out of the queue that is no job. Its sender offers jobs
// again and again.
func (h *Host) drop(m jetstream.Msg, reason error) error {
	h.Log.Error("something in the queue is no job", "subject", m.Subject(), "err", reason)
	return nil
}

func splitJob(subject string) (batch, key string, err error) {
	parts := strings.Split(subject, ".")
	if len(parts) != 5 {
		return "", "", fmt.Errorf("the subject %q is not that of a job", subject)
	}
	return parts[3], parts[4], nil
}

// begin notes that this host has begun on a job that was another's before. The
// note goes when the job is done with, unless the host does not live to see that.
func (h *Host) begin(ctx context.Context, batch, key string) (clear func()) {
	seq, err := h.js.Publish(ctx, startSubject(batch, key, h.id), nil)
	if err != nil {
		h.Log.Debug("a start is not noted", "err", err)
		return func() {}
	}
	return func() {
		_, results := h.streams()
		if err := results.DeleteMsg(ctx, seq.Sequence); err != nil {
			h.Log.Debug("the note of a start stays", "err", err)
		}
	}
}

// deaths counts the hosts that have begun on a job, not come to its end, and are
// gone. What cannot be found out is no death. The host that had the job first is
// not among them: it has left no note.
func (h *Host) deaths(ctx context.Context, batch, key string) int {
	_, results := h.streams()
	info, err := results.Info(ctx, jetstream.WithSubjectFilter(startSubject(batch, key, "*")))
	if err != nil {
		h.Log.Debug("the starts of a job can't be counted", "err", err)
		return 0
	}
	n := 0
	for subject := range info.State.Subjects {
		id := subject[strings.LastIndexByte(subject, '.')+1:]
		if id == h.id {
			continue
		}
		if _, err := h.nc.Request(aliveSubject(id), nil, h.part(10, 500*time.Millisecond)); errors.Is(err, nats.ErrNoResponders) {
			n++
		}
	}
	return n
}

// answer stores an answer, or hands it over to the batch itself where the store
// has no room for it.
func (h *Host) answer(ctx context.Context, batch string, a *answer) error {
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, 4*h.Patience)
	defer stop()
	for round := 0; ; round++ {
		err := h.keep(ctx, batch, a.Key, data)
		if err == nil || errors.Is(err, errThere) {
			return nil
		}
		if full(err) {
			if _, taken := h.nc.Request(takeSubject(batch), data, h.part(10, 500*time.Millisecond)); taken == nil {
				h.Log.Debug("the queue's store is full; the batch itself has taken an answer")
				return nil
			}
		}
		h.Log.Debug("an answer is not stored", "key", a.Key, "size", len(data), "err", err)
		if sleep(ctx, min(50*time.Millisecond<<min(round, 10), h.part(6, 200*time.Millisecond))) != nil {
			return fmt.Errorf("its result is not stored: %w", err)
		}
		if err := h.ensure(ctx); err != nil {
			h.Log.Debug("the queue is not as it should be", "err", err)
		}
	}
}

func (h *Host) keep(ctx context.Context, batch, key string, data []byte) error {
	if !h.fits(len(data)) {
		name := answerObject(batch + key)
		if err := h.putObject(ctx, name, data); err != nil {
			return err
		}
		small, err := json.Marshal(answer{Key: key, Object: name})
		if err != nil {
			return err
		}
		data = small
	}
	return h.put(ctx, resultSubject(batch, key), data)
}

// graderFor returns the graders of a setup, which are made once.
func (h *Host) graderFor(ctx context.Context, s Setup) (*graders, error) {
	name, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if g, ok := h.graders[string(name)]; ok {
		return g, nil
	}
	var archive []byte
	if s.Archive != "" {
		if archive, err = h.object(ctx, suiteObject(s.Archive)); err != nil {
			return nil, fmt.Errorf("the suite: %w", err)
		}
	}
	suite, err := s.load(archive)
	if err != nil {
		return nil, err
	}
	aside := s
	aside.Confirm = harness.ConfirmNever
	g := &graders{
		proper:  h.Grader(suite, s, harness.Options{Turns: h.turns}),
		parking: h.Grader(suite, aside, harness.Options{Run: park}),
	}
	if len(h.graders) == maxGraders {
		clear(h.graders)
	}
	h.graders[string(name)] = g
	return g, nil
}

// park takes the place of evaluating a submission.
func park(context.Context, worker.Job, worker.Limits) (*worker.Report, error) {
	return nil, fmt.Errorf("%d machines or programs that graded this file went down over it", maxDeaths)
}

// depth keeps the metrics of the queue itself up to date.
func (h *Host) depth(ctx context.Context) {
	for {
		jobs, _ := h.streams()
		if jobs != nil {
			if consumer, err := jobs.Consumer(ctx, h.consumer); err == nil {
				info := consumer.CachedInfo()
				h.Metrics.queue(info.NumPending, info.NumAckPending)
			}
		}
		if sleep(ctx, 5*time.Second) != nil {
			return
		}
	}
}
