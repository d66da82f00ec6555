package harness_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
)

func diagnosed(r *harness.Result) []string {
	ids := []string{}
	for _, f := range r.Diagnosis {
		ids = append(ids, f.ID)
	}
	return ids
}

func TestDiagnosisExplainsNumbers(t *testing.T) {
	t.Parallel()
	r := (&fake{backward: scaled(-1)}).grade(t, source)
	require.Equal(t, []string{"wrong-sign"}, diagnosed(r))
	assert.Equal(t, harness.Finding{
		ID: "wrong-sign", Message: r.Diagnosis[0].Message, Hint: r.Diagnosis[0].Hint, Explains: 2,
	}, r.Diagnosis[0], "of the visible cases")
	assert.NotEmpty(t, r.Diagnosis[0].Message)
	assert.NotEmpty(t, r.Diagnosis[0].Hint)
}

// The line is the worker's to tell, and not believed beyond the end of the file.
func TestDiagnosisPointsAtTheLine(t *testing.T) {
	t.Parallel()
	last := strings.Count(source, "\n") + 1
	for claimed, want := range map[int]int{0: 0, 1: 1, last: last, last + 1: 0, -3: 0} {
		f := &fake{backward: scaled(-1), report: func(r *worker.Report) { r.GradientLine = claimed }}
		r := f.grade(t, source)
		require.Len(t, r.Diagnosis, 1)
		assert.Equal(t, want, r.Diagnosis[0].Line)
	}
}

func TestNothingIsDiagnosedWithoutNeed(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*fake{
		"right":           {},
		"hidden is wrong": {endings: map[string]worker.Ending{"secret": {End: worker.Panicked, Cause: worker.CauseUnsetGradient}}},
		"panic":           {endings: map[string]worker.Ending{"one": {End: worker.Panicked, Message: "index out of range", Line: 3}}},
		"not ours":        {backward: scaled(-1), endings: map[string]worker.Ending{"one": {End: worker.Panicked, Ours: true}}},
	} {
		assert.Empty(t, f.grade(t, source).Diagnosis, name)
	}
}

func TestDiagnosisOfGradientsThatCantBeOne(t *testing.T) {
	t.Parallel()
	unset := worker.Ending{End: worker.Panicked, Cause: worker.CauseUnsetGradient, Message: "Backward left the gradient for X unset"}
	r := (&fake{endings: map[string]worker.Ending{"one": unset}}).grade(t, source)
	assert.Equal(t, []string{"gradient-unset"}, diagnosed(r))

	text := (&problem.GradientShapeError{Node: "a", Inbound: "f", Got: [2]int{12, 3}, Want: [2]int{3, 12}}).Error()
	shape := worker.Ending{End: worker.Panicked, Cause: worker.CauseGradientShape, Message: text}
	r = (&fake{endings: map[string]worker.Ending{"one": shape}}).grade(t, source)
	assert.Equal(t, []string{"transposed"}, diagnosed(r))

	shape.Message = "a lie"
	r = (&fake{endings: map[string]worker.Ending{"one": shape}}).grade(t, source)
	assert.Empty(t, r.Diagnosis)
}
