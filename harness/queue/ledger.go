package queue

import (
	"slices"
	"sync"
	"time"
)

// ledger is which results in the stream are needed still. Its zero value knows of
// none.
type ledger struct {
	stream time.Time // when the stream was made: one that is made anew counts anew
	byKey  map[string]uint64
	needed map[uint64]bool // false for those that are kept elsewhere
	dones  int             // since the last purge
	floor  uint64          // none is needed before

	refused map[string]uint64 // what an earlier run has left and does not stand, by key
}

// purgeAfter is after how many results that are kept elsewhere the queue is told.
const purgeAfter = 256

// begin says which stream is meant from now on.
func (l *ledger) begin(stream time.Time) {
	if l.byKey != nil && l.stream.Equal(stream) {
		return
	}
	refused := l.refused
	if l.byKey != nil {
		refused = nil // by the numbers of another stream
	}
	*l = ledger{stream: stream, byKey: make(map[string]uint64), needed: make(map[uint64]bool), refused: refused}
}

// refuse notes that the result called key does not stand.
func (l *ledger) refuse(key string, seq uint64) {
	if l.refused == nil {
		l.refused = make(map[string]uint64)
	}
	l.refused[key] = seq
}

// refuses reports whether the result called key at seq is one that does not stand.
// One that is not in the stream has the number 0.
func (l *ledger) refuses(key string, seq uint64) bool { return seq > 0 && seq <= l.refused[key] }

// came notes that the result called key is in the stream. It may be said twice.
func (l *ledger) came(key string, seq uint64) {
	if _, known := l.needed[seq]; !known && l.byKey != nil && seq >= l.floor {
		l.byKey[key] = seq
		l.needed[seq] = true
	}
}

// done notes that the result called key is kept elsewhere. Every now and then it
// returns a sequence number before which no result is needed, else 0.
func (l *ledger) done(key string) (before uint64) {
	seq, ok := l.byKey[key]
	if !ok {
		return 0
	}
	delete(l.byKey, key)
	l.needed[seq] = false
	l.dones++
	if l.dones < purgeAfter {
		return 0
	}
	return l.sweep()
}

// sweep returns a sequence number before which no result is needed; 0 if that is
// not known of any.
func (l *ledger) sweep() uint64 {
	l.dones = 0
	var all []uint64
	for seq := range l.needed {
		all = append(all, seq)
	}
	slices.Sort(all)
	for _, seq := range all {
		if l.needed[seq] {
			break
		}
		delete(l.needed, seq)
		l.floor = seq + 1
	}
	return l.floor
}

// crowd is the workers that are there.
type crowd struct {
	build string
	lasts time.Duration // how long one that says nothing is believed to be there

	mutex sync.Mutex
	seen  map[string]member
	other []string
}

type member struct {
	beat
	at time.Time
}

func (c *crowd) note(b beat) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if b.Build != c.build {
		if who := b.Version + " on " + b.Host; !slices.Contains(c.other, who) {
			c.other = append(c.other, who)
		}
		return
	}
	if c.seen == nil {
		c.seen = make(map[string]member)
	}
	if b.Gone {
		delete(c.seen, b.ID)
		return
	}
	c.seen[b.ID] = member{b, time.Now()}
}

func (c *crowd) count() (workers, jobs int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for id, m := range c.seen {
		if time.Since(m.at) > c.lasts {
			delete(c.seen, id)
			continue
		}
		workers++
		jobs += m.Jobs
	}
	return workers, jobs
}

func (c *crowd) strangers() []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.Clone(c.other)
}
