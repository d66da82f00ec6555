package batch_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func class(n int) []batch.Entry {
	entries := make([]batch.Entry, n)
	for i := range entries {
		entries[i].Student = fmt.Sprintf("s%05d", i)
	}
	return entries
}

func collect(into *[]string) batch.Sink {
	return func(g batch.Graded) error {
		*into = append(*into, g.Student)
		return nil
	}
}

func TestRunKeepsTheOrder(t *testing.T) {
	t.Parallel()
	for _, jobs := range []int{0, 1, 3, 64} {
		synctest.Test(t, func(t *testing.T) {
			entries := class(500)
			var running, most atomic.Int32
			grade := func(_ context.Context, e batch.Entry) (*harness.Result, error) {
				now := running.Add(1)
				defer running.Add(-1)
				for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
				}
				time.Sleep(time.Duration(rand.IntN(1000)) * time.Millisecond)
				return &harness.Result{File: e.Student}, nil
			}
			var got, again []string
			require.NoError(t, batch.Run(t.Context(), slices.Values(entries), jobs, grade, collect(&got), collect(&again)))
			require.Len(t, got, len(entries))
			for i, e := range entries {
				assert.Equal(t, e.Student, got[i])
			}
			assert.Equal(t, got, again)
			assert.EqualValues(t, max(jobs, 1), most.Load(), "all workers work, and no more")
		})
	}
}

func TestRunGoesOnBesideASlowOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		grade := func(_ context.Context, e batch.Entry) (*harness.Result, error) {
			if e.Student == "s00000" {
				time.Sleep(time.Second)
			} else {
				time.Sleep(time.Millisecond)
			}
			return &harness.Result{}, nil
		}
		var got []string
		require.NoError(t, batch.Run(t.Context(), slices.Values(class(1000)), 2, grade, collect(&got)))
		assert.Len(t, got, 1000)
		assert.Equal(t, time.Second, time.Since(begin))
	})
}

func TestRunHoldsABoundedNumberOfResults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var graded atomic.Int32
		release := make(chan struct{})
		grade := func(_ context.Context, e batch.Entry) (*harness.Result, error) {
			if e.Student == "s00000" {
				<-release
			}
			graded.Add(1)
			return &harness.Result{}, nil
		}
		done := make(chan error)
		var got []string
		go func() { done <- batch.Run(t.Context(), slices.Values(class(5000)), 4, grade, collect(&got)) }()
		synctest.Wait()
		assert.Less(t, graded.Load(), int32(1100), "the others wait for the first")
		close(release)
		require.NoError(t, <-done)
		assert.Len(t, got, 5000)
	})
}

func TestRunInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		grade := func(ctx context.Context, e batch.Entry) (*harness.Result, error) {
			pause := 2 * time.Millisecond
			if e.Student == "s00003" {
				pause = time.Hour
			}
			select {
			case <-time.After(pause):
				return &harness.Result{}, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		time.AfterFunc(21*time.Millisecond, cancel)
		var got []string
		require.ErrorIs(t, batch.Run(ctx, slices.Values(class(1000)), 3, grade, collect(&got)), context.Canceled)
		assert.NotContains(t, got, "s00003")
		assert.Contains(t, got, "s00004", "what was graded by then is kept, also after one that was not")
		assert.Less(t, len(got), 40)
		assert.IsIncreasing(t, got)
	})
}

func TestRunEndsWhenASinkFails(t *testing.T) {
	t.Parallel()
	var mutex sync.Mutex
	graded := 0
	grade := func(ctx context.Context, _ batch.Entry) (*harness.Result, error) {
		mutex.Lock()
		defer mutex.Unlock()
		graded++
		return &harness.Result{}, ctx.Err()
	}
	full := errors.New("no space left")
	var got []string
	sink := func(g batch.Graded) error {
		if g.Student == "s00002" {
			return full
		}
		return nil
	}
	require.ErrorIs(t, batch.Run(t.Context(), slices.Values(class(100_000)), 2, grade, sink, collect(&got)), full)
	assert.Equal(t, []string{"s00000", "s00001"}, got)
	assert.Less(t, graded, 100_000)
}

// students are the names in entries.
func students(entries ...batch.Entry) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, e := range entries {
			if !yield(e.Student) {
				return
			}
		}
	}
}
