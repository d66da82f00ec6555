package batch

import (
	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/diagnose"
)

// scene is a [harness.Scene] as the journal keeps it: a result's JSON leaves it
// out, but what students read must be the same whether a result is new or from an
// earlier run. Its numbers need not be finite.
type scene struct {
	Graph []problem.Statement `json:"graph"`
	Wrong []string            `json:"wrong,omitempty"`
	Spots []spot              `json:"spots,omitempty"`
}

// spot is a [diagnose.Spot].
type spot struct {
	Node     string           `json:"node"`
	Input    string           `json:"input"`
	Second   bool             `json:"second,omitempty"`
	Row      int              `json:"row"`
	Col      int              `json:"col"`
	X        harness.Number   `json:"x"`
	Value    harness.Number   `json:"value"`
	Outputs  []string         `json:"outputs,omitempty"`
	Upstream []harness.Number `json:"upstream,omitempty"`
	Got      harness.Number   `json:"got"`
	Want     harness.Number   `json:"want"`
}

// Whole is a result as JSON carries it whole, with the scenes that its own JSON
// leaves out.
type Whole struct {
	Result *harness.Result `json:"result"`
	Scenes []*scene        `json:"scenes,omitempty"` // of the result's cases
}

// NewWhole makes a Whole of a result.
func NewWhole(r *harness.Result) Whole { return Whole{r, scenesOf(r)} }

// Unwrap returns the result, with its scenes; nil if there is no result.
func (w Whole) Unwrap() *harness.Result {
	if w.Result != nil {
		setScenes(w.Result, w.Scenes)
	}
	return w.Result
}

// scenesOf are those of a result's cases, in their order; nil if there are none.
func scenesOf(r *harness.Result) []*scene {
	var all []*scene
	for i := range r.Cases {
		s := r.Cases[i].Scene
		if s == nil {
			continue
		}
		if all == nil {
			all = make([]*scene, len(r.Cases))
		}
		all[i] = &scene{Graph: s.Graph, Wrong: s.Wrong}
		for _, d := range s.Spots {
			all[i].Spots = append(all[i].Spots, spot{
				Node: d.Node, Input: d.Input, Second: d.Second, Row: d.Row, Col: d.Col, X: harness.Number(d.X), Value: harness.Number(d.Value),
				Outputs: d.Outputs, Upstream: numbers(d.Upstream), Got: harness.Number(d.Got), Want: harness.Number(d.Want),
			})
		}
	}
	return all
}

// setScenes is the inverse of scenesOf.
func setScenes(r *harness.Result, all []*scene) {
	for i, s := range all {
		if s == nil || i >= len(r.Cases) {
			continue
		}
		back := &harness.Scene{Graph: s.Graph, Wrong: s.Wrong}
		for _, d := range s.Spots {
			back.Spots = append(back.Spots, diagnose.Spot{
				Node: d.Node, Input: d.Input, Second: d.Second, Row: d.Row, Col: d.Col, X: float64(d.X), Value: float64(d.Value),
				Outputs: d.Outputs, Upstream: floats(d.Upstream), Got: float64(d.Got), Want: float64(d.Want),
			})
		}
		r.Cases[i].Scene = back
	}
}

func numbers(from []float64) []harness.Number {
	var to []harness.Number
	for _, v := range from {
		to = append(to, harness.Number(v))
	}
	return to
}

func floats(from []harness.Number) []float64 {
	var to []float64
	for _, v := range from {
		to = append(to, float64(v))
	}
	return to
}
