package audit

import (
	"fmt"
	"math"
	"strconv"

	"github.com/miniflow/grader/cases"
)

// trial is a case on which controls are tried.
type trial struct {
	c    *cases.Case
	want *cases.Outcome
}

// verdict is how a control did on a case.
type verdict struct {
	caught bool    // the case doesn't pass
	spared bool    // it passes, and wouldn't under the default tolerance
	used   float64 // the largest share of the tolerance that an entry takes; above 1 if caught by it
	fault  string  // why it is caught, for a control that shouldn't be
}

// run runs a control on the case, as a submission would be: a panic, an error and
// a gradient outside its tolerance are all the same to the verdict. Descent, which
// takes the longest, is left to those that get so far.
func (t trial) run(control Control) verdict {
	passes := t.c.Problem
	passes.Descent = nil
	v := t.compare(&passes, control, &cases.Outcome{Passes: t.want.Passes})
	if !v.caught && t.c.Descent != nil {
		spared := v.spared
		v = t.compare(&t.c.Problem, control, t.want)
		v.spared = !v.caught && (v.spared || spared)
	}
	return v
}

func (t trial) compare(p *cases.Problem, control Control, want *cases.Outcome) verdict {
	got, err := run(p, control)
	if err != nil {
		return verdict{caught: true, used: math.Inf(1), fault: err.Error()}
	}
	var v verdict
	for _, pair := range cases.Pairs(got, want) {
		c := t.c.Tolerance.Compare(pair.Got, pair.Want)
		if !c.Passes() && !v.caught {
			v.caught = true
			v.fault = t.describe(pair, c)
		}
		v.used = max(v.used, c.Used)
		v.spared = v.spared || !cases.DefaultTolerance().Compare(pair.Got, pair.Want).Passes()
	}
	v.spared = v.spared && !v.caught
	return v
}

// run turns a panic into an error.
func run(p *cases.Problem, control Control) (got *cases.Outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			got, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	return p.Run(control.New())
}

// describe says why a matrix that should pass doesn't.
func (t trial) describe(pair cases.Pair, c cases.Comparison) string {
	if !c.Fits {
		return fmt.Sprintf("%s is %s instead of %s", pair.Want.Name, pair.Got.Shape(), pair.Want.Shape())
	}
	got, want := pair.Got.Data[c.Worst], pair.Want.Data[c.Worst]
	if math.IsNaN(got) || math.IsInf(got, 0) {
		return fmt.Sprintf("%s is %v", pair.Want.Name, got)
	}
	allowed := t.c.Tolerance.AbsoluteFor(pair.Want) + t.c.Tolerance.Relative*math.Abs(want)
	return fmt.Sprintf("%s is off by %s, and %s is allowed", pair.Want.Name, short(math.Abs(got-want)), short(allowed))
}

func short(f float64) string { return strconv.FormatFloat(f, 'g', 2, 64) }

// zeros lists the compared matrices for which zeros pass although not all of
// their entries are to be 0.
func (t trial) zeros() []string {
	var names []string
	for _, want := range t.want.Passes[0].Gradients {
		none := want
		none.Data = make(cases.Floats, len(want.Data))
		if want.Largest() > 0 && t.c.Tolerance.Compare(none, want).Passes() {
			names = append(names, want.Name)
		}
	}
	return names
}
