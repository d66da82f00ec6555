package worker

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ticking makes a clock for a process that has so much of the processor's time:
// 1 is all of it, less than 0 that it is not known.
func ticking(share float64) (*clock, chan bool) {
	begin := time.Now()
	rung := make(chan bool, 1)
	return &clock{
		used: func() (time.Duration, bool) {
			return time.Duration(share * float64(time.Since(begin))), share >= 0
		},
		over: func(starved bool) { rung <- starved },
	}, rung
}

func TestClock(t *testing.T) {
	t.Parallel()
	const limit = 60 * time.Millisecond
	for _, test := range []struct {
		share    float64
		atLeast  time.Duration
		starved  bool
		whatever string
	}{
		{1, limit, false, "has all of the processor"},
		{2, limit, false, "has two of them"},
		{-1, limit, false, "on a system that does not tell"},
		{0.95, limit, false, "has almost all of it"},
		{0.6, 3 * limit / 2, false, "has more than half of it, and gets the rest later"},
		{0.4, 9 * limit / 4, false, "has less, and gets more later"},
		{0.05, patience * limit, false, "never has much"},
		{0.01, patience * limit, true, "has next to nothing"},
	} {
		t.Run(test.whatever, func(t *testing.T) {
			t.Parallel()
			c, rung := ticking(test.share)
			begin := time.Now()
			c.start(limit)
			assert.Equal(t, test.starved, <-rung)
			assert.GreaterOrEqual(t, time.Since(begin), test.atLeast)
			assert.False(t, c.stop(), "that is too late")
		})
	}
}

func TestClockThatIsStopped(t *testing.T) {
	t.Parallel()
	c, rung := ticking(1)
	for range 1000 {
		c.start(50 * time.Millisecond)
		require.True(t, c.stop())
		c.start(time.Hour)
	}
	require.True(t, c.stop())
	select {
	case <-rung:
		assert.Fail(t, "it was stopped each time")
	case <-time.After(200 * time.Millisecond):
	}
}

// TestClockCountsEachPhaseAfresh: what an earlier phase used does not count.
func TestClockCountsEachPhaseAfresh(t *testing.T) {
	t.Parallel()
	var used atomic.Int64
	rung := make(chan bool, 1)
	c := &clock{
		used: func() (time.Duration, bool) { return time.Duration(used.Load()), true },
		over: func(starved bool) { rung <- starved },
	}
	used.Store(int64(time.Hour))
	c.start(20 * time.Millisecond)
	assert.True(t, <-rung, "an hour before it began")
}
