package worker

import (
	"context"
	"errors"
	"strings"
)

// Run compiles the job's source and runs its problems, in as many workers as it
// takes. It never runs student code in this process.
//
// The error is ctx.Err() if the context ended first, and an *Error for a fault
// that is not the student's. Whatever it returns, no process of the job is left.
// A binary that calls Run must call [Main] first thing in its main.
func Run(ctx context.Context, job Job, limits Limits) (*Report, error) {
	return newRun(job, limits).all(ctx)
}

// all starts workers until the job is done.
func (j *run) all(ctx context.Context) (*Report, error) {
	for j.more() {
		if err := j.worker(ctx); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, err
		}
	}
	j.report.Stdout = j.stdout.String()
	return j.report, nil
}

// Layers reports which layers of the sandbox this machine offers, by starting a
// worker that does nothing else. See [Report.Sandbox] for those of a job.
func Layers(ctx context.Context) (Sandbox, error) {
	j := newRun(Job{}, Limits{})
	j.readyOnly = true
	if err := j.worker(ctx); err != nil {
		if ctx.Err() != nil {
			return Sandbox{}, ctx.Err()
		}
		return Sandbox{}, err
	}
	return j.report.Sandbox, nil
}

// run is a job under way.
type run struct {
	job    Job
	limits Limits
	report *Report
	next   int  // the first case that has not ended
	begun  bool // some worker got as far as the first case
	ended  bool // the source is refused, or its initialisers do not get through

	start     func(context.Context) (*process, error)
	readyOnly bool // nobody asks for more than what the worker confines itself to

	stdout strings.Builder
}

func newRun(job Job, limits Limits) *run {
	j := &run{
		job:    job,
		limits: limits.withDefaults(),
		start:  start,
		report: &Report{Cases: make([]Case, len(job.Problems)), Strikes: job.Strikes},
	}
	for i, p := range job.Problems {
		j.report.Cases[i] = Case{Name: p.Name, Ending: Ending{End: Skipped}}
	}
	return j
}

// more says whether another worker has something to do.
func (j *run) more() bool {
	if j.ended || j.report.Strikes >= MaxStrikes {
		return false
	}
	return j.next < len(j.job.Problems) || j.report.Workers == 0
}

// worker starts a worker and takes it as far as it goes.
func (j *run) worker(ctx context.Context) error {
	p, err := j.start(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	j.report.Workers++
	err = j.converse(ctx, p, p.replies)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errFrame):
		p.kill(killedForProtocol)
		return &Error{Op: "protocol", Err: err, Evidence: p.end().String()}
	case errors.Is(err, errEnded):
		ending, err := p.classify()
		if err != nil {
			return err
		}
		return j.died(p.phase, ending)
	}
	return err
}

// died books a worker's untimely end where it belongs.
func (j *run) died(phase phase, ending Ending) error {
	switch {
	case phase == phaseStart:
		return &Error{Op: "worker", Err: errors.New("ended before it was ready: " + ending.Message), Evidence: ending.Evidence}
	case phase == phaseCase || j.begun:
		j.report.Cases[j.next].Ending = ending
		j.next++
	default:
		stop := &Stop{Phase: Compiling, Ending: ending}
		if phase == phaseLoad {
			stop.Phase = Loading
		}
		j.report.Stopped = stop
		j.ended = true
	}
	j.report.Strikes++
	return nil
}
