package miniflow

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// slope is e/(1+e)² for e = exp(-|x|): it is an even function, so the sign
// of x doesn't matter, and the exponential never overflows.
func slope(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	return e / ((1 + e) * (1 + e))
}

// Backward computes the gradient from the input alone.
func (s *Sigmoid) Backward() {
	x := s.Inbound()[0]
	var g mat.Dense
	g.Apply(func(i, j int, v float64) float64 {
		sum := 0.0
		for _, n := range s.Outbound() {
			sum += n.Gradient(s).At(i, j)
		}
		return sum * slope(v)
	}, x.Value())
	s.SetGradient(x, &g)
}
