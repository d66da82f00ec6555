package batch

import (
	"context"
	"iter"
	"sync"

	"github.com/miniflow/grader/harness"
)

// Graded is a student's result.
type Graded struct {
	Entry
	Result *harness.Result
}

// Sink takes results, one after the other. An error ends the batch.
type Sink func(Graded) error

// Grade grades one entry. Its only errors are the context's.
type Grade func(ctx context.Context, e Entry) (*harness.Result, error)

// Grader grades one submission: a [harness.Grader], or something that has others
// do it. Its only errors are the context's.
type Grader interface {
	Grade(ctx context.Context, sub harness.Submission) (*harness.Result, error)
}

// Keeper is a Grader that keeps a result until it hears that nobody will ask for it
// again: a journal has it, or it is not one to keep.
type Keeper interface {
	Grader
	Done(sub harness.Submission)
}

// Each makes a Grade that grades what read reads.
func Each(read Read, g Grader) Grade {
	return func(ctx context.Context, e Entry) (*harness.Result, error) {
		return g.Grade(ctx, read(e))
	}
}

// window is how many results may wait for an earlier one that takes long. It
// bounds what a batch holds in memory, however large the class.
const window = 1024

// task is an entry on its way through the pool. Its result comes over done; nil
// stands for one that was not graded.
type task struct {
	entry Entry
	done  chan *harness.Result
}

// Run grades so many entries at a time and hands the results to the sinks in the
// order of the entries. If ctx ends it returns its error, after the sinks
// have had what was graded by then; if a sink fails, its error.
func Run(ctx context.Context, entries iter.Seq[Entry], inHand int, grade Grade, sinks ...Sink) error {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan *task)           // to the workers
	ordered := make(chan *task, window) // to the sinks
	var workers sync.WaitGroup
	for range max(inHand, 1) {
		workers.Go(func() {
			for t := range queue {
				r, err := grade(work, t.entry)
				if err != nil {
					r = nil
				}
				t.done <- r
			}
		})
	}
	workers.Go(func() {
		defer close(ordered)
		defer close(queue)
		for e := range entries {
			t := &task{e, make(chan *harness.Result, 1)}
			select {
			case queue <- t:
			case <-work.Done():
				return
			}
			ordered <- t
		}
	})
	var failed error
	for t := range ordered {
		r := <-t.done
		if r == nil || failed != nil {
			continue
		}
		if failed = deliver(Graded{t.entry, r}, sinks); failed != nil {
			cancel()
		}
	}
	workers.Wait()
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

func deliver(g Graded, sinks []Sink) error {
	for _, sink := range sinks {
		if err := sink(g); err != nil {
			return err
		}
	}
	return nil
}
