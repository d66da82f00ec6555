package worker

import (
	"runtime"
	"runtime/metrics"
	"time"
)

const (
	watchPeriod   = 50 * time.Millisecond
	watchPatience = 4 // periods in a row without anything that could run

	// stackShare is the part of the memory that only an endless recursion makes
	// the stacks take, or very many goroutines, whose stacks are shallow each: no
	// more than shallow bytes.
	stackShare = 64
	shallow    = 64 << 10
)

// watch ends the worker if the student's code waits for what never comes, or has
// taken more memory than it may.
//
// The run-time's own search for deadlocks is not enough: it gives up in a binary
// that is linked with the C library. And a limit that the kernel enforces is not
// there on every system, and not to be had for small sizes.
func (w *child) watch(memory int64) {
	sample := []metrics.Sample{
		{Name: "/sched/goroutines/running:goroutines"},
		{Name: "/sched/goroutines/runnable:goroutines"},
		{Name: "/sched/goroutines/not-in-go:goroutines"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
	}
	still := 0
	for used := processorTime(); ; {
		time.Sleep(watchPeriod)
		metrics.Read(sample)
		running, runnable, outside := sample[0].Value.Uint64(), sample[1].Value.Uint64(), sample[2].Value.Uint64()
		total, released := sample[3].Value.Uint64(), sample[4].Value.Uint64()
		if total-released > uint64(memory) {
			w.mutex.Lock()
			// Each interpreted call takes from the heap too: an endless recursion
			// may use that up before it meets the limit of the stack.
			stacks := sample[5].Value.Uint64()
			if stacks > uint64(memory)/stackShare && stacks/uint64(runtime.NumGoroutine()) > shallow {
				w.leave(noticeStack)
			}
			w.leave(noticeMemory)
		}
		// This goroutine is the one that runs. One that waits for the garbage
		// collector cannot run either, but then the collector takes time.
		before := used
		used = processorTime()
		if running > 1 || runnable > 0 || outside > 0 || w.waits.Load() || used-before > watchPeriod/10 {
			still = 0
			continue
		}
		if still++; still == watchPatience {
			w.mutex.Lock()
			w.leave(noticeDeadlock)
		}
	}
}
