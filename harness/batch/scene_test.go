package batch_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJournalKeepsScenes(t *testing.T) {
	t.Parallel()
	graph := []problem.Statement{{Name: "s", Op: "Sigmoid", Args: []string{"x"}}}
	scenes := []*harness.Scene{nil, {Graph: graph, Wrong: []string{"s"}}, nil, {Graph: graph, Wrong: []string{"s"}, Spots: []diagnose.Spot{
		{Node: "s", Input: "x", Second: true, Row: 1, Col: 2, X: -0.5, Value: 0.1, Outputs: []string{"cost"}, Upstream: []float64{math.Inf(1)}, Got: math.NaN(), Want: -3e-300},
	}}}
	full := reflect.ValueOf(scenes[3].Spots[0])
	for i := range full.NumField() { // so that a new field is thought of
		require.False(t, full.Field(i).IsZero(), "this test leaves out the field %s", full.Type().Field(i).Name)
	}
	var r harness.Result
	for i, s := range scenes {
		r.Cases = append(r.Cases, harness.CaseResult{Name: fmt.Sprint(i), Scene: s})
	}
	for _, message := range []string{"", "not UTF-8: \xff"} {
		r.Message = message
		now, later, err := batch.Remembered(r)
		require.NoError(t, err)
		for _, back := range []*harness.Result{now, later} {
			require.Len(t, back.Cases, len(scenes))
			for i, want := range scenes {
				assert.Equal(t, fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", back.Cases[i].Scene)) // NaN is no equal of itself
			}
		}
	}
}
