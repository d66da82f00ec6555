package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/semaphore"
)

// ClientOptions say what a batch wants of a queue.
type ClientOptions struct {
	Batch   string // names the batch, the same when it is begun again; letters and digits
	Resumed bool   // whether it was begun before, so that there may be results already
	Setup   Setup
	Suite   []byte // the suite's archive, unless it is the built-in one

	// Grader grades what needs no worker: what can't be read as a submission.
	Grader *harness.Grader

	// Keep says which results stand. Others that an earlier run has left are made
	// again.
	Keep func(*harness.Result) bool

	// InFlight is how many bytes of sources are on their way at most. Default:
	// 64 MiB.
	InFlight int64
}

const defaultInFlight = 64 << 20

// Client is a batch's end of a queue. It is safe for concurrent use.
type Client struct {
	*conn
	ClientOptions
	budget *semaphore.Weighted
	stop   context.CancelFunc
	ended  sync.WaitGroup
	crowd  crowd

	mutex   sync.Mutex
	waiting map[string]chan *answer // by key
	shake   chan struct{}           // closed when all should look again
	ledger  ledger
	swept   time.Time // when room was made in a full store
	said    string    // the last trouble that was told
}

// NewClient connects a batch with a queue. End it with Close.
func NewClient(ctx context.Context, o Options, batch ClientOptions) (*Client, error) {
	if batch.InFlight <= 0 {
		batch.InFlight = defaultInFlight
	}
	conn, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	c := &Client{
		conn: conn, ClientOptions: batch, budget: semaphore.NewWeighted(batch.InFlight),
		waiting: make(map[string]chan *answer), shake: make(chan struct{}),
		crowd: crowd{build: conn.Build, lasts: 4 * conn.beat()},
	}
	if err := c.provide(ctx); err != nil {
		conn.close()
		return nil, fmt.Errorf("the queue at %s: the suite: %w", conn.where(), err)
	}
	_, err = c.hear(hereWorker, c.crowd.note)
	if err == nil {
		_, err = c.nc.Subscribe(takeSubject(c.Batch), c.take)
	}
	if err != nil {
		conn.close()
		return nil, err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.stop = stop
	c.ended.Go(func() { c.announce(work, hereBatch, beat{}) })
	c.ended.Go(func() { c.listen(work) })
	c.ended.Go(func() { c.watch(work) })
	return c, nil
}

// Close ends the use of the queue. done says that the batch is complete, so that
// nothing of it needs to stay in the queue.
func (c *Client) Close(done bool) {
	c.stop()
	c.ended.Wait()
	if done {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		jobs, results := c.streams()
		err := errors.Join(
			results.Purge(ctx, jetstream.WithPurgeSubject(resultSubject(c.Batch, "*"))),
			results.Purge(ctx, jetstream.WithPurgeSubject(startSubject(c.Batch, "*", "*"))),
			jobs.Purge(ctx, jetstream.WithPurgeSubject(jobSubject(c.conn.build, c.Batch, "*"))),
		)
		if err != nil { // the server will, after some days
			c.Log.Debug("what is left of the batch stays in the queue", "err", err)
		}
	}
	c.close()
}

// Workers returns how many workers of this build are there, and how many
// submissions they can grade at a time.
func (c *Client) Workers() (workers, jobs int) { return c.crowd.count() }

// Strangers returns the versions of the workers that have shown up and are not of
// this build, each once.
func (c *Client) Strangers() []string { return c.crowd.strangers() }

// Grade has a submission graded by some worker and waits for the result. Its only
// errors are the context's: whatever happens to the queue is waited for.
func (c *Client) Grade(ctx context.Context, sub harness.Submission) (*harness.Result, error) {
	if sub.Err != nil {
		return c.Grader.Grade(ctx, sub)
	}
	size := min(int64(len(sub.Source)), c.InFlight)
	if err := c.budget.Acquire(ctx, size); err != nil {
		return nil, err
	}
	defer c.budget.Release(size)
	j := newJob(sub, c.Setup)
	key := j.key(c.Build)
	arrived := c.expect(key)
	defer c.forget(key)
	if c.Resumed {
		if a, err := c.earlier(ctx, key); a != nil && err == nil {
			return a.result(), nil
		}
	}
	for round := 0; ; round++ {
		shaken := c.shaking()
		err := c.offer(ctx, j, key)
		wait := c.recheck(round)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			c.trouble(err)
			wait = c.pause(round)
			if full(err) {
				c.makeRoom()
			}
		}
		timer := time.NewTimer(wait)
		select {
		case a := <-arrived:
			timer.Stop()
			return a.result(), nil
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-shaken:
			// All of them at once would be a flood.
			_ = sleep(ctx, rand.N(c.part(30, time.Millisecond)))
		case <-timer.C:
		}
		timer.Stop()
		if err := c.look(ctx, key); err != nil {
			c.trouble(err)
		}
	}
}

// Done says that the result of sub is kept elsewhere, or not to be kept, so that the
// queue need not have it any more.
func (c *Client) Done(sub harness.Submission) {
	if sub.Err != nil {
		return
	}
	key := newJob(sub, c.Setup).key(c.Build)
	c.mutex.Lock()
	before := c.ledger.done(key)
	c.mutex.Unlock()
	c.purge(before)
}

// purge takes results out of the queue that are kept elsewhere.
func (c *Client) purge(before uint64) {
	if before == 0 {
		return
	}
	_, results := c.streams()
	ctx, stop := context.WithTimeout(context.Background(), c.part(3, 2*time.Second))
	defer stop()
	if err := results.Purge(ctx, jetstream.WithPurgeSubject(resultSubject(c.Batch, "*")), jetstream.WithPurgeSequence(before)); err != nil {
		c.Log.Debug("results that are kept stay in the queue", "err", err)
	}
}

// makeRoom takes out of the queue what can be, now and then.
func (c *Client) makeRoom() {
	c.mutex.Lock()
	if time.Since(c.swept) < c.part(30, 50*time.Millisecond) {
		c.mutex.Unlock()
		return
	}
	c.swept = time.Now()
	before := c.ledger.sweep()
	c.mutex.Unlock()
	c.purge(before)
}

// expect makes a place for the answer to a job.
func (c *Client) expect(key string) <-chan *answer {
	arrived := make(chan *answer, 1)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.waiting[key] = arrived
	return arrived
}

func (c *Client) forget(key string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.waiting, key)
}

// deliver hands an answer to whoever waits for it; that nobody does is fine, since
// answers may come twice. seq is its place in the store, 0 if it is not there. It
// reports whether somebody waited.
func (c *Client) deliver(a *answer, seq uint64) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	arrived, ok := c.waiting[a.Key]
	if !ok || c.ledger.refuses(a.Key, seq) {
		return false
	}
	select {
	case arrived <- a:
	default:
	}
	return true
}

// earlier returns the answer that an earlier run has left, if it stands.
func (c *Client) earlier(ctx context.Context, key string) (*answer, error) {
	a, seq, err := c.lookup(ctx, c.Batch, key)
	if a == nil || err != nil {
		return nil, err
	}
	c.book(key, seq)
	if c.Keep == nil || c.Keep(a.result()) {
		return a, nil
	}
	c.refuse(key, seq)
	_, results := c.streams()
	return nil, results.DeleteMsg(ctx, seq)
}

// refuse sees to it that an answer that does not stand is not delivered, which it
// may have been already: whoever waits for another is told of all that is stored.
func (c *Client) refuse(key string, seq uint64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.ledger.refuse(key, seq)
	select {
	case <-c.waiting[key]:
	default:
	}
}

// look looks whether an answer is there that did not arrive.
func (c *Client) look(ctx context.Context, key string) error {
	a, seq, err := c.lookup(ctx, c.Batch, key)
	if a == nil || err != nil {
		return err
	}
	c.book(key, seq)
	c.deliver(a, seq)
	return nil
}

func (c *Client) book(key string, seq uint64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.ledger.came(key, seq)
}

// offer puts a job into the queue unless it is there.
func (c *Client) offer(ctx context.Context, j *job, key string) error {
	if err := c.ensure(ctx); err != nil {
		return err
	}
	if err := c.provide(ctx); err != nil {
		return err
	}
	message, err := j.encode()
	if err != nil {
		return err
	}
	if !c.fits(len(message)) {
		large := *j
		large.Object = true
		if err := c.putObject(ctx, sourceObject(j.SHA256), j.source); err != nil {
			return err
		}
		if message, err = large.encode(); err != nil {
			return err
		}
	}
	if err = c.put(ctx, jobSubject(c.conn.build, c.Batch, key), message); errors.Is(err, errThere) {
		return nil
	}
	return err
}

// provide stores the suite, if it was not there a moment ago.
func (c *Client) provide(ctx context.Context) error {
	if c.Setup.Archive == "" {
		return nil
	}
	c.conn.mutex.Lock()
	at, have := c.ensured, c.provided
	c.conn.mutex.Unlock()
	if at.Equal(have) {
		return nil
	}
	if err := c.putObject(ctx, suiteObject(c.Setup.Archive), c.Suite); err != nil {
		return err
	}
	c.conn.mutex.Lock()
	c.provided = at
	c.conn.mutex.Unlock()
	return nil
}

func suiteObject(digest string) string  { return "suite-" + digest }
func sourceObject(digest string) string { return "source-" + digest }
func answerObject(key string) string    { return "answer-" + key }

// recheck is how long to wait for an answer before looking what has become of a
// job: longer each time.
func (c *Client) recheck(round int) time.Duration {
	return c.part(3, 200*time.Millisecond) << min(round, 3)
}

// pause is how long to wait before a job that could not be offered is offered
// again.
func (c *Client) pause(round int) time.Duration {
	longest := c.part(6, 200*time.Millisecond)
	d := min(50*time.Millisecond<<min(round, 10), longest)
	return d/2 + rand.N(d)
}

// trouble tells of what keeps the batch from going on, once.
func (c *Client) trouble(err error) {
	text := err.Error()
	c.mutex.Lock()
	again := c.said == text
	c.said = text
	c.mutex.Unlock()
	switch {
	case again:
	case full(err):
		c.Log.Warn("the queue's store is full; what is in there has to be graded first", "err", err)
	default:
		c.Log.Warn("the queue does not take or give what it should; trying on", "err", err)
	}
}

// watch makes all look again when the connection was interrupted.
func (c *Client) watch(ctx context.Context) {
	for {
		select {
		case <-c.shaken:
			c.mutex.Lock()
			close(c.shake)
			c.shake = make(chan struct{})
			c.mutex.Unlock()
		case <-ctx.Done():
			return
		}
	}
}

func (c *Client) shaking() <-chan struct{} {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.shake
}

// listen takes answers as they come, until ctx ends.
func (c *Client) listen(ctx context.Context) {
	for round := 0; ctx.Err() == nil; round++ {
		err := c.listenOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		c.Log.Debug("listening for results again", "err", err)
		_ = sleep(ctx, c.pause(round))
		if err := c.ensure(ctx); err != nil && ctx.Err() == nil {
			c.trouble(err)
		}
	}
}

// listenOnce takes answers until something goes wrong, or the stream is another.
func (c *Client) listenOnce(ctx context.Context) error {
	_, results := c.streams()
	info, err := results.Info(ctx)
	if err != nil {
		return err
	}
	consumer, err := results.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{resultSubject(c.Batch, "*")}, MaxResetAttempts: 3,
	})
	if err != nil {
		return err
	}
	c.mutex.Lock()
	c.ledger.begin(info.Created)
	c.mutex.Unlock()
	messages, err := consumer.Messages(jetstream.PullHeartbeat(c.heartbeat()), jetstream.PullExpiry(4*c.heartbeat()))
	if err != nil {
		return err
	}
	defer messages.Stop()
	defer context.AfterFunc(ctx, messages.Stop)()
	for {
		m, err := messages.Next()
		if err != nil {
			return err
		}
		c.arrive(ctx, m)
	}
}

// heartbeat is how often a server has to say that it is there while it has
// nothing else to say.
func (c *conn) heartbeat() time.Duration {
	return min(max(c.Patience/6, 500*time.Millisecond), 5*time.Second)
}

func (c *Client) arrive(ctx context.Context, m jetstream.Msg) {
	key := m.Subject()[len(resultSubject(c.Batch, "")):]
	var seq uint64
	if meta, err := m.Metadata(); err == nil {
		seq = meta.Sequence.Stream
		c.book(key, seq)
	}
	c.mutex.Lock()
	_, wanted := c.waiting[key]
	c.mutex.Unlock()
	if !wanted {
		return
	}
	a, err := c.decodeAnswer(ctx, m.Data(), key)
	if err != nil {
		c.trouble(err)
		return
	}
	c.deliver(a, seq)
}

// take has an answer that the store has no room for. The worker may forget the job
// then: a batch that is killed before it has noted the answer down offers the job
// again when it is begun again.
func (c *Client) take(m *nats.Msg) {
	a := new(answer)
	if json.Unmarshal(m.Data, a) != nil || a.check(a.Key) != nil || !c.deliver(a, 0) {
		return
	}
	if err := m.Respond(nil); err != nil {
		c.trouble(err)
	}
}
