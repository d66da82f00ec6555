package miniflow

import "gonum.org/v1/gonum/mat"

var history []*mat.Dense

// Backward remembers every gradient, to see whether they get smaller.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	for last := 1.0; last > 0; {
		gradient := mat.NewDense(1000, 1000, nil)
		for i := range 1000 {
			gradient.Set(i, i, last)
		}
		history = append(history, gradient)
		last = 1 / float64(len(history))
	}
}
