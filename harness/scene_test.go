package harness_test

import (
	"testing"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A scene shows where a visible case goes wrong, and nothing of any other.
func TestScenes(t *testing.T) {
	t.Parallel()
	r := (&fake{backward: scaled(-1)}).grade(t, source)
	require.Len(t, r.Cases, 3)
	for _, c := range r.Cases {
		if c.Hidden {
			assert.Nil(t, c.Scene, "hidden")
			continue
		}
		require.NotNil(t, c.Scene, c.Name)
		assert.NotEmpty(t, c.Scene.Graph)
		assert.Equal(t, []string{"a"}, c.Scene.Wrong)
		require.Len(t, c.Scene.Spots, 1)
		s := c.Scene.Spots[0]
		assert.Equal(t, "a", s.Node)
		assert.InDelta(t, -1, s.Got/s.Want, 1e-9)
		assert.Len(t, s.Upstream, len(s.Outputs))
	}

	for _, c := range (&fake{}).grade(t, source).Cases {
		assert.Nil(t, c.Scene, "there is nothing to see of a case that passed")
	}
	panics := worker.Ending{End: worker.Panicked, Message: "index out of range", Line: 3}
	r = (&fake{endings: map[string]worker.Ending{"one": panics}}).grade(t, source)
	assert.Nil(t, r.Cases[0].Scene, "nothing is known of where it panics")
}

// Of a gradient that can't be one, the worker tells the node's input only.
func TestSceneOfAMisfit(t *testing.T) {
	t.Parallel()
	text := (&problem.GradientShapeError{Node: "a", Inbound: "f", Got: [2]int{2, 1}, Want: [2]int{1, 2}}).Error()
	wrong := func(e worker.Ending) []string {
		r := (&fake{endings: map[string]worker.Ending{"one": e}}).grade(t, source)
		require.Equal(t, harness.Panic, r.Cases[0].Status)
		require.NotNil(t, r.Cases[0].Scene)
		return r.Cases[0].Scene.Wrong
	}
	assert.Equal(t, []string{"a"}, wrong(worker.Ending{End: worker.Panicked, Cause: worker.CauseGradientShape, Message: text}))
	text = (&problem.UnsetGradientError{Node: "a", Inbound: "f"}).Error()
	assert.Equal(t, []string{"a"}, wrong(worker.Ending{End: worker.Panicked, Cause: worker.CauseUnsetGradient, Message: text}))
	text = (&problem.UnsetGradientError{Node: "a", Inbound: "elsewhere"}).Error()
	assert.Empty(t, wrong(worker.Ending{End: worker.Panicked, Cause: worker.CauseUnsetGradient, Message: text}))
}
