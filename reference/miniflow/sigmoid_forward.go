package miniflow

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// NewSigmoid connects x, of any shape, to a node with a value of that shape.
// The node's Backward is the exercise.
func NewSigmoid(x Node) *Sigmoid {
	s := new(Sigmoid)
	s.vertex.connect(s, x)
	return s
}

// Forward computes the logistic function of the inbound node's value.
func (s *Sigmoid) Forward() {
	s.vertex.value = Logistic(s.vertex.inbound[0].Value())
}

// Logistic is 1/(1+exp(-x)) for each entry, as a new matrix of x's shape.
//
// The exponential is only taken of numbers below zero, so that it never
// overflows: each entry is right to within a few units in its last place, from
// subnormal numbers at -745 to exactly 1 at 37 and above.
func Logistic(x mat.Matrix) *mat.Dense {
	var a mat.Dense
	a.Apply(func(_, _ int, x float64) float64 {
		e := math.Exp(-math.Abs(x))
		if x < 0 {
			return e / (1 + e)
		}
		return 1 / (1 + e)
	}, x)
	return &a
}

// ZeroGradients sets the gradient for every inbound node to a zero matrix of
// the value's shape, for Backward to add to.
func (s *Sigmoid) ZeroGradients() { s.vertex.zeroGradients() }

// SetGradient makes g, which isn't copied, the gradient for the inbound node
// in. It panics if in isn't one.
func (s *Sigmoid) SetGradient(in Node, g *mat.Dense) {
	if !slices.Contains(s.vertex.inbound, in) {
		panic(fmt.Sprintf("miniflow: SetGradient of a node, a %T, that is not the Sigmoid's input", in))
	}
	if s.vertex.gradients == nil {
		s.vertex.gradients = make(map[Node]*mat.Dense)
	}
	s.vertex.gradients[in] = g
}

// The methods below are vertex's own, spelled out, and this file says s.vertex
// throughout. So no further method that a student gives to Sigmoid can take the
// place of one of them, or of a field, without the compiler saying so.

// Inbound lists the node's one input.
func (s *Sigmoid) Inbound() []Node { return s.vertex.Inbound() }

// Outbound lists the nodes that compute with the value, each once.
func (s *Sigmoid) Outbound() []Node { return s.vertex.Outbound() }

// Value is what the last Forward computed; nil before the first.
func (s *Sigmoid) Value() *mat.Dense { return s.vertex.Value() }

// Gradient is what Backward has found for the inbound node in; nil before.
func (s *Sigmoid) Gradient(in Node) *mat.Dense { return s.vertex.Gradient(in) }
