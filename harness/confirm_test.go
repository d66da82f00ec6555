package harness_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// compiler is a fake Go compiler: what it makes runs as another fake does.
type compiler struct {
	*fake
	err      error // of compiling
	closeErr error
	compiled []string // the sources that it was given
	closed   int
}

func (c *compiler) compile(_ context.Context, source []byte) (*harness.Compiled, error) {
	c.compiled = append(c.compiled, string(source))
	if c.err != nil {
		return nil, c.err
	}
	return &harness.Compiled{Version: "go1.99.1", Run: c.run, Close: func() error {
		c.closed++
		return c.closeErr
	}}, nil
}

// graded is what comes of an interpreter and a compiler that do as they are told.
func graded(t *testing.T, mode harness.Confirm, interpreted *fake, compiled *compiler) *harness.Result {
	t.Helper()
	if compiled.fake == nil {
		compiled.fake = &fake{}
	}
	g := harness.New(testSuite(t), harness.Options{Run: interpreted.run, Version: "v1.2.3", Confirm: mode, Compile: compiled.compile})
	r, err := g.Grade(t.Context(), harness.NewSubmission("anna/sigmoid.go", []byte("the source")))
	require.NoError(t, err)
	validate(t, r)
	if compiled.err == nil {
		assert.Len(t, compiled.compiled, compiled.closed, "what is compiled is thrown away")
	}
	return r
}

// The fault of an interpreter that gets the first case wrong costs nobody a
// point.
func TestCompilerOverrules(t *testing.T) {
	t.Parallel()
	interpreted := &fake{backward: scaled(0.5)}
	r := graded(t, harness.ConfirmAuto, interpreted, &compiler{})
	assert.Equal(t, harness.Passed, r.Status)
	assert.Equal(t, 100.0, *r.Score)
	assert.Equal(t, "go1.99.1", r.Confirmed)
	require.NotNil(t, r.Overruled)
	assert.Equal(t, harness.Failed, r.Overruled.First.Status)
	assert.Equal(t, "the source", string(r.Overruled.Source))
	assert.Equal(t, []string{
		"failed, compiled passed",
		"case one: failed, compiled passed",
		"case secret: failed, compiled passed",
		"case fan-out: failed, compiled passed",
	}, r.Overruled.Differences)
	assert.NoError(t, r.Unconfirmed)
}

// Who can't wait gets the first answer, and then the second.
func TestFirstAndSecond(t *testing.T) {
	t.Parallel()
	line := func(r *worker.Report) { r.GradientLine = 1 }
	compiled := &compiler{fake: &fake{backward: scaled(3)}}
	g := harness.New(testSuite(t), harness.Options{
		Run: (&fake{backward: scaled(0.5), report: line}).run, Confirm: harness.ConfirmAuto, Compile: compiled.compile,
	})
	sub := harness.NewSubmission("sigmoid.go", []byte("the source"))
	first, err := g.First(t.Context(), sub)
	require.NoError(t, err)
	assert.Empty(t, compiled.compiled)
	assert.Empty(t, first.Confirmed)
	assert.Contains(t, first.Diagnosis[0].Message, "0.5 times")

	second, err := g.Second(t.Context(), sub, first)
	require.NoError(t, err)
	assert.Equal(t, []string{"the source"}, compiled.compiled)
	assert.Equal(t, "go1.99.1", second.Confirmed)
	require.NotNil(t, second.Overruled)
	assert.Contains(t, second.Diagnosis[0].Message, "3 times")
	assert.Equal(t, 1, second.Diagnosis[0].Line, "the line is in the source, whoever runs it")
	assert.Empty(t, first.Confirmed, "the first answer stays as it was")

	// What costs nobody a point needs no second opinion.
	g = harness.New(testSuite(t), harness.Options{Run: (&fake{}).run, Confirm: harness.ConfirmAuto, Compile: compiled.compile})
	first, err = g.First(t.Context(), sub)
	require.NoError(t, err)
	second, err = g.Second(t.Context(), sub, first)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Len(t, compiled.compiled, 1)

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = g.Second(gone, sub, first)
	require.ErrorIs(t, err, context.Canceled)
}

func TestCompilerAgrees(t *testing.T) {
	t.Parallel()
	compiled := &compiler{fake: &fake{backward: scaled(0.5)}}
	compiled.report = func(r *worker.Report) { r.Stdout = "compiled" }
	r := graded(t, harness.ConfirmAuto, &fake{backward: scaled(0.5)}, compiled)
	assert.Equal(t, harness.Failed, r.Status)
	assert.Equal(t, "go1.99.1", r.Confirmed)
	assert.Nil(t, r.Overruled)
	assert.Equal(t, "seen one\n", r.Stdout, "the result is the one that there is without a compiler")
	assert.Equal(t, []string{"the source"}, compiled.compiled)
	require.Len(t, compiled.jobs, 2)
	assert.Len(t, compiled.jobs[0].Problems, 2, "hidden cases have a process of their own there too")
}

func TestCompilerSettlesReviews(t *testing.T) {
	t.Parallel()
	ours := map[string]worker.Ending{"one": {End: worker.Panicked, Ours: true, Message: "reflect: oops"}}
	r := graded(t, harness.ConfirmAuto, &fake{endings: ours}, &compiler{fake: &fake{backward: scaled(2)}})
	assert.Equal(t, harness.Failed, r.Status)
	assert.Equal(t, 0.0, *r.Score)
	assert.Equal(t, "go1.99.1", r.Confirmed)
	require.NotNil(t, r.Overruled)
	assert.Equal(t, "needs_review, compiled failed", r.Overruled.Differences[0])
	require.NoError(t, r.Fault, "nobody has to look at it any more")
	assert.ErrorContains(t, r.Overruled.First.Fault, "reflect: oops")

	review := func(r *worker.Report) {
		r.Rejection = &worker.Rejection{Status: worker.StatusNeedsReview, Message: "select"}
	}
	r = graded(t, harness.ConfirmAuto, &fake{report: review}, &compiler{})
	assert.Equal(t, harness.Passed, r.Status)
}

// Slow or hungry interpretation is no fault of the student's.
func TestCompilerForgivesLimits(t *testing.T) {
	t.Parallel()
	for _, end := range []worker.End{worker.Timeout, worker.MemoryLimit, worker.OutputLimit, worker.Crashed, worker.Panicked} {
		r := graded(t, harness.ConfirmAuto, &fake{endings: map[string]worker.Ending{"one": {End: end, Message: "m"}}}, &compiler{})
		assert.Equal(t, harness.Passed, r.Status, end)
		assert.NotNil(t, r.Overruled, end)
	}
}

func TestCompilerRefuses(t *testing.T) {
	t.Parallel()
	refusal := func(r *worker.Report) {
		r.Rejection = &worker.Rejection{Status: worker.StatusCompileError, Message: "line 3: no", Diagnostics: []worker.Diagnostic{{Line: 3, Message: "no"}}}
	}
	r := graded(t, harness.ConfirmAuto, &fake{backward: scaled(3)}, &compiler{fake: &fake{report: refusal}})
	assert.Equal(t, harness.CompileError, r.Status)
	assert.Equal(t, "line 3: no", r.Message)
	require.Len(t, r.Diagnostics, 1)
	assert.Equal(t, []string{"failed, compiled compile_error"}, r.Overruled.Differences)
}

// A compiler that names no place in the file has no say against an interpreter
// whose check took the file.
func TestCompilerRefusesNothingInTheFile(t *testing.T) {
	t.Parallel()
	refusal := func(r *worker.Report) {
		r.Rejection = &worker.Rejection{Status: worker.StatusCompileError, Message: "no", Diagnostics: []worker.Diagnostic{{Message: "no"}}}
	}
	r := graded(t, harness.ConfirmAuto, &fake{backward: scaled(3)}, &compiler{fake: &fake{report: refusal}})
	assert.Equal(t, harness.Failed, r.Status)
	assert.Empty(t, r.Confirmed)
	assert.Nil(t, r.Overruled)
	assert.EqualError(t, r.Unconfirmed, "the compiler refuses it, but not for anything in the file: no")

	review := func(r *worker.Report) {
		r.Rejection = &worker.Rejection{Status: worker.StatusNeedsReview, Message: "select"}
	}
	r = graded(t, harness.ConfirmAuto, &fake{report: review}, &compiler{fake: &fake{report: refusal}})
	assert.Equal(t, harness.NeedsReview, r.Status)

	r = graded(t, harness.ConfirmAlways, &fake{report: refusal}, &compiler{fake: &fake{report: refusal}})
	assert.Equal(t, harness.CompileError, r.Status)
	assert.NotEmpty(t, r.Confirmed, "both say so")
}

// Which verdicts are checked, by mode.
func TestConfirmModes(t *testing.T) {
	t.Parallel()
	reject := func(status string) func(*worker.Report) {
		return func(r *worker.Report) { r.Rejection = &worker.Rejection{Status: status, Message: "no"} }
	}
	for name, tt := range map[string]struct {
		interpreted  *fake
		auto, always bool
	}{
		"passed":           {&fake{}, false, true},
		"failed":           {&fake{backward: scaled(2)}, true, true},
		"compile_error":    {&fake{report: reject(worker.StatusCompileError)}, false, true},
		"needs_review":     {&fake{report: reject(worker.StatusNeedsReview)}, true, true},
		"forbidden_import": {&fake{report: reject(worker.StatusForbiddenImport)}, false, false},
		"missing_backward": {&fake{report: reject(worker.StatusMissingBackward)}, false, false},
		"invalid_file":     {&fake{report: reject(worker.StatusInvalidFile)}, false, false},
		"internal_error":   {&fake{err: errors.New("broken")}, false, true},
	} {
		for mode, want := range map[harness.Confirm]bool{harness.ConfirmNever: false, harness.ConfirmAuto: tt.auto, harness.ConfirmAlways: tt.always} {
			again := *tt.interpreted
			c := &compiler{}
			r := graded(t, mode, &again, c)
			assert.Equal(t, want, len(c.compiled) > 0, "%s, %s", name, mode)
			assert.Equal(t, want, r.Confirmed != "", "%s, %s", name, mode)
		}
	}
}

// Without an opinion, the verdict stands and says why it was not checked.
func TestNoOpinion(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*compiler{
		"no toolchain":                       {err: errors.New("expected")},
		"the program can't run":              {fake: &fake{err: errors.New("expected")}},
		"it can't run the hidden cases":      {fake: &fake{err: errors.New("top secret"), errFrom: 1}},
		"nothing could be cleaned up":        {closeErr: errors.New("expected")},
		"and that although there is nothing": {closeErr: errors.New("expected"), fake: &fake{err: errors.New("other")}},
	} {
		r := graded(t, harness.ConfirmAuto, &fake{backward: scaled(0.5)}, c)
		assert.Equal(t, harness.Failed, r.Status, name)
		assert.Empty(t, r.Confirmed, name)
		assert.Nil(t, r.Overruled, name)
		require.Error(t, r.Unconfirmed, name)
		assert.NotContains(t, r.Unconfirmed.Error(), "top secret", name)
		if !strings.Contains(name, "hidden") {
			assert.ErrorContains(t, r.Unconfirmed, "expected", name)
		}
	}
}

// Code that leaves something to chance differs from run to run, however it is
// run. That is no reason to blame the interpreter.
func TestChance(t *testing.T) {
	t.Parallel()
	factor := 1.0
	random := func(s *miniflow.Sigmoid) {
		factor++
		scaled(factor)(s)
	}
	c := &compiler{fake: &fake{backward: random}}
	r := graded(t, harness.ConfirmAuto, &fake{backward: scaled(0.5)}, c)
	assert.Equal(t, harness.Failed, r.Status)
	assert.Equal(t, "go1.99.1", r.Confirmed)
	assert.Nil(t, r.Overruled)
	assert.Len(t, c.jobs, 4, "two runs, visible and hidden")
}

// The order of a sum changes the last bits, and NaN is NaN.
func TestSmallDifferences(t *testing.T) {
	t.Parallel()
	nudged := func(by float64) func(*miniflow.Sigmoid) {
		return func(s *miniflow.Sigmoid) {
			reference.Backward(s)
			in := s.Inbound()[0]
			var g mat.Dense
			g.Apply(func(_, _ int, v float64) float64 { return -v * (1 + by) }, s.Gradient(in))
			s.SetGradient(in, &g)
		}
	}
	for by, overruled := range map[float64]bool{0: false, 1e-14: false, 1e-7: true, 1: true, math.NaN(): true, math.Inf(1): true} {
		r := graded(t, harness.ConfirmAuto, &fake{backward: nudged(0)}, &compiler{fake: &fake{backward: nudged(by)}})
		assert.Equal(t, overruled, r.Overruled != nil, by)
		if overruled {
			assert.Contains(t, strings.Join(r.Overruled.Differences, "\n"), "case one: X has other numbers than compiled", by)
		}
		if math.IsNaN(by) || math.IsInf(by, 0) {
			r = graded(t, harness.ConfirmAuto, &fake{backward: nudged(by)}, &compiler{fake: &fake{backward: nudged(by)}})
			assert.Nil(t, r.Overruled, by)
		}
	}
}

func TestLinesAndLimits(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		interpreted, compiled worker.Ending
		want                  string
	}{
		"same":                  {worker.Ending{End: worker.Panicked, Line: 3}, worker.Ending{End: worker.Panicked, Line: 3}, ""},
		"other line":            {worker.Ending{End: worker.Panicked, Line: 3}, worker.Ending{End: worker.Panicked, Line: 4}, "case one: panic in line 3, compiled in line 4"},
		"no line":               {worker.Ending{End: worker.Panicked}, worker.Ending{End: worker.Panicked, Line: 4}, ""},
		"other words":           {worker.Ending{End: worker.Panicked, Message: "a"}, worker.Ending{End: worker.Panicked, Message: "b"}, ""},
		"a loop that prints":    {worker.Ending{End: worker.Timeout}, worker.Ending{End: worker.OutputLimit}, ""},
		"one that is too deep":  {worker.Ending{End: worker.MemoryLimit}, worker.Ending{End: worker.Crashed}, "memory_limit, compiled crashed"},
		"one that is too large": {worker.Ending{End: worker.MemoryLimit}, worker.Ending{End: worker.MemoryLimit}, ""},
	} {
		r := graded(t, harness.ConfirmAuto,
			&fake{endings: map[string]worker.Ending{"one": tt.interpreted}},
			&compiler{fake: &fake{endings: map[string]worker.Ending{"one": tt.compiled}}})
		if tt.want == "" {
			assert.Nil(t, r.Overruled, name)
			continue
		}
		require.NotNil(t, r.Overruled, name)
		assert.Equal(t, tt.want, r.Overruled.Differences[0], name)
	}
}

func TestConfirmFlag(t *testing.T) {
	t.Parallel()
	for _, want := range []harness.Confirm{harness.ConfirmNever, harness.ConfirmAuto, harness.ConfirmAlways} {
		var got harness.Confirm
		require.NoError(t, got.Set(want.String()))
		assert.Equal(t, want, got)
	}
	got := harness.ConfirmAuto
	require.Error(t, got.Set("maybe"))
	assert.Equal(t, harness.ConfirmAuto, got)
	assert.Equal(t, "Confirm(9)", harness.Confirm(9).String())
}
