package harness_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// The suite of these tests: two visible cases, a hidden one between them.
var suiteFiles = map[string]string{
	"1-one.yaml": `
name: one
graph: |
  f = Linear(X, W, b)
  a = Sigmoid(f)
  cost = MSE(y, a)
feed: {X: [[1, 2]], W: [[0.1], [0.2]], b: [0.3], y: [1]}
teaches: the chain rule
`,
	"2-secret.yaml": `
name: secret
graph: |
  f = Linear(X, W, b)
  a = Sigmoid(f)
  cost = MSE(y, a)
feed: {X: [[-1, 3]], W: [[0.5], [0.25]], b: [0.3], y: [0.123456]}
visibility: hidden
teaches: something that must not be told
points: 2
`,
	"3-fan-out.yaml": `
name: fan-out
graph: |
  a = Sigmoid(X)
  f = Linear(a, W, b)
  g = Linear(f, V, a)
  cost = MSE(y, g)
feed: {X: [[1]], W: [[0.5]], b: [0.1], V: [[2]], y: [1]}
teaches: several outputs
`,
}

func testSuite(t testing.TB) *cases.Suite {
	t.Helper()
	dir := t.TempDir()
	for name, content := range suiteFiles {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
	}
	suite, err := cases.Load(dir)
	require.NoError(t, err)
	return suite
}

// fake evaluates jobs in this process with a Backward that is given. Endings are
// by case; a job with an ending that kills its worker goes on with the next case,
// as the real one does.
type fake struct {
	backward func(*miniflow.Sigmoid)
	endings  map[string]worker.Ending
	report   func(*worker.Report) // changes a report before it is returned
	err      error
	errFrom  int // the job, from 0, with which err begins

	jobs []worker.Job
}

func (f *fake) run(_ context.Context, job worker.Job, _ worker.Limits) (*worker.Report, error) {
	f.jobs = append(f.jobs, job)
	if f.err != nil && len(f.jobs) > f.errFrom {
		return nil, f.err
	}
	backward := f.backward
	if backward == nil {
		backward = reference.Backward
	}
	report := &worker.Report{Strikes: job.Strikes, Workers: 1, Stdout: "seen " + job.Problems[0].Name + "\n"}
	for _, p := range job.Problems {
		c := worker.Case{Name: p.Name, Ending: worker.Ending{End: worker.Finished}, Duration: 1234567 * time.Nanosecond}
		ending, special := f.endings[p.Name]
		switch {
		case report.Strikes >= worker.MaxStrikes:
			c = worker.Case{Name: p.Name, Ending: worker.Ending{End: worker.Skipped}}
		case special:
			c.Ending = ending
			if slices.Contains([]worker.End{worker.Timeout, worker.MemoryLimit, worker.OutputLimit, worker.Crashed}, ending.End) {
				report.Strikes++
			}
		default:
			outcome, err := p.Run(backward)
			if err != nil {
				return nil, err
			}
			c.Outcome = outcome
		}
		report.Cases = append(report.Cases, c)
	}
	if f.report != nil {
		f.report(report)
	}
	return report, nil
}

func (f *fake) grade(t testing.TB, src string) *harness.Result {
	t.Helper()
	g := harness.New(testSuite(t), harness.Options{Run: f.run, Version: "v1.2.3"})
	r, err := g.Grade(t.Context(), harness.NewSubmission("anna/sigmoid.go", []byte(src)))
	require.NoError(t, err)
	validate(t, r)
	return r
}

// scaled is the right Backward but for a factor.
func scaled(factor float64) func(*miniflow.Sigmoid) {
	return func(s *miniflow.Sigmoid) {
		reference.Backward(s)
		in := s.Inbound()[0]
		var g mat.Dense
		g.Scale(factor, s.Gradient(in))
		s.SetGradient(in, &g)
	}
}
