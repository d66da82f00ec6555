package miniflow

import "gonum.org/v1/gonum/mat"

// Linear is a layer of k neurons: x·w + b.
type Linear struct{ vertex }

// NewLinear connects x (m×n), w (n×k) and b (1×k) to a node with an m×k value.
func NewLinear(x, w, b Node) *Linear {
	l := new(Linear)
	l.connect(l, x, w, b)
	return l
}

// Forward computes x·w and adds the row b to each of its rows.
func (l *Linear) Forward() {
	x, w, b := l.inbound[0].Value(), l.inbound[1].Value(), l.inbound[2].Value()
	var f mat.Dense
	f.Mul(x, w)
	f.Apply(func(_, j int, xw float64) float64 { return xw + b.At(0, j) }, &f)
	l.value = &f
}

// Backward computes, from the cost's gradient g (m×k) with respect to the
// node's value, g·wᵀ for x, xᵀ·g for w and the sum of g's rows for b. It adds
// them up: x, w and b may be the same node.
func (l *Linear) Backward() {
	x, w, b := l.inbound[0], l.inbound[1], l.inbound[2]
	g := l.costGradient(l)
	l.zeroGradients()

	var dx, dw mat.Dense
	dx.Mul(g, w.Value().T())
	dw.Mul(x.Value().T(), g)
	l.gradients[x].Add(l.gradients[x], &dx)
	l.gradients[w].Add(l.gradients[w], &dw)

	db := l.gradients[b]
	rows, cols := g.Dims()
	for i := range rows {
		for j := range cols {
			db.Set(0, j, db.At(0, j)+g.At(i, j))
		}
	}
}
