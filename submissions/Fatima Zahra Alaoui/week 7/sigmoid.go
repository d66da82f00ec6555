package miniflow

import "gonum.org/v1/gonum/mat"

// share is what one output adds to the gradient.
type share struct {
	value, gradCost *mat.Dense
}

func (p share) matrix() *mat.Dense {
	d := new(mat.Dense)
	d.Apply(func(i, j int, v float64) float64 { return v * (1 - v) * p.gradCost.At(i, j) }, p.value)
	return d
}

// Backward adds up the shares of all outputs.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	g := s.Gradient(s.Inbound()[0])
	for _, n := range s.Outbound() {
		g.Add(g, share{s.Value(), n.Gradient(s)}.matrix())
	}
}
