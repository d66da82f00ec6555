package harness_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const source = "package miniflow\n"

func statuses(r *harness.Result) []harness.Status {
	var all []harness.Status
	for _, c := range r.Cases {
		all = append(all, c.Status)
	}
	return all
}

func TestGradeRight(t *testing.T) {
	t.Parallel()
	f := &fake{}
	r := f.grade(t, source)
	assert.Equal(t, harness.Passed, r.Status)
	require.NotNil(t, r.Score)
	assert.InDelta(t, 100, *r.Score, 0)
	assert.Equal(t, "passed, 3 cases", r.Message)
	assert.Equal(t, "anna/sigmoid.go", r.File)
	assert.Equal(t, "v1.2.3", r.Grader)
	assert.Len(t, r.SHA256, 64)
	assert.Len(t, r.Suite, 64)
	assert.Positive(t, r.DurationMS)
	names := []string{r.Cases[0].Name, r.Cases[1].Name, r.Cases[2].Name}
	assert.Equal(t, []string{"one", "secret", "fan-out"}, names, "the suite's order")
	assert.InDelta(t, 1.235, r.Cases[0].DurationMS, 0)
}

func TestSandboxIsTold(t *testing.T) {
	t.Parallel()
	missing := []worker.MissingLayer{{Layer: "landlock", Reason: "the kernel has none"}}
	f := &fake{report: func(r *worker.Report) {
		r.Sandbox = worker.Sandbox{Layers: []string{"seccomp", "rlimits"}, Missing: missing}
	}}
	g := harness.New(testSuite(t), harness.Options{Run: f.run, Version: "v1.2.3"})
	r, err := g.Grade(t.Context(), harness.NewSubmission("anna/sigmoid.go", []byte("the source")))
	require.NoError(t, err)
	validate(t, r)
	assert.Equal(t, missing, r.Missing)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"sandbox":["seccomp","rlimits"]`)
	assert.NotContains(t, string(text), "landlock")
}

func TestHiddenCasesRunLastAndApart(t *testing.T) {
	t.Parallel()
	f := &fake{}
	f.grade(t, source)
	require.Len(t, f.jobs, 2)
	require.Len(t, f.jobs[0].Problems, 2)
	assert.Equal(t, "one", f.jobs[0].Problems[0].Name)
	assert.Equal(t, "fan-out", f.jobs[0].Problems[1].Name)
	require.Len(t, f.jobs[1].Problems, 1)
	assert.Equal(t, "secret", f.jobs[1].Problems[0].Name)
	assert.Equal(t, "sigmoid.go", f.jobs[0].Name)
}

func TestHiddenCasesTellNothing(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*fake{
		"right":        {},
		"wrong":        {backward: scaled(0.5)},
		"panic":        {endings: map[string]worker.Ending{"secret": {End: worker.Panicked, Message: "seen secret 0.123456", Line: 7}}},
		"time-out":     {endings: map[string]worker.Ending{"secret": {End: worker.Timeout, Message: "seen secret 0.123456", Line: 7, Evidence: "seen secret"}}},
		"not ours":     {endings: map[string]worker.Ending{"secret": {End: worker.Panicked, Message: "seen secret 0.123456", Ours: true}}},
		"our worker's": {err: &worker.Error{Op: "protocol", Err: errors.New("seen secret 0.123456"), Evidence: "seen secret"}, errFrom: 1},
		"our fault":    {err: errors.New("seen secret 0.123456"), errFrom: 1},
		"stopped": {report: func(r *worker.Report) {
			if r.Stdout == "seen secret\n" {
				stop(r, worker.Loading, worker.Ending{End: worker.Panicked, Message: "seen secret 0.123456", Line: 3})
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := f.grade(t, source)
			text, err := json.Marshal(r)
			require.NoError(t, err)
			assert.NotContains(t, string(text), "0.123456")
			assert.NotContains(t, string(text), "seen secret")
			assert.NotContains(t, string(text), "something that must not be told")
			if r.Fault != nil { // it ends in a log
				assert.NotContains(t, r.Fault.Error(), "seen secret")
			}
			if len(r.Cases) == 0 {
				return
			}
			c := r.Cases[1]
			require.Equal(t, "secret", c.Name)
			assert.Equal(t, harness.CaseResult{
				Name: "secret", Hidden: true, Status: c.Status, Points: c.Points, MaxPoints: 2,
			}, c)
		})
	}
}

func stop(r *worker.Report, phase worker.Phase, ending worker.Ending) {
	for i := range r.Cases {
		r.Cases[i].Ending, r.Cases[i].Outcome = worker.Ending{End: worker.Skipped}, nil
	}
	r.Stopped = &worker.Stop{Phase: phase, Ending: ending}
}

func TestGradeVerdicts(t *testing.T) {
	t.Parallel()
	const (
		pass = harness.Passed
		fail = harness.Failed
		pan  = harness.Panic
		out  = harness.Timeout
		skip = harness.Skipped
	)
	panicked := worker.Ending{End: worker.Panicked, Message: "runtime error: index out of range [1] with length 1", Line: 12}
	timeout := worker.Ending{End: worker.Timeout, Message: "took longer than 2s"}
	none := -1.0
	calls := 0
	for name, test := range map[string]struct {
		fake    *fake
		status  harness.Status
		score   float64
		message string
		cases   []harness.Status
	}{
		"everything wrong": {
			&fake{backward: scaled(-1)}, fail, 0,
			"0 of 3 cases passed; one: X, W, b: wrong sign",
			[]harness.Status{fail, fail, fail},
		},
		"partly right": {
			&fake{backward: func(s *miniflow.Sigmoid) {
				if len(s.Outbound()) > 1 {
					scaled(2)(s)
					return
				}
				reference.Backward(s)
			}}, fail, 75,
			"2 of 3 cases passed; fan-out: X: 2 times what it should be",
			[]harness.Status{pass, pass, fail},
		},
		"only hidden wrong": {
			&fake{backward: func(s *miniflow.Sigmoid) {
				if s.Value().At(0, 0) > 0.63 && s.Value().At(0, 0) < 0.64 {
					scaled(2)(s)
					return
				}
				reference.Backward(s)
			}}, fail, 50,
			"2 of 3 cases passed; the others are hidden",
			[]harness.Status{pass, fail, pass},
		},
		"state between passes": {
			&fake{backward: func(s *miniflow.Sigmoid) {
				calls++
				scaled(float64(calls))(s)
			}}, fail, 0,
			"0 of 3 cases passed; one: X, W, b: 2 times what it should be, in the second pass only: something is kept from the first",
			[]harness.Status{fail, fail, fail},
		},
		"panic in one": {
			&fake{endings: map[string]worker.Ending{"fan-out": panicked}}, fail, 75,
			"2 of 3 cases passed; fan-out: index out of range [1] with length 1 at sigmoid.go:12",
			[]harness.Status{pass, pass, pan},
		},
		"panic in all": {
			&fake{endings: map[string]worker.Ending{"one": panicked, "secret": panicked, "fan-out": panicked}}, pan, 0,
			"Backward fails in every case: index out of range [1] with length 1 at sigmoid.go:12",
			[]harness.Status{pan, pan, pan},
		},
		"gradient unset": {
			&fake{endings: map[string]worker.Ending{
				"one":     {End: worker.Panicked, Message: "Backward left the gradient for f unset", Cause: worker.CauseUnsetGradient},
				"secret":  panicked,
				"fan-out": panicked,
			}}, pan, 0,
			"Backward fails in every case: Backward left the gradient for f unset",
			[]harness.Status{pan, pan, pan},
		},
		"one time-out": {
			&fake{endings: map[string]worker.Ending{"one": timeout}}, out, 75,
			"2 of 3 cases passed; one: took longer than 2s",
			[]harness.Status{out, pass, pass},
		},
		"two time-outs, the rest skipped": {
			&fake{endings: map[string]worker.Ending{"one": timeout, "fan-out": timeout}}, out, 0,
			"0 of 3 cases passed; one: took longer than 2s",
			[]harness.Status{out, skip, out},
		},
		"a limit goes before wrong numbers": {
			&fake{backward: scaled(3), endings: map[string]worker.Ending{"fan-out": {End: worker.MemoryLimit, Message: "needed more than 256 MiB"}}},
			harness.MemoryLimit, 0,
			"0 of 3 cases passed; fan-out: needed more than 256 MiB",
			[]harness.Status{fail, fail, harness.MemoryLimit},
		},
		"output": {
			&fake{endings: map[string]worker.Ending{"one": {End: worker.OutputLimit, Message: "printed too much"}}},
			harness.OutputLimit, 75, "2 of 3 cases passed; one: printed too much",
			[]harness.Status{harness.OutputLimit, pass, pass},
		},
		"crash": {
			&fake{endings: map[string]worker.Ending{"secret": {End: worker.Crashed, Message: "stack overflow"}}},
			harness.Crashed, 50, "2 of 3 cases passed; the others are hidden",
			[]harness.Status{pass, harness.Crashed, pass},
		},
		"the interpreter panics": {
			&fake{endings: map[string]worker.Ending{"one": {End: worker.Panicked, Message: "reflect: call of …", Ours: true}}},
			harness.NeedsReview, none, "the interpreter could not run this file faithfully: a person has to look at it",
			[]harness.Status{skip, pass, pass},
		},
		"an initialiser panics": {
			&fake{report: func(r *worker.Report) { stop(r, worker.Loading, panicked) }},
			pan, 0, "before Backward was called, in the package's variables or init: index out of range [1] with length 1 at sigmoid.go:12",
			[]harness.Status{skip, skip, skip},
		},
		"an initialiser loops": {
			&fake{report: func(r *worker.Report) { stop(r, worker.Loading, timeout) }},
			out, 0, "before Backward was called, in the package's variables or init: took longer than 2s",
			[]harness.Status{skip, skip, skip},
		},
		"compiling takes for ever": {
			&fake{report: func(r *worker.Report) { stop(r, worker.Compiling, timeout) }},
			out, 0, "while compiling: took longer than 2s",
			[]harness.Status{skip, skip, skip},
		},
		"the interpreter panics while loading": {
			&fake{report: func(r *worker.Report) {
				stop(r, worker.Loading, worker.Ending{End: worker.Panicked, Message: "reflect", Ours: true})
			}},
			harness.NeedsReview, none, "the interpreter could not run this file faithfully: a person has to look at it",
			[]harness.Status{skip, skip, skip},
		},
		"the worker breaks": {
			&fake{err: &worker.Error{Op: "protocol", Err: errors.New("malformed frame"), Evidence: "exit status 3"}},
			harness.InternalError, none, "the grader failed: protocol: malformed frame", nil,
		},
		"cases are missing": {
			&fake{report: func(r *worker.Report) { r.Cases = r.Cases[:1] }},
			harness.InternalError, none, "the grader failed: 1 cases came back of 2", nil,
		},
		"a case without an end": {
			&fake{report: func(r *worker.Report) { r.Cases[0].Ending = worker.Ending{} }},
			harness.InternalError, none, "the grader failed: case one came to no end", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.fake.grade(t, source)
			assert.Equal(t, test.status, r.Status)
			assert.Equal(t, test.message, r.Message)
			assert.Equal(t, test.cases, statuses(r))
			if test.score == none {
				assert.Nil(t, r.Score)
				return
			}
			require.NotNil(t, r.Score)
			assert.InDelta(t, test.score, *r.Score, 0)
		})
	}
}

func TestStoppedSubmissionIsNotStartedAgain(t *testing.T) {
	t.Parallel()
	f := &fake{report: func(r *worker.Report) { stop(r, worker.Loading, worker.Ending{End: worker.Timeout}) }}
	f.grade(t, source)
	assert.Len(t, f.jobs, 1)
}

func TestStrikesCountOverBothJobs(t *testing.T) {
	t.Parallel()
	f := &fake{endings: map[string]worker.Ending{"one": {End: worker.Crashed, Message: "x"}}}
	f.grade(t, source)
	require.Len(t, f.jobs, 2)
	assert.Equal(t, 0, f.jobs[0].Strikes)
	assert.Equal(t, 1, f.jobs[1].Strikes)
}

func TestGradeRejected(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]harness.Status{
		worker.StatusCompileError:    harness.CompileError,
		worker.StatusForbiddenImport: harness.ForbiddenImport,
		worker.StatusMissingBackward: harness.MissingBackward,
		worker.StatusInvalidFile:     harness.InvalidFile,
		worker.StatusNeedsReview:     harness.NeedsReview,
		"excellent":                  harness.InternalError,
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			f := &fake{report: func(r *worker.Report) {
				*r = worker.Report{Rejection: &worker.Rejection{
					Status: status, Message: "undefined:\nfoo",
					Diagnostics: []worker.Diagnostic{{Line: 3, Column: 9, Severity: "error", Message: "undefined: foo"}},
				}}
			}}
			r := f.grade(t, source)
			assert.Equal(t, want, r.Status)
			assert.Empty(t, r.Cases)
			assert.Len(t, f.jobs, 1)
			if want == harness.InternalError {
				assert.Nil(t, r.Score)
				return
			}
			assert.Equal(t, "undefined: foo", r.Message)
			assert.Equal(t, []harness.Diagnostic{{Line: 3, Column: 9, Severity: "error", Message: "undefined: foo"}}, r.Diagnostics)
			if want != harness.NeedsReview {
				require.NotNil(t, r.Score)
				assert.Zero(t, *r.Score)
			} else {
				assert.Nil(t, r.Score)
			}
		})
	}
}

func TestAcceptedThenRejectedIsOurFault(t *testing.T) {
	t.Parallel()
	f := &fake{report: func(r *worker.Report) {
		if strings.Contains(r.Stdout, "secret") {
			*r = worker.Report{Rejection: &worker.Rejection{Status: worker.StatusCompileError, Message: "0.123456"}}
		}
	}}
	r := f.grade(t, source)
	assert.Equal(t, harness.InternalError, r.Status)
	assert.NotContains(t, r.Message, "0.123456")
	require.Error(t, r.Fault)
}

func TestGradeInvalidFileRunsNothing(t *testing.T) {
	t.Parallel()
	f := &fake{}
	r := f.grade(t, "")
	assert.Equal(t, harness.InvalidFile, r.Status)
	assert.Equal(t, "the file is empty", r.Message)
	require.NotNil(t, r.Score)
	assert.Zero(t, *r.Score)
	assert.Empty(t, f.jobs)
}

func TestGradeStdout(t *testing.T) {
	t.Parallel()
	f := &fake{report: func(r *worker.Report) { r.Stdout, r.Cut = "a\xffb\n", true }}
	r := f.grade(t, source)
	assert.Equal(t, "a\ufffdb\n[cut: only the first 64 KiB of output are kept]\n", r.Stdout)
}

func TestGradeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{report: func(*worker.Report) { cancel() }}
	r, err := harness.Grade(ctx, harness.NewSubmission("sigmoid.go", []byte(source)), testSuite(t), harness.Options{Run: f.run})
	require.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, r)
}

// A suite that nobody can do right is no submission's fault.
func TestGradeOnAnUnsoundSuite(t *testing.T) {
	t.Parallel()
	suite, err := testSuite(t).With(&cases.Case{Problem: cases.Problem{Name: "odd", Compare: []string{"X"}}, Points: 1})
	require.NoError(t, err)
	run := func(_ context.Context, job worker.Job, _ worker.Limits) (*worker.Report, error) {
		report := &worker.Report{}
		for _, p := range job.Problems {
			report.Cases = append(report.Cases, worker.Case{Name: p.Name, Ending: worker.Ending{End: worker.Panicked, Message: "no"}})
		}
		return report, nil
	}
	r, err := harness.Grade(t.Context(), harness.NewSubmission("sigmoid.go", []byte(source)), suite, harness.Options{Run: run})
	require.NoError(t, err)
	validate(t, r)
	assert.Equal(t, harness.InternalError, r.Status)
	assert.Nil(t, r.Score)
	require.ErrorContains(t, r.Fault, "case odd: ")
	assert.Contains(t, r.Message, "X is not fed")
}
