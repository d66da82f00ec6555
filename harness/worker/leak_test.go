//go:build unix

package worker

import (
	"errors"
	"flag"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var rounds = flag.Int("rounds", 300, "how many jobs TestNothingIsLeft runs")

// TestNothingIsLeft runs job after job of every kind, and looks at what is left
// of them: descriptors, goroutines, processes, memory. It is not parallel, so no
// other test's are there.
func TestNothingIsLeft(t *testing.T) {
	sources := []string{
		"backward: nothing", "backward: nothing", "backward: nothing", "backward: nothing",
		"what is this", "backward: panic boom", "backward: gopanic boom", "backward 2: goloop",
		"backward: exit", "backward: sendraw hello, world", "backward: print hello",
	}
	one := func(i int) {
		job := Job{Source: []byte(sources[i%len(sources)]), Problems: quizzes(2)}
		r, err := Run(t.Context(), job, patiently)
		var fault *Error
		if err != nil {
			require.ErrorAs(t, err, &fault)
			return
		}
		require.NotNil(t, r)
	}
	for i := range 2 * len(sources) {
		one(i)
	}
	descriptors, goroutines, heap := openDescriptors(t), runtime.NumGoroutine(), heapInUse()
	for i := range *rounds {
		one(i)
	}
	assert.Equal(t, descriptors, openDescriptors(t))
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
	assert.Less(t, heapInUse(), heap+2<<20)
	_, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
	assert.ErrorIs(t, err, syscall.ECHILD, "no child, not even a dead one")
}

func openDescriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/dev/fd")
	if errors.Is(err, os.ErrNotExist) {
		entries, err = os.ReadDir("/proc/self/fd")
	}
	require.NoError(t, err)
	return len(entries)
}

func heapInUse() uint64 {
	var m runtime.MemStats
	// The second collection frees what the first one ran finalizers of.
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestKilledWorkersAreGone: however a job is cut short, its process is dead and
// reaped when Run returns.
func TestKilledWorkersAreGone(t *testing.T) {
	begin := time.Now()
	for _, source := range []string{"compile: loop", "load: loop", "backward: loop", "backward: bomb", "backward: close\nbackward: loop"} {
		_, err := Run(t.Context(), Job{Source: []byte(source), Problems: quizzes(2)},
			Limits{Timeout: 50 * time.Millisecond, Compile: 500 * time.Millisecond})
		var fault *Error
		require.True(t, err == nil || errors.As(err, &fault), "%v", err)
		_, err = syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		assert.ErrorIs(t, err, syscall.ECHILD, source)
	}
	assert.Less(t, time.Since(begin), 20*time.Second)
}
