package worker

import (
	"sync"
	"time"
)

// clock bounds the wall-clock time of a worker's phases, one after the other.
//
// A machine that is too busy must not cost a student anything. So where a
// process's processor time can be asked for, a phase that has not had most of its
// time from the processor is given some more, within bounds. Nothing that student
// code may call sleeps; code that waits for ever is found by the worker itself.
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

// A phase may take patience times its limit of wall-clock time, if it has not
// had fair of the limit of processor time.
const (
	patience = 5
	fair     = 0.75
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
	starved := known && had < time.Duration(fair*float64(c.limit))
	if starved && time.Since(c.begin) < patience*c.limit {
		c.wind(max(c.limit-had, c.limit/8))
		c.mutex.Unlock()
		return
	}
	c.spent = true
	c.mutex.Unlock()
	c.over(starved)
}
