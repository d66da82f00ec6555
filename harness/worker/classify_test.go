package worker

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLastWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, stderr string
		want         Ending
	}{
		{
			"stack overflow",
			"runtime: goroutine stack exceeds 67108864-byte limit\nruntime: sp=0x1 stack=[0x2, 0x3]\nfatal error: stack overflow\n\nruntime stack:\n",
			Ending{
				End: Crashed, Cause: CauseStackOverflow, Evidence: "fatal error: stack overflow",
				Message: "stack overflow: a function calls itself without end",
			},
		},
		{
			"deadlock",
			"fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\n",
			deadlock("fatal error: all goroutines are asleep - deadlock!"),
		},
		{
			"main gone",
			"fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n",
			deadlock("fatal error: no goroutines (main called runtime.Goexit) - deadlock!"),
		},
		{"out of memory", "fatal error: runtime: out of memory\n", memory("fatal error: runtime: out of memory")},
		{"cannot allocate", "fatal error: runtime: cannot allocate memory\n", memory("fatal error: runtime: cannot allocate memory")},
		{"metadata", "fatal error: out of memory allocating heap arena metadata\n", memory("fatal error: out of memory allocating heap arena metadata")},
		{
			"said before it is fatal",
			"runtime: out of memory: cannot allocate 4194304-byte block (67043328 in use)\nfatal error: out of memory\n",
			memory("runtime: out of memory: cannot allocate 4194304-byte block (67043328 in use)"),
		},
		{
			"no thread",
			"runtime: failed to create new OS thread (have 5 already; errno=11)\nfatal error: newosproc\n",
			memory("runtime: failed to create new OS thread (have 5 already; errno=11)"),
		},
		{"map", "fatal error: concurrent map writes\n", Ending{End: Crashed, Message: "concurrent map writes", Evidence: "fatal error: concurrent map writes"}},
		{
			"panic",
			"panic: runtime error: index out of range [3] with length 2\n\ngoroutine of the student's file:\n\tsigmoid.go:12\n",
			Ending{
				End: Panicked, Cause: CauseGoroutine, Line: 12,
				Message: "runtime error: index out of range [3] with length 2", Evidence: "a panic on standard error",
			},
		},
		{
			"panic of many lines that pretends",
			"panic: one\n\tfatal error: out of memory\nfatal error: stack overflow\n",
			Ending{End: Panicked, Cause: CauseGoroutine, Message: "one\nfatal error: out of memory", Evidence: "a panic on standard error"},
		},
		{
			"interpreter",
			"fatal error: interpreter: reflect: call of nil\n\ngoroutine of the student's file:\n\tsigmoid.go:0\n",
			Ending{End: Panicked, Cause: CauseGoroutine, Ours: true, Message: "reflect: call of nil", Evidence: "fatal error: interpreter: reflect: call of nil"},
		},
		{
			"signal",
			"SIGSEGV: segmentation violation\nPC=0x43625d m=0 sigcode=1 addr=0x0\n\ngoroutine 0 gp=0x98bf40 m=0 mp=0x98cf40 [idle]:\n",
			Ending{End: Crashed, Cause: CauseSignal, Message: "the process crashed: segmentation violation", Evidence: "SIGSEGV: segmentation violation"},
		},
		{
			"line out of range",
			"panic: x\n\tsigmoid.go:99999999999999999999\n",
			Ending{
				End: Panicked, Cause: CauseGoroutine,
				Message: "x\nsigmoid.go:99999999999999999999", Evidence: "a panic on standard error",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := lastWords(test.stderr)
			assert.True(t, ok)
			assert.Equal(t, test.want, got)
		})
	}
	for _, other := range []string{"", "\n", "hello", "a panic: b", "\tfatal error: x", "exit status 2"} {
		_, ok := lastWords(other)
		assert.False(t, ok, "%q", other)
	}
}

// TestClassifyAsksWhoKilled: the same exit state means different things,
// depending on who brought it about.
func TestClassifyAsksWhoKilled(t *testing.T) {
	t.Parallel()
	p, err := start(t.Context())
	require.NoError(t, err)
	defer p.close()
	state := p.end().state

	for why, want := range map[killing]End{
		killedForTime:  Timeout,
		killedForNoise: OutputLimit,
		killedOnNotice: MemoryLimit,
	} {
		got, err := classify(&death{killing: why, state: state, notice: memory("")}, &setup{Processor: 5})
		require.NoError(t, err)
		assert.Equal(t, want, got.End)
	}
	for _, why := range []killing{notKilled, killedForContext, killedAtTheEnd, killedForProtocol} {
		_, err := classify(&death{killing: why, state: state}, &setup{Processor: 5})
		var fault *Error
		require.ErrorAs(t, err, &fault)
	}
	// The run-time spoke before the time was up.
	got, err := classify(&death{killing: killedForTime, state: state, stderr: "fatal error: stack overflow\n"}, &setup{Processor: 5})
	require.NoError(t, err)
	assert.Equal(t, CauseStackOverflow, got.Cause)
	// What it said counts for nothing if it did not die of it.
	_, err = classify(&death{killing: notKilled, state: state, stderr: "fatal error: stack overflow\n"}, &setup{Processor: 5})
	require.Error(t, err)
}

// TestClassifyMemoryThatTheRuntimeTookForGranted: it dereferences the nil that
// it was given instead of memory.
func TestClassifyMemoryThatTheRuntimeTookForGranted(t *testing.T) {
	t.Parallel()
	d := &death{killing: killedForTime, stderr: "SIGSEGV: segmentation violation\nPC=0x43625d m=0 sigcode=1 addr=0x0\n"}
	for peak, want := range map[int64]End{0: Crashed, 60: Crashed, 128: Crashed, 129: MemoryLimit, 300: MemoryLimit} {
		d.peak = peak << 20
		got, err := classify(d, &setup{Memory: 256 << 20, Processor: 5})
		require.NoError(t, err)
		assert.Equal(t, want, got.End, "%d MiB", peak)
	}
}
