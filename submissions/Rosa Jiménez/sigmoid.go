package miniflow

import "gonum.org/v1/gonum/mat"

// backward computes the gradient of the cost with respect to the node's input.
func (s *Sigmoid) backward() {
	s.ZeroGradients()
	for _, n := range s.Outbound() {
		var d mat.Dense
		d.Apply(func(_, _ int, v float64) float64 { return v * (1 - v) }, s.Value())
		d.MulElem(&d, n.Gradient(s))
		g := s.Gradient(s.Inbound()[0])
		g.Add(g, &d)
	}
}
