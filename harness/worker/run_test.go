package worker

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunFinishes(t *testing.T) {
	t.Parallel()
	r := grade(t, 3, "backward: nothing", Limits{})
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
	for _, test := range []struct {
		name, source string
		want         Ending
		leftover     int
	}{
		{"time", "backward: loop", Ending{End: Timeout}, 0},
		{"sleep", "backward: sleep 1m", Ending{End: Timeout}, 0},
		{"panic", "backward: panic boom", Ending{End: Panicked, Message: "boom", Line: 12}, 0},
		{"second call", "backward 2: panic boom", Ending{End: Panicked, Message: "boom", Line: 12}, 0},
		{"ours", "backward: ours reflect", Ending{End: Panicked, Message: "reflect", Ours: true}, 0},
		{"nil", "backward: nil", Ending{End: Panicked, Message: "runtime error: invalid memory address or nil pointer dereference"}, 0},
		{"unset", "backward: unset", Ending{End: Panicked, Cause: CauseUnsetGradient, Message: "Backward left the gradient for f unset"}, 0},
		{"shape", "backward: shape", Ending{End: Panicked, Cause: CauseGradientShape, Message: "the gradient for f is 3×3; f's value is 2×1"}, 0},
		{"deadlock", "backward: deadlock", Ending{End: Panicked, Cause: CauseDeadlock, Message: "deadlock: all goroutines are asleep"}, 0},
		{"goexit", "backward: goexit", Ending{End: Panicked, Cause: CauseDeadlock, Message: "deadlock: all goroutines are asleep"}, 0},
		{"stack", "backward: overflow", Ending{End: Crashed, Cause: CauseStackOverflow}, 0},
		{"memory", "backward: allocate", Ending{End: MemoryLimit}, 0},
		{"memory at once", "backward: bigmake", Ending{End: MemoryLimit}, 0},
		{"goroutines", "backward: bomb", Ending{End: MemoryLimit}, 0},
		{"much garbage", "backward: churn", Ending{End: Finished}, 0},
		{"flood", "backward: flood", Ending{End: OutputLimit}, 0},
		{"goroutine panic", "backward: gopanic boom", Ending{End: Panicked, Cause: CauseGoroutine, Message: "boom"}, 0},
		{"leak", "backward: leak", Ending{End: Finished}, 2},
		{"leak that loops", "backward 2: goloop", Ending{End: Finished}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := grade(t, 1, test.source, Limits{Timeout: 5 * time.Second})
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
			t.Logf("%+v %v", got.Ending, got.Duration)
		})
	}
}
