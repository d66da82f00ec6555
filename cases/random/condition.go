package random

import (
	"math"
	"slices"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
)

// What a network has to be like, for a gradient to tell right from wrong and
// rounding to be of no account.
const (
	farthest      = 4.0  // a Sigmoid's input is at most so far from 0: its derivative is above 0.017
	leastUpstream = 1e-3 // what any output sends back has an entry of at least this size
	leastShare    = 1e-2 // and of at least this share of what all outputs send back
	leastGradient = 1e-4 // every compared matrix has an entry of at least this size
	mostGradient  = 1e3  // and none beyond this
	mostCondition = 50.0 // an error in a Sigmoid's gradient is at most so much larger in what is compared
	mostInDescent = 1e4  // the same after gradient descent, in which errors add up
	nudge         = 1e-8 // the error that is made to find out
)

// wellConditioned says whether a network will do, and what the model solution
// gives for it.
func wellConditioned(p *cases.Problem) (*cases.Outcome, bool) {
	want, err := p.Run(reference.Backward)
	if err != nil {
		return nil, false
	}
	for _, o := range want.Passes[0].Sigmoids {
		if !telling(o) {
			return nil, false
		}
	}
	for _, pair := range cases.Pairs(want, want) {
		if size := pair.Want.Largest(); !(leastGradient <= size && size <= mostGradient) {
			return nil, false
		}
	}
	return want, steady(p, want) && !blind(p, want)
}

// blind says whether a wrong sign would pass, as it does where every path leads
// through two Sigmoids.
func blind(p *cases.Problem, want *cases.Outcome) bool {
	got, err := p.Run(func(s *miniflow.Sigmoid) {
		reference.Backward(s)
		g := s.Gradient(s.Inbound()[0])
		g.Scale(-1, g)
	})
	return err == nil && !slices.ContainsFunc(cases.Pairs(got, want), func(pair cases.Pair) bool {
		return !cases.DefaultTolerance().Compare(pair.Got, pair.Want).Passes()
	})
}

// telling says whether a mistake at the node would show.
func telling(o cases.Observation) bool {
	if !(o.Input.Largest() <= farthest) {
		return false
	}
	total := make(cases.Floats, len(o.Value.Data))
	for _, up := range o.Upstream {
		for i, v := range up.Data {
			total[i] += v
		}
	}
	all := cases.Matrix{Data: total}.Largest()
	for _, up := range o.Upstream {
		if size := up.Largest(); size < leastUpstream || size < leastShare*all || all < leastShare*size {
			return false
		}
	}
	return true
}

// steady says whether small errors stay small.
func steady(p *cases.Problem, want *cases.Outcome) bool {
	got, err := p.Run(nudged())
	if err != nil {
		return false
	}
	limit := mostCondition
	for i, pair := range cases.Pairs(got, want) {
		if i >= 2*len(p.Compare) {
			limit = mostInDescent
		}
		size := pair.Want.Largest()
		for j, w := range pair.Want.Data {
			if math.Abs(pair.Got.Data[j]-w) > limit*nudge*size {
				return false
			}
		}
	}
	return true
}

// nudged is the model solution with an error in every entry, now up, now down.
func nudged() func(*miniflow.Sigmoid) {
	signs := newSource(0, 0)
	return func(s *miniflow.Sigmoid) {
		reference.Backward(s)
		g := s.Gradient(s.Inbound()[0])
		g.Apply(func(_, _ int, v float64) float64 {
			if signs.chance(2) {
				return v * (1 - nudge)
			}
			return v * (1 + nudge)
		}, g)
	}
}
