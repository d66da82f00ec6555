package audit

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

// Control is an answer whose verdict is known beforehand.
type Control struct {
	ID      string // of the misconception; "" for a correct answer
	Variant string // tells controls of one ID apart; for a correct answer, the formula
	Shows   string // of a misconception: where it shows, to be read after "shows"; "" for everywhere

	// New makes the control's Backward. Nothing is kept from one to another, so
	// that every run of a control is the same.
	New func() func(*miniflow.Sigmoid)
}

// Name identifies the control among all.
func (c Control) Name() string {
	switch {
	case c.ID == "":
		return c.Variant
	case c.Variant == "":
		return c.ID
	}
	return c.ID + ": " + c.Variant
}

// formulas are the derivative of the logistic function, each as some textbook or
// some student has it. They differ in rounding, and in where they overflow: those
// that are here don't, for inputs from -700 on.
var formulas = []struct {
	name string
	of   func(x, s float64) float64
}{
	{"s(1−s)", func(_, s float64) float64 { return s * (1 - s) }},
	{"s−s²", func(_, s float64) float64 { return s - s*s }},
	{"e⁻ˣ/(1+e⁻ˣ)²", func(x, _ float64) float64 {
		e := math.Exp(-x)
		return e / ((1 + e) * (1 + e))
	}},
	{"e⁻|ˣ|/(1+e⁻|ˣ|)²", func(x, _ float64) float64 {
		e := math.Exp(-math.Abs(x))
		return e / ((1 + e) * (1 + e))
	}},
	{"s²e⁻ˣ", func(x, s float64) float64 { return s * s * math.Exp(-x) }},
	{"¼(1−tanh²(x/2))", func(x, _ float64) float64 {
		t := math.Tanh(x / 2)
		return (1 - t*t) / 4
	}},
	{"1/(4cosh²(x/2))", func(x, _ float64) float64 {
		c := math.Cosh(x / 2)
		return 1 / (4 * c * c)
	}},
}

// Positive returns the correct answers: every formula, put together in two ways.
func Positive() []Control {
	var all []Control
	for _, f := range formulas {
		all = append(all,
			Control{Variant: f.name + ", accumulated in place", New: func() func(*miniflow.Sigmoid) {
				return func(s *miniflow.Sigmoid) { accumulate(s, f.of) }
			}},
			Control{Variant: f.name + ", times the sum", New: answer{derivative: f.of}.backward})
	}
	return all
}

// accumulate adds up the outputs' shares in the gradient itself.
func accumulate(s *miniflow.Sigmoid, derivative func(x, s float64) float64) {
	s.ZeroGradients()
	in := s.Inbound()[0]
	g := s.Gradient(in)
	for _, n := range s.Outbound() {
		var share mat.Dense
		share.Apply(func(i, j int, up float64) float64 {
			return up * derivative(in.Value().At(i, j), s.Value().At(i, j))
		}, n.Gradient(s))
		g.Add(g, &share)
	}
}
