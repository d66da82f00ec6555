package miniflow

import "gonum.org/v1/gonum/mat"

// Input is a node without inbound nodes. Its value, of any shape, is fed to it
// by TopologicalSort: data, weights, biases, labels.
type Input struct{ vertex }

// NewInput returns an input that is still to be fed.
func NewInput() *Input { return new(Input) }

// Forward has nothing to compute: the value is fed.
func (i *Input) Forward() {}

// Backward sums over the outbound nodes. Having no inbound node, an input
// keeps the gradient of the cost with respect to itself: Gradient(itself).
func (i *Input) Backward() {
	i.gradients = map[Node]*mat.Dense{i: i.costGradient(i)}
}
