package worker

import (
	"sync"
	"time"
)

// clock bounds the wall-clock time of a worker's phases, one after the other.
//
// A machine that is too busy must not cost a student anything. So where a
// process's processor time can be asked for, a phase that has not had much of
// its time from the processor is given some more, within bounds; and one that in
// the end has had next to nothing was starved, which is no time-out. Nothing that
// student code may call sleeps, and code that waits for ever is found by the
// worker itself.
type clock struct {
	used func() (time.Duration, bool) // the process's processor time, if it is known
	over func(starved bool)           // called once, from another goroutine, when the time is up

	mutex  sync.Mutex
	timer  *time.Timer
	round  int // counts the phases, to tell a timer of an earlier one
	spent  bool
	limit  time.Duration
	begin  time.Time
	before time.Duration // the processor time at begin
}

const (
	patience = 3   // times the limit is what a phase may take of wall-clock time,
	fair     = 0.9 // if it has not had this much of the limit of processor time;
	starving = 0.1 // one that has had less than this much was starved
)

// start begins a phase that may take as long as limit.
func (c *clock) start(limit time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.limit, c.begin = limit, time.Now()
	c.before, _ = c.used()
	c.wind(limit)
}

// stop ends a phase, and says whether that was in time.
func (c *clock) stop() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.round++
	if c.timer != nil {
		c.timer.Stop()
	}
	return !c.spent
}

func (c *clock) wind(d time.Duration) {
	c.round++
	if c.timer != nil {
		c.timer.Stop()
	}
	round := c.round
	c.timer = time.AfterFunc(d, func() { c.ring(round) })
}

func (c *clock) ring(round int) {
	c.mutex.Lock()
	if c.round != round {
		c.mutex.Unlock()
		return // the phase ended while the timer was on its way
	}
	now, known := c.used()
	had := now - c.before
	short := func(share float64) bool { return known && had < time.Duration(share*float64(c.limit)) }
	if short(fair) && time.Since(c.begin) < patience*c.limit {
		c.wind(max(time.Duration(fair*float64(c.limit))-had, c.limit/8))
		c.mutex.Unlock()
		return
	}
	starved := short(starving)
	c.spent = true
	c.mutex.Unlock()
	c.over(starved)
}
