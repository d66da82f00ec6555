package miniflow

import "gonum.org/v1/gonum/mat"

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	rows, cols := s.Value().Dims()
	ones := mat.NewDense(cols+rows, rows+cols, nil)
	var d mat.Dense
	d.Sub(ones, s.Value())
	d.MulElem(&d, s.Value())
	s.SetGradient(s.Inbound()[0], &d)
}
