package harness

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness/worker"
)

// Run evaluates a job in a process of its own. [worker.Run] is the one that
// there is; tests pass others.
type Run func(ctx context.Context, job worker.Job, limits worker.Limits) (*worker.Report, error)

// Options are what a grader can be told. The zero value is fit for use.
type Options struct {
	Limits  worker.Limits // of one worker; zero fields have worker's defaults
	Version string        // the grader's, for results; "devel" if empty
	Run     Run           // worker.Run if nil

	// Turns bound how many submissions run at a time, second opinions included,
	// however many are graded. Nil bounds nothing.
	Turns worker.Turns

	Confirm Confirm // which verdicts to check with the Go compiler
	Compile Compile // what to check them with; not nil unless Confirm is ConfirmNever
}

// Grader grades submissions on one suite. It is safe for concurrent use.
type Grader struct {
	suite   *cases.Suite
	wants   func() ([]*problem.Outcome, error) // one a case, computed once
	options Options
	digest  string
}

// Grade grades one submission. To grade many, make a [Grader] once.
//
// The only error is the context's, as it is of [Grader.Grade].
func Grade(ctx context.Context, sub Submission, suite *cases.Suite, options Options) (*Result, error) {
	return New(suite, options).Grade(ctx, sub)
}

// New makes a grader. What every case of the suite wants is computed once, while
// the first submission runs. On a suite that was loaded this can't fail; on one that
// was put together by hand and is not sound every result is an [InternalError].
func New(suite *cases.Suite, options Options) *Grader {
	if options.Version == "" {
		options.Version = "devel"
	}
	if options.Run == nil {
		options.Run = worker.Run
	}
	wants := sync.OnceValues(func() ([]*problem.Outcome, error) { return wanted(suite) })
	return &Grader{suite: suite, wants: wants, options: options, digest: suite.Digest()}
}

func wanted(suite *cases.Suite) ([]*problem.Outcome, error) {
	wants := make([]*problem.Outcome, len(suite.Cases))
	for i, c := range suite.Cases {
		var err error
		if wants[i], err = c.Want(); err != nil {
			return nil, fmt.Errorf("case %s: %w", c.Name, err)
		}
	}
	return wants, nil
}

// Suite returns the suite that g grades on.
func (g *Grader) Suite() *cases.Suite { return g.suite }

// InHand is how many submissions to grade at a time, so that as many run as its
// turns allow; 0 if it has none.
func (g *Grader) InHand() int { return g.options.Turns.InHand() }

// Grade grades one submission. The only error that it returns is the context's:
// whatever else goes wrong is in the result, as [InternalError].
func (g *Grader) Grade(ctx context.Context, sub Submission) (*Result, error) {
	begin := time.Now()
	r := g.grade(ctx, sub)
	if ctx.Err() == nil && g.options.Confirm.wants(r.Status) {
		r = g.confirm(ctx, sub, r)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.DurationMS = milliseconds(time.Since(begin))
	return r, nil
}

// First is [Grader.Grade] without a second opinion, whatever the options say.
func (g *Grader) First(ctx context.Context, sub Submission) (*Result, error) {
	first := *g
	first.options.Confirm = ConfirmNever
	return first.Grade(ctx, sub)
}

// Second returns what [Grader.Grade] would have made of first, a result of
// [Grader.First] for the same submission, which it leaves as it is. The only error
// is the context's.
func (g *Grader) Second(ctx context.Context, sub Submission, first *Result) (*Result, error) {
	r := *first
	second := &r
	if g.options.Confirm.wants(r.Status) {
		second = g.confirm(ctx, sub, second)
	}
	return second, ctx.Err()
}

// grade grades one submission on what the interpreter makes of it, or whatever
// else g runs it with.
func (g *Grader) grade(ctx context.Context, sub Submission) *Result {
	r := &Result{
		Schema:      SchemaVersion,
		File:        sub.Name,
		SHA256:      sub.sha256(),
		MaxScore:    MaxScore,
		Diagnostics: []Diagnostic{},
		Cases:       []CaseResult{},
		Diagnosis:   []Finding{},
		Grader:      g.options.Version,
		Suite:       g.digest,
	}
	if sub.Err != nil {
		r.settle(InvalidFile, sub.Err.Error())
	} else {
		(&grading{Grader: g, result: r, file: base(sub.Name)}).grade(ctx, sub.Source)
	}
	return r
}
