package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/harness/worker"
)

// grading is one submission on its way to a result.
type grading struct {
	*Grader
	result   *Result
	file     string // the file's name in messages
	graded   []CaseResult
	accepted bool   // a worker has compiled the source
	strikes  int    // workers that the submission has brought down
	stopped  Status // why no case could run, if there is such a reason
	reason   string // the same for people; empty if it is not for the student
	review   bool   // the interpreter failed in some case

	line      int             // on which the source sets the gradient; 0 if unknown
	witnesses []diagnose.Case // what the visible cases show of what is wrong
}

// grade runs the visible cases and then, in a worker of their own, the hidden
// ones, so that nothing that the code has seen in those can be printed later.
func (g *grading) grade(ctx context.Context, source []byte) {
	g.graded = make([]CaseResult, len(g.suite.Cases))
	for _, hidden := range []bool{false, true} {
		if !g.run(ctx, source, hidden) {
			return
		}
	}
	g.conclude()
}

// run runs and judges the cases of one visibility. It returns false when the
// result is settled, because something other than the cases decides it.
func (g *grading) run(ctx context.Context, source []byte, hidden bool) bool {
	var picked []int
	job := worker.Job{Name: g.file, Source: source, Strikes: g.strikes, Turns: g.options.Turns}
	for i, c := range g.suite.Cases {
		if c.Hidden == hidden {
			picked = append(picked, i)
			job.Problems = append(job.Problems, &c.Problem)
		}
	}
	if len(picked) == 0 {
		return true
	}
	go g.wants() // there is nothing else to do while the worker is at work
	ends, ok := g.evaluate(ctx, job, hidden)
	if !ok {
		return false
	}
	wants, err := g.wants()
	if err != nil {
		g.fault(err, hidden)
		return false
	}
	for j, i := range picked {
		g.graded[i] = g.judge(i, &ends[j], wants[i])
	}
	return true
}

// evaluate has a job run and returns how its cases ended, or false when the
// result is settled.
func (g *grading) evaluate(ctx context.Context, job worker.Job, hidden bool) ([]worker.Case, bool) {
	if g.stopped != InternalError { // it would stop there again
		ends := make([]worker.Case, len(job.Problems))
		for i := range ends {
			ends[i].End = worker.Skipped
		}
		return ends, true
	}
	report, err := g.options.Run(ctx, job, g.options.Limits)
	if err == nil {
		err = g.check(report, len(job.Problems))
	}
	if err != nil {
		g.fault(err, hidden)
		return nil, false
	}
	if report.Rejection != nil {
		g.reject(report.Rejection)
		return nil, false
	}
	g.accepted = true
	g.result.Sandbox, g.result.Missing = report.Sandbox.Layers, report.Sandbox.Missing
	if line := report.GradientLine; line > 0 && line <= 1+bytes.Count(job.Source, []byte("\n")) {
		g.line = line
	}
	g.strikes = report.Strikes
	if report.Stopped != nil {
		g.stop(report.Stopped, hidden)
	}
	if !hidden {
		g.result.Stdout = output(report)
	}
	return report.Cases, true
}

// check says whether a report can be one of a job with n problems.
func (g *grading) check(report *worker.Report, n int) error {
	switch {
	case report.Rejection != nil && g.accepted:
		return fmt.Errorf("the source was accepted first, then refused: %s", report.Rejection.Message)
	case report.Rejection != nil:
		return nil
	case len(report.Cases) != n:
		return fmt.Errorf("%d cases came back of %d", len(report.Cases), n)
	}
	for i := range report.Cases {
		if endStatus(report.Cases[i].End) == InternalError {
			return fmt.Errorf("case %s came to no end", report.Cases[i].Name)
		}
	}
	return nil
}

// judge turns the end of a case into its result. Of a hidden case nothing but
// name, status and points leaves this function.
func (g *grading) judge(i int, end *worker.Case, want *problem.Outcome) CaseResult {
	c := g.suite.Cases[i]
	r := CaseResult{Name: c.Name, MaxPoints: c.Points, Hidden: c.Hidden, Status: endStatus(end.End)}
	message := g.ending(&end.Ending)
	var gradients []Gradient
	switch {
	case end.Ours: // then the case was not graded
		g.unfaithful(&end.Ending, c.Hidden)
		r.Status = Skipped
	case end.End == worker.Finished:
		gradients, message = compareOutcomes(c, end.Outcome, want)
		if message != "" {
			r.Status = Failed
		}
	}
	if r.Status == Passed {
		r.Points = c.Points
	}
	if c.Hidden {
		return r
	}
	r.Teaches = c.Teaches
	r.Message = message
	r.Line = end.Line
	r.DurationMS = milliseconds(end.Duration)
	r.Gradients = gradients
	w := witness(c, &r, end)
	r.Scene = newScene(w, end)
	g.witnesses = append(g.witnesses, w)
	return r
}

// endStatus is the status of a case, or of a whole submission, that ended so,
// before its numbers are looked at.
func endStatus(end worker.End) Status {
	switch end {
	case worker.Finished:
		return Passed
	case worker.Panicked:
		return Panic
	case worker.Timeout:
		return Timeout
	case worker.MemoryLimit:
		return MemoryLimit
	case worker.OutputLimit:
		return OutputLimit
	case worker.Crashed:
		return Crashed
	case worker.Skipped:
		return Skipped
	default:
		return InternalError
	}
}

// stop records that no case of a job could run, because compiling the source or
// running its initialisers came to an end of its own.
func (g *grading) stop(stop *worker.Stop, hidden bool) {
	g.stopped = endStatus(stop.End)
	switch {
	case stop.Ours:
		g.stopped = NeedsReview
		g.unfaithful(&stop.Ending, hidden)
		return
	case hidden:
		return
	}
	when := "before Backward was called, in the package's variables or init: "
	if stop.Phase == worker.Compiling {
		when = "while compiling: "
	}
	g.reason = when + g.ending(&stop.Ending)
}

// ending words how a case ended, for a student. It is empty for one that came
// to its end.
func (g *grading) ending(end *worker.Ending) string {
	switch {
	case end.Ours:
		return "the interpreter could not run this faithfully"
	case end.End == worker.Finished:
		return ""
	case end.End == worker.Skipped && g.stopped == InternalError:
		return fmt.Sprintf("not run: %d cases before it ended the program", worker.MaxStrikes)
	case end.End == worker.Skipped:
		return "not run"
	default:
		return g.at(end)
	}
}

// at is what an ending says, with the line where it happened.
func (g *grading) at(end *worker.Ending) string {
	if end.Line == 0 {
		return plainPanic(end.Message)
	}
	return fmt.Sprintf("%s at %s:%d", plainPanic(end.Message), g.file, end.Line)
}

// plainPanic is a panic's text in one line, without what the run-time puts before
// its own.
func plainPanic(text string) string {
	return strings.TrimPrefix(oneLine(text), "runtime error: ")
}

// conclude settles the result by what the cases came to.
func (g *grading) conclude() {
	g.result.Cases = g.graded
	status := g.verdict()
	g.result.settle(status, g.summary(status))
	g.diagnose()
}

// verdict decides the status of a submission from its cases'.
func (g *grading) verdict() Status {
	count := make(map[Status]int)
	limit := InternalError
	for i := range g.graded {
		s := g.graded[i].Status
		count[s]++
		if limit == InternalError && s.limit() {
			limit = s
		}
	}
	ran := len(g.graded) - count[Skipped]
	switch {
	case g.review:
		return NeedsReview
	case g.stopped != InternalError:
		return g.stopped
	case limit != InternalError:
		return limit
	case ran == 0:
		return InternalError
	case count[Passed] == len(g.graded):
		return Passed
	case count[Panic] == ran:
		return Panic
	default:
		return Failed
	}
}

// summary says in one line what a verdict rests on. What hidden cases came to
// is not in it.
func (g *grading) summary(status Status) string {
	passed := 0
	first := "" // of the visible cases, what the first one with something to say says
	for i := range g.graded {
		c := &g.graded[i]
		if c.Status == Passed {
			passed++
		} else if first == "" && c.Message != "" && (c.Status == status || status == Failed) {
			first = c.Message
			if status != Panic {
				first = c.Name + ": " + first
			}
		}
	}
	cases := fmt.Sprintf("%d cases", len(g.graded))
	if len(g.graded) == 1 {
		cases = "1 case"
	}
	counts := fmt.Sprintf("%d of %s passed", passed, cases)
	switch {
	case status == Passed:
		return fmt.Sprintf("passed, %s", cases)
	case status == NeedsReview:
		return "the interpreter could not run this file faithfully: a person has to look at it"
	case status == InternalError:
		return "the grader failed: no case ran"
	case g.reason != "":
		return g.reason
	case status == Panic && first != "":
		return "Backward fails in every case: " + first
	case status == Panic:
		return "Backward fails in every case"
	case first != "":
		return counts + "; " + first
	default:
		return counts + "; the others are hidden"
	}
}

// fault settles a result by what is neither the student's fault nor the
// author's. What a worker says of hidden cases is for nobody: logs are read by
// students too.
func (g *grading) fault(err error, hidden bool) {
	var broken *worker.Error
	isBroken := errors.As(err, &broken)
	switch {
	case hidden && isBroken:
		err = fmt.Errorf("in a hidden case: %s", broken.Op)
	case hidden:
		err = errors.New("in a hidden case")
	}
	g.result.Fault = err
	if isBroken && !hidden { // without its evidence, which is for us
		err = fmt.Errorf("%s: %w", broken.Op, broken.Err)
	}
	g.result.settle(InternalError, "the grader failed: "+err.Error())
}

// unfaithful records that the interpreter could not run the submission.
func (g *grading) unfaithful(end *worker.Ending, hidden bool) {
	g.review = true
	if !hidden && g.result.Fault == nil {
		g.result.Fault = fmt.Errorf("the interpreter failed: %s", g.at(end))
	}
}

// reject settles a result by a source that was not accepted.
func (g *grading) reject(rejection *worker.Rejection) {
	status, err := ParseStatus(rejection.Status)
	if err != nil {
		g.fault(err, false)
		return
	}
	for _, d := range rejection.Diagnostics {
		severity := "error"
		if d.Severity == "warning" {
			severity = d.Severity
		}
		g.result.Diagnostics = append(g.result.Diagnostics, Diagnostic{
			Line: max(d.Line, 0), Column: max(d.Column, 0), Severity: severity, Message: d.Message,
		})
	}
	message := rejection.Message
	if message == "" {
		message = status.String()
	}
	g.result.settle(status, message)
}

// output is what a job printed, as text.
func output(report *worker.Report) string {
	text := strings.ToValidUTF8(report.Stdout, "\ufffd")
	if report.Cut {
		text = strings.TrimSuffix(text, "\n") +
			fmt.Sprintf("\n[cut: only the first %d KiB of output are kept]\n", worker.DefaultOutput>>10)
	}
	return text
}
