package worker

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunFinishes(t *testing.T) {
	t.Parallel()
	r := grade(t, 3, "backward: nothing", patiently)
	require.Equal(t, []End{Finished, Finished, Finished}, ends(r))
	assert.Equal(t, 1, r.Workers)
	assert.Zero(t, r.Strikes)
	assert.Nil(t, r.Rejection)
	assert.Nil(t, r.Stopped)
	for i, p := range quizzes(3) {
		want, err := p.Run(correct)
		require.NoError(t, err)
		assert.Equal(t, want, r.Cases[i].Outcome)
		assert.Equal(t, p.Name, r.Cases[i].Name)
		assert.Positive(t, r.Cases[i].Duration)
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, source string
		want         Ending // an empty Message is any
		leftover     int
	}{
		{"panic", "backward: panic boom", Ending{End: Panicked, Message: "boom", Line: 12}, 0},
		{"second call", "backward 2: panic boom", Ending{End: Panicked, Message: "boom", Line: 12}, 0},
		{"ours", "backward: ours reflect", Ending{End: Panicked, Message: "reflect", Ours: true}, 0},
		{"not a *Panic", "backward: foreign boom", Ending{End: Panicked, Message: "boom"}, 0},
		{"nil", "backward: nil", Ending{End: Panicked, Message: "runtime error: invalid memory address or nil pointer dereference"}, 0},
		{"unset", "backward: unset", Ending{End: Panicked, Cause: CauseUnsetGradient, Message: "Backward left the gradient for f unset"}, 0},
		{"shape", "backward: shape", Ending{End: Panicked, Cause: CauseGradientShape, Message: "the gradient for f is 3×3; f's value is 2×1"}, 0},
		{"goroutine panic", "backward: gopanic boom", Ending{End: Panicked, Cause: CauseGoroutine, Message: "boom"}, 0},
		{"deadlock", "backward: deadlock", Ending{End: Panicked, Cause: CauseDeadlock, Message: "deadlock: all goroutines are asleep"}, 0},
		{"deadlock after a leak", "backward: leak\nbackward: deadlock", Ending{End: Panicked, Cause: CauseDeadlock, Message: "deadlock: all goroutines are asleep"}, 0},
		{"goexit", "backward: goexit", Ending{End: Panicked, Cause: CauseDeadlock, Message: "deadlock: all goroutines are asleep"}, 0},
		{"slow, but no deadlock", "backward: wait", Ending{End: Finished}, 0},
		{"loop", "backward: loop", Ending{End: Timeout, Message: "it ran longer than it may"}, 0},
		{"loop beside a deadlock", "backward: goloop\nbackward: deadlock", Ending{End: Timeout}, 0},
		{"stack", "backward: overflow", Ending{End: Crashed, Cause: CauseStackOverflow}, 0},
		{"memory", "backward: allocate", Ending{End: MemoryLimit}, 0},
		{"memory at once", "backward: bigmake", Ending{End: MemoryLimit}, 0},
		{"goroutines", "backward: bomb", Ending{End: MemoryLimit}, 0},
		{"much garbage", "backward: churn", Ending{End: Finished}, 0},
		{"flood", "backward: flood", Ending{End: OutputLimit}, 0},
		{"flood of nothing", "backward: drip", Ending{End: OutputLimit}, 0},
		{"leak", "backward: leak", Ending{End: Finished}, 2},
		{"leak that loops", "backward 2: goloop", Ending{End: Finished}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			limits := patiently
			if test.want.End == Timeout {
				limits = quickly
			}
			r := grade(t, 1, test.source, limits)
			got := r.Cases[0]
			assert.Equal(t, test.want.End, got.End, "%+v", got.Ending)
			assert.Equal(t, test.want.Cause, got.Cause)
			assert.Equal(t, test.want.Line, got.Line)
			assert.Equal(t, test.want.Ours, got.Ours)
			if test.want.Message != "" {
				assert.Equal(t, test.want.Message, got.Message)
			}
			assert.Equal(t, test.leftover, got.Leftover)
			assert.Equal(t, test.want.End == Finished, got.Outcome != nil)
			assert.Equal(t, test.want.End == Finished, got.Message == "")
			died := r.Strikes == 1
			assert.Equal(t, died, got.Evidence != "", "only a death wants evidence")
		})
	}
}

func TestOneCaseThatDiesCostsThatCase(t *testing.T) {
	t.Parallel()
	// A case calls Backward twice.
	r := grade(t, 4, "backward 3: loop", quickly)
	assert.Equal(t, []End{Finished, Timeout, Finished, Timeout}, ends(r), "the fresh worker counts afresh")
	assert.Equal(t, 2, r.Workers)
	assert.Equal(t, 2, r.Strikes)
}

func TestSkippedAfterTheSecondDeath(t *testing.T) {
	t.Parallel()
	for source, end := range map[string]End{
		"backward: loop":         Timeout,
		"backward: overflow":     Crashed,
		"backward: gopanic boom": Panicked,
	} {
		limits := patiently
		if end == Timeout {
			limits = quickly
		}
		r := grade(t, 5, source, limits)
		assert.Equal(t, []End{end, end, Skipped, Skipped, Skipped}, ends(r), source)
		assert.Equal(t, 2, r.Workers, source)
		assert.Equal(t, 2, r.Strikes, source)
	}
}

func TestPanicsAreNoDeaths(t *testing.T) {
	t.Parallel()
	r := grade(t, 5, "backward: panic boom", patiently)
	assert.Equal(t, []End{Panicked, Panicked, Panicked, Panicked, Panicked}, ends(r))
	assert.Equal(t, 1, r.Workers)
	assert.Zero(t, r.Strikes)
}

func TestStrikesOfEarlierJobsCount(t *testing.T) {
	t.Parallel()
	for strikes, want := range map[int][]End{
		1: {Timeout, Skipped, Skipped},
		2: {Skipped, Skipped, Skipped},
	} {
		r, err := Run(t.Context(), Job{Source: []byte("backward: loop"), Problems: quizzes(3), Strikes: strikes}, quickly)
		require.NoError(t, err)
		assert.Equal(t, want, ends(r))
		assert.Equal(t, 2, r.Strikes)
		assert.Equal(t, 2-strikes, r.Workers)
	}
}

func TestLeftoverGoroutinesDoNotReachTheNextCase(t *testing.T) {
	t.Parallel()
	r := grade(t, 3, "backward: goloop", patiently)
	assert.Equal(t, []End{Finished, Finished, Finished}, ends(r))
	assert.Equal(t, 3, r.Workers)
	assert.Zero(t, r.Strikes)
	for _, c := range r.Cases {
		assert.Equal(t, 2, c.Leftover)
	}
}

func TestInitialisers(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]Ending{
		"load: panic boom":     {End: Panicked, Message: "boom", Line: 12},
		"load: ours reflect":   {End: Panicked, Message: "reflect", Ours: true},
		"load: loop":           {End: Timeout, Message: "it ran longer than it may"},
		"load: deadlock":       {End: Panicked, Cause: CauseDeadlock, Message: "deadlock: all goroutines are asleep"},
		"load: gopanic boom":   {End: Panicked, Cause: CauseGoroutine, Message: "boom"},
		"load: flood":          {End: OutputLimit, Message: "it printed more than it may"},
		"load: allocate":       {End: MemoryLimit, Message: "it needed more memory than it may have"},
		"compile: allocate":    {End: MemoryLimit, Message: "it needed more memory than it may have"},
		"compile: overflow":    {End: Crashed, Cause: CauseStackOverflow, Message: "stack overflow: a function calls itself without end"},
		"compile: loop":        {End: Timeout, Message: "it ran longer than it may"},
		"load: goloop":         {End: Finished},
		"load: print hello":    {End: Finished},
		"load: leak":           {End: Finished},
		"backward: print only": {End: Finished},
	} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			limits := patiently
			if want.End == Timeout {
				limits = Limits{Timeout: time.Second, Compile: time.Second}
			}
			r := grade(t, 3, source, limits)
			assert.Equal(t, 1, r.Workers)
			if want.End == Finished {
				assert.Nil(t, r.Stopped)
				assert.Equal(t, []End{Finished, Finished, Finished}, ends(r))
				return
			}
			require.NotNil(t, r.Stopped)
			assert.Equal(t, []End{Skipped, Skipped, Skipped}, ends(r))
			phase, _, _ := strings.Cut(source, ":")
			assert.Equal(t, Phase(phase), r.Stopped.Phase)
			got := r.Stopped.Ending
			assert.Equal(t, want.End != Panicked || want.Cause != "", got.Evidence != "")
			got.Evidence = ""
			assert.Equal(t, want, got)
		})
	}
}

func TestRejection(t *testing.T) {
	t.Parallel()
	r := grade(t, 3, "what is this", patiently)
	require.NotNil(t, r.Rejection)
	assert.Equal(t, StatusCompileError, r.Rejection.Status)
	assert.Equal(t, []Diagnostic{{Line: 1, Column: 2, Severity: "error", Message: `sigmoid.go: no phase: "what is this"`}}, r.Rejection.Diagnostics)
	assert.Empty(t, r.Cases)
	assert.Equal(t, 1, r.Workers)
}

func TestJobWithoutProblems(t *testing.T) {
	t.Parallel()
	r := grade(t, 0, "load: print hello", patiently)
	assert.Empty(t, r.Cases)
	assert.Equal(t, "hello\n", r.Stdout)
	assert.Equal(t, 1, r.Workers)
	assert.NotNil(t, grade(t, 0, "load: panic boom", patiently).Stopped)
}

// bothWays are limits under which what is printed comes by way of a transcript,
// where there are any, and in frames.
func bothWays(t *testing.T, limits Limits, f func(t *testing.T, limits Limits)) {
	t.Parallel()
	t.Run("transcript", func(t *testing.T) { t.Parallel(); f(t, limits) })
	limits.without = append(limits.without, withoutTranscript)
	t.Run("frames", func(t *testing.T) { t.Parallel(); f(t, limits) })
}

func TestStdout(t *testing.T) { bothWays(t, patiently, stdoutInOrder) }

func stdoutInOrder(t *testing.T, limits Limits) {
	r := grade(t, 2, "load: print begin\nbackward 1: print one\nbackward 3: print three", limits)
	assert.Equal(t, "begin\none\nthree\n", r.Stdout)
	assert.Equal(t, "one\n", r.Cases[0].Stdout)
	assert.Equal(t, "three\n", r.Cases[1].Stdout)
	assert.False(t, r.Cut)
}

func TestStdoutOfAFreshWorkerTellsInitialisersOnce(t *testing.T) {
	bothWays(t, quickly, initialisersOnce)
}

func initialisersOnce(t *testing.T, limits Limits) {
	r := grade(t, 3, "load: print begin\nbackward: print x\nbackward 3: loop", limits)
	assert.Equal(t, []End{Finished, Timeout, Finished}, ends(r))
	assert.Equal(t, "begin\nx\nx\nx\nx\nx\n", r.Stdout, "and what was printed before the end is kept")
	assert.Equal(t, "x\n", r.Cases[1].Stdout)
}

func TestStdoutIsCut(t *testing.T) { bothWays(t, patiently, stdoutIsCut) }

func stdoutIsCut(t *testing.T, limits Limits) {
	limited := func(output int, timeout time.Duration) Limits {
		limits.Output, limits.Timeout = output, timeout
		return limits
	}
	source := "backward: print " + strings.Repeat("x", 999)
	for _, limit := range []int{1, 1000, 1500, 3999} {
		r := grade(t, 2, source, limited(limit, time.Minute))
		assert.Len(t, r.Stdout, limit)
		assert.True(t, r.Cut)
		assert.Equal(t, []End{Finished, Finished}, ends(r), "cut, not punished")
	}
	r := grade(t, 2, source, limited(4000, time.Minute))
	assert.Len(t, r.Stdout, 4000)
	assert.False(t, r.Cut)
	// The limit holds for all workers of a job together.
	r = grade(t, 2, source+"\nbackward 2: loop", limited(3500, quickly.Timeout))
	assert.Equal(t, 2, r.Workers)
	assert.Len(t, r.Stdout, 3500)
	assert.True(t, r.Cut)
	// Even an endless flood leaves what it began with.
	r = grade(t, 1, "backward: flood", limited(0, patiently.Timeout))
	assert.Equal(t, OutputLimit, r.Cases[0].End)
	assert.Len(t, r.Stdout, DefaultOutput)
	assert.True(t, r.Cut)
}

func TestLimitsHold(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	r := grade(t, 1, "backward: loop", quickly)
	assert.Equal(t, Timeout, r.Cases[0].End)
	assert.Greater(t, r.Cases[0].Duration, quickly.Timeout-10*time.Millisecond)
	assert.Less(t, time.Since(begin), 10*quickly.Timeout)
}

// TestMemorySizes: every size holds, those below what the kernel can enforce
// included, and an ordinary case gets by with little.
func TestMemorySizes(t *testing.T) {
	t.Parallel()
	for _, mib := range []int64{128, 192, 256, 512} {
		t.Run(fmt.Sprint(mib), func(t *testing.T) {
			t.Parallel()
			limits := patiently
			limits.Memory = mib << 20
			assert.Equal(t, []End{Finished}, ends(grade(t, 1, "backward: nothing", limits)))
			r := grade(t, 1, "backward: allocate", limits)
			assert.Equal(t, MemoryLimit, r.Cases[0].End, "%+v", r.Cases[0].Ending)
		})
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := Run(cancelled, Job{Source: []byte("backward: nothing"), Problems: quizzes(1)}, patiently)
	assert.Nil(t, r)
	require.ErrorIs(t, err, context.Canceled)

	for _, source := range []string{"compile: loop", "load: loop", "backward: loop", "backward: deadlock"} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		begin := time.Now()
		r, err := Run(ctx, Job{Source: []byte(source), Problems: quizzes(1)}, Limits{Timeout: time.Minute})
		cancel()
		assert.Nil(t, r)
		require.ErrorIs(t, err, context.DeadlineExceeded, source)
		assert.Less(t, time.Since(begin), 5*time.Second)
	}
}

func TestFaultsOfOurs(t *testing.T) {
	t.Parallel()
	for source, op := range map[string]string{
		"compile: foreign broken": "worker", // a panic in the checking
		"load: foreign broken":    "worker", // an error of the interpreter
		"backward: exit":          "worker", // no student code can do that
		"backward: kill":          "sandbox",
	} {
		r, err := Run(t.Context(), Job{Source: []byte(source), Problems: quizzes(2)}, patiently)
		assert.Nil(t, r)
		var fault *Error
		require.ErrorAs(t, err, &fault, source)
		assert.Equal(t, op, fault.Op, source)
		assert.NotEmpty(t, fault.Error())
	}
	// A problem that is not sound.
	bad := quiz("bad")
	bad.Graph = bad.Graph[1:]
	_, err := Run(t.Context(), Job{Source: []byte("backward: nothing"), Problems: append(quizzes(1), bad)}, patiently)
	var fault *Error
	require.ErrorAs(t, err, &fault)
	assert.Contains(t, err.Error(), `case "bad"`)
}
