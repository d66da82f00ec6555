package harness

import (
	"context"
	"fmt"
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

	Confirm Confirm // which verdicts to check with the Go compiler
	Compile Compile // what to check them with; not nil unless Confirm is ConfirmNever
}

// Grader grades submissions on one suite. It is safe for concurrent use.
type Grader struct {
	suite   *cases.Suite
	wants   []*problem.Outcome // one a case
	options Options
	digest  string
}

// Grade grades one submission. To grade many, make a [Grader] once.
//
// An error is the course author's or ours; it is never about the submission,
// whose faults are told in the result.
func Grade(ctx context.Context, sub Submission, suite *cases.Suite, options Options) (*Result, error) {
	g, err := New(suite, options)
	if err != nil {
		return nil, err
	}
	return g.Grade(ctx, sub)
}

// New makes a grader and computes what every case of the suite wants. A suite
// that was loaded always gives one.
func New(suite *cases.Suite, options Options) (*Grader, error) {
	if options.Version == "" {
		options.Version = "devel"
	}
	if options.Run == nil {
		options.Run = worker.Run
	}
	g := &Grader{suite: suite, options: options, digest: suite.Digest()}
	for _, c := range suite.Cases {
		want, err := c.Want()
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", c.Name, err)
		}
		g.wants = append(g.wants, want)
	}
	return g, nil
}

// Suite returns the suite that g grades on.
func (g *Grader) Suite() *cases.Suite { return g.suite }

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
