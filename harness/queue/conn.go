package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options say how to reach a queue, and who comes. Build and either URL or Server
// are needed.
type Options struct {
	URL    string                     // of one or, between commas, several servers; may hold a user and a password
	Server nats.InProcessConnProvider // a server in this process instead
	Creds  string                     // a credentials file of a NATS account, if any
	CA     string                     // a PEM file of who may sign the server's certificate, if the system doesn't know them
	Cert   string                     // a PEM file with our certificate, if the server wants one
	Key    string                     // the one with its key
	Token  string                     // what a server in this process wants to hear

	// Replicas is how many servers of a cluster keep what is in the queue; 0 stands
	// for 3 in a cluster and 1 else.
	Replicas int

	Build   string // the grader, to the last bit: jobs are for workers of the same
	Version string // the same for people

	// Patience is how long a worker that says nothing is believed to be at work
	// before its job is another's. The other periods are parts of it.
	// Default: 30s.
	Patience time.Duration

	Log *slog.Logger // slog's own if nil
}

// DefaultPatience is that of [Options].
const DefaultPatience = 30 * time.Second

func (o Options) withDefaults() Options {
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// conn is a connection to a queue.
type conn struct {
	Options
	id    string // this end's, for others
	build string // Build as a part of subjects
	nc    *nats.Conn
	js    jetstream.JetStream

	shaken chan struct{} // has something after every reconnection

	mutex    sync.Mutex
	ensured  time.Time
	provided time.Time // ensured, when the suite was there
	objects  jetstream.ObjectStore
	results  jetstream.Stream
	jobs     jetstream.Stream
}

// dial connects, and makes sure that the queue is there. An error is about what
// the user can mend: an address, a certificate, a server without JetStream.
func dial(ctx context.Context, o Options) (*conn, error) {
	c := &conn{Options: o.withDefaults(), id: nats.NewInbox()[len("_INBOX."):], build: digest([]byte(o.Build))[:16], shaken: make(chan struct{}, 1)}
	var err error
	if c.nc, err = nats.Connect(o.URL, c.natsOptions()...); err != nil {
		return nil, fmt.Errorf("the queue at %s: %w", c.where(), err)
	}
	if c.js, err = jetstream.New(c.nc, jetstream.WithDefaultTimeout(c.part(6, 2*time.Second))); err != nil {
		c.nc.Close()
		return nil, err
	}
	// A cluster that has just been started, or has just lost a server, needs a moment
	// to choose its leaders.
	for pause, told := 100*time.Millisecond, false; ; pause = min(2*pause, 2*time.Second) {
		if err = c.ensure(ctx); err == nil {
			return c, nil
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		} else if c.hopeless(err) {
			if errors.Is(err, nats.ErrNoResponders) {
				err = fmt.Errorf("the server has no JetStream (%w)", err)
			}
			err = fmt.Errorf("the queue at %s: %w", c.where(), err)
		} else {
			if pause > time.Second && !told {
				told = true
				c.Log.Warn("the queue is not ready; waiting", "server", c.where(), "err", err)
			}
			if err = sleep(ctx, pause); err == nil {
				continue
			}
		}
		c.nc.Close()
		return nil, err
	}
}

// hopeless reports whether waiting can't mend an error of a server that answers.
func (c *conn) hopeless(err error) bool {
	const noCluster = 10074 // for more than one replica
	var api *jetstream.APIError
	switch {
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, jetstream.ErrJetStreamNotEnabled):
		return c.nc.ConnectedClusterName() == "" // else some server may have it soon
	case errors.As(err, &api) && api.ErrorCode == noCluster:
		return true
	}
	return errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) || errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrConnectionClosed)
}

// Absent reports whether an error of [NewHost] or [NewClient] says that there is no
// server, which may still come.
func Absent(err error) bool {
	return errors.Is(err, nats.ErrNoServers) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded)
}

// where is the server's address without what is secret in it.
func (c *conn) where() string {
	if c.nc != nil && c.nc.IsConnected() {
		return c.nc.ConnectedUrlRedacted()
	}
	if c.Server != nil {
		return "this process"
	}
	return redacted(c.URL)
}

// part is the n-th part of the patience, but at least so long.
func (c *conn) part(n int, least time.Duration) time.Duration {
	return max(c.Patience/time.Duration(n), least)
}

func (c *conn) natsOptions() []nats.Option {
	all := []nats.Option{
		nats.Name("grader " + c.Version),
		nats.MaxReconnects(-1),
		nats.Timeout(c.part(3, 5*time.Second)),
		nats.IgnoreAuthErrorAbort(), // whoever serves may come back with another password, and mend that
		nats.ReconnectWait(min(c.Patience/30, 2*time.Second)),
		// A connection that says nothing is given up after three of these.
		nats.PingInterval(c.part(6, 500*time.Millisecond)),
		nats.MaxPingsOutstanding(2),
		nats.ReconnectHandler(func(*nats.Conn) {
			c.Log.Info("the queue is there again", "server", c.where())
			c.mutex.Lock()
			c.ensured = time.Time{} // whatever was there may be gone
			c.mutex.Unlock()
			select {
			case c.shaken <- struct{}{}:
			default:
			}
		}),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				c.Log.Warn("the connection to the queue is lost", "err", err)
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			c.Log.Warn("the queue's server complains", "err", err)
		}),
	}
	if c.Server != nil {
		all = append(all, nats.InProcessServer(c.Server))
	}
	if c.Creds != "" {
		all = append(all, nats.UserCredentials(c.Creds))
	}
	if c.CA != "" {
		all = append(all, nats.RootCAs(c.CA))
	}
	if c.Cert != "" || c.Key != "" {
		all = append(all, nats.ClientCert(c.Cert, c.Key))
	}
	if c.Token != "" {
		all = append(all, nats.UserInfo(serveUser, c.Token))
	}
	return all
}

const (
	keepAbandoned = 7 * 24 * time.Hour  // a batch that nobody has come back to
	keepObjects   = 30 * 24 * time.Hour // suites
)

// ensure makes sure that the streams and the object store are there: a server may
// come back without what it had. It asks at most once in a while.
func (c *conn) ensure(ctx context.Context) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.jobs != nil && time.Since(c.ensured) < c.part(15, 200*time.Millisecond) {
		return nil
	}
	replicas := c.Replicas
	if replicas == 0 {
		replicas = 1
		if c.nc.ConnectedClusterName() != "" {
			replicas = 3
		}
	}
	jobs, err := c.stream(ctx, jetstream.StreamConfig{
		Name: jobsStream, Description: "submissions to grade", Subjects: []string{"grader.jobs.>"},
		Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew, Replicas: replicas,
		MaxAge: keepAbandoned, AllowDirect: true, Compression: jetstream.S2Compression,
	})
	if err != nil {
		return err
	}
	results, err := c.stream(ctx, jetstream.StreamConfig{
		Name: resultsStream, Description: "what came of them", Subjects: []string{"grader.results.>", "grader.starts.>"},
		Discard: jetstream.DiscardNew, Replicas: replicas,
		MaxAge: keepAbandoned, AllowDirect: true, Compression: jetstream.S2Compression,
	})
	if err != nil {
		return err
	}
	objects, err := c.js.ObjectStore(ctx, objectBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		objects, err = c.js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{
			Bucket: objectBucket, Description: "suites, and what is too large for a message", TTL: keepObjects, Replicas: replicas, Compression: true,
		})
	}
	if err != nil { // what there was before is used on
		return err
	}
	c.jobs, c.results, c.objects, c.ensured = jobs, results, objects, time.Now()
	return nil
}

// stream returns a stream that may be there already, with whatever settings its
// owner has given it since.
func (c *conn) stream(ctx context.Context, config jetstream.StreamConfig) (jetstream.Stream, error) {
	s, err := c.js.Stream(ctx, config.Name)
	if !errors.Is(err, jetstream.ErrStreamNotFound) {
		return s, err
	}
	s, err = c.js.CreateStream(ctx, config)
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // somebody was faster
		return c.js.Stream(ctx, config.Name)
	}
	return s, err
}

// errThere says that a subject has its message already.
var errThere = errors.New("it is there already")

// put publishes the first message of a subject, and waits until it is stored.
func (c *conn) put(ctx context.Context, subject string, data []byte) error {
	ctx, stop := context.WithTimeout(ctx, c.part(6, 2*time.Second)) // a server that is short of something may say nothing
	defer stop()
	_, err := c.js.Publish(ctx, subject, data, jetstream.WithExpectLastSequencePerSubject(0), jetstream.WithRetryAttempts(1))
	var api *jetstream.APIError
	if errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant) {
		return errThere
	}
	return err
}

// full reports whether an error says that the store has no room.
func full(err error) bool {
	var api *jetstream.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode {
	case 10023, 10028, 10047, 10077, 10122: // resources, memory, storage, the stream's own limits, the account's
		return true
	}
	return false
}

// headroom is what a message may have besides its payload, in bytes.
const headroom = 4 << 10

// fits reports whether a message can carry so many bytes.
func (c *conn) fits(size int) bool { return int64(size) <= c.nc.MaxPayload()-headroom }

// putObject stores content under name unless it is there.
func (c *conn) putObject(ctx context.Context, name string, content []byte) error {
	objects := c.store()
	if info, err := objects.GetInfo(ctx, name); err == nil && info.Size == uint64(len(content)) {
		return nil
	}
	_, err := objects.PutBytes(ctx, name, content)
	return err
}

func (c *conn) object(ctx context.Context, name string) ([]byte, error) {
	return c.store().GetBytes(ctx, name)
}

func (c *conn) store() jetstream.ObjectStore {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.objects
}

func (c *conn) streams() (jobs, results jetstream.Stream) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.jobs, c.results
}

// lookup returns the answer to a job that is in the store, or nil.
func (c *conn) lookup(ctx context.Context, batch, key string) (*answer, uint64, error) {
	_, results := c.streams()
	m, err := results.GetLastMsgForSubject(ctx, resultSubject(batch, key))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	a, err := c.decodeAnswer(ctx, m.Data, key)
	return a, m.Sequence, err
}

// decodeAnswer reads an answer to the job called key.
func (c *conn) decodeAnswer(ctx context.Context, data []byte, key string) (*answer, error) {
	a := new(answer)
	if err := json.Unmarshal(data, a); err != nil {
		return nil, err
	}
	if a.Object != "" {
		whole, err := c.object(ctx, a.Object)
		if err != nil {
			return nil, err
		}
		a = new(answer)
		if err := json.Unmarshal(whole, a); err != nil {
			return nil, err
		}
	}
	return a, a.check(key)
}

// announce tells the others every beat that we are there, until ctx ends.
func (c *conn) announce(ctx context.Context, subject string, b beat) {
	b.ID, b.Build, b.Version = c.id, c.Build, c.Version
	b.Host, _ = os.Hostname()
	say := func() {
		text, err := json.Marshal(b)
		if err == nil && c.nc.IsConnected() {
			err = c.nc.Publish(subject, text)
		}
		if err != nil {
			c.Log.Debug("nobody hears us", "err", err)
		}
	}
	tick := time.NewTicker(c.beat())
	defer tick.Stop()
	for {
		say()
		select {
		case <-tick.C:
		case <-ctx.Done():
			b.Gone = true
			say()
			return
		}
	}
}

// beat is how often one says that one is there.
func (c *conn) beat() time.Duration { return c.part(15, 100*time.Millisecond) }

// hear calls f for every beat on a subject. f is called by one goroutine.
func (c *conn) hear(subject string, f func(beat)) (*nats.Subscription, error) {
	return c.nc.Subscribe(subject, func(m *nats.Msg) {
		var b beat
		if json.Unmarshal(m.Data, &b) == nil {
			f(b)
		}
	})
}

func (c *conn) close() {
	_ = c.nc.Flush()
	c.nc.Close()
}

// sleep waits; an error says that ctx ended first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
