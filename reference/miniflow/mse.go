package miniflow

import "gonum.org/v1/gonum/mat"

// MSE is the cost, and the last node of a graph: the mean of (y - a)² over all
// entries of y and a.
type MSE struct{ vertex }

// NewMSE connects the labels y and the network's output a, both m×k, to a node
// with a 1×1 value.
func NewMSE(y, a Node) *MSE {
	e := new(MSE)
	e.connect(e, y, a)
	return e
}

// Forward computes the mean of the squared differences.
func (e *MSE) Forward() {
	diff, entries := e.difference()
	diff.MulElem(diff, diff)
	e.value = mat.NewDense(1, 1, []float64{mat.Sum(diff) / entries})
}

// Backward computes 2/entries·(y - a) for y and its negative for a. It adds
// them up: y and a may be the same node. There is no outbound node to ask, for
// the cost's gradient with respect to itself is 1.
func (e *MSE) Backward() {
	y, a := e.inbound[0], e.inbound[1]
	share, entries := e.difference()
	share.Scale(2/entries, share)
	e.zeroGradients()
	e.gradients[y].Add(e.gradients[y], share)
	e.gradients[a].Sub(e.gradients[a], share)
}

// difference is y - a, and the number of its entries.
func (e *MSE) difference() (diff *mat.Dense, entries float64) {
	diff = new(mat.Dense)
	diff.Sub(e.inbound[0].Value(), e.inbound[1].Value())
	rows, cols := diff.Dims()
	return diff, float64(rows) * float64(cols)
}
