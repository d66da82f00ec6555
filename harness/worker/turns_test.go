package worker

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTurns: a job whose turn it is not has been compiled, and nothing more.
func TestTurns(t *testing.T) {
	t.Parallel()
	turns := NewTurns(1)
	job := Job{Source: []byte("load: print x"), Problems: quizzes(1), Turns: turns}
	require.NoError(t, turns.Take(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	var over atomic.Bool
	var waiting sync.WaitGroup
	for range 2 {
		waiting.Go(func() {
			report, err := Run(t.Context(), job, Limits{})
			assert.True(t, over.Load(), "before its turn")
			if assert.NoError(t, err) {
				assert.Equal(t, Finished, report.Cases[0].End)
			}
		})
	}
	canceled := make(chan error)
	go func() {
		_, err := Run(ctx, job, Limits{})
		canceled <- err
	}()
	// Longer than a worker takes to compile, and than it takes for a deadlock.
	time.Sleep(2 * watchPatience * watchPeriod)
	cancel()
	require.Equal(t, context.Canceled, <-canceled)
	over.Store(true)
	turns.Leave()
	waiting.Wait()
	assert.Empty(t, turns, "turns are given back")

	// What needs no turn takes none.
	require.NoError(t, turns.Take(t.Context()))
	job.Source = []byte("nonsense")
	_, err := Run(t.Context(), job, Limits{})
	require.NoError(t, err)
}
