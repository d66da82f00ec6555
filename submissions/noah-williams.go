package miniflow

import "math"

// Backward uses the derivative of exp(x)/(1+exp(x)) as the quotient rule gives it.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	in := s.Inbound()[0]
	g := s.Gradient(in)
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		g.Apply(func(i, j int, sum float64) float64 {
			e := math.Exp(in.Value().At(i, j))
			return sum + gradCost.At(i, j)*e/((1+e)*(1+e))
		}, g)
	}
}
