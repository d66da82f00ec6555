// Package miniflow is a small differentiable computation graph: enough to
// build, run and train a neural network, and small enough to read in one
// sitting.
//
// Start with Node, then read linear.go from top to bottom: every kind of node
// is a Forward and a Backward side by side. graph.go puts nodes in order and
// runs them.
//
// Every value and gradient is a matrix. A row is an example: X is m×n, W n×k,
// b 1×k, a Sigmoid's value has its input's shape, y is m×k, and the cost is
// 1×1.
//
// It is not a tensor library: there are no other shapes, no broadcasting
// beyond the bias, and no thought of speed.
package miniflow

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Node is a vertex of the computation graph.
type Node interface {
	// Forward computes Value from the inbound nodes' values.
	Forward()
	// Backward computes Gradient for every inbound node from the gradients
	// that the outbound nodes hold for this one.
	Backward()
	// Inbound lists the nodes whose values this one computes with, in the
	// order of the constructor's arguments.
	Inbound() []Node
	// Outbound lists the nodes that compute with this one's value, each once,
	// in the order of connection.
	Outbound() []Node
	// Value is what the last Forward computed; nil before the first.
	Value() *mat.Dense
	// Gradient is the cost's partial derivative with respect to the value of
	// in, through this node. It has the shape of in's value. It is nil before
	// Backward, and for a node that isn't inbound.
	Gradient(in Node) *mat.Dense
}

// vertex is what every node is made of: its edges, its value, and what its
// Backward found out. Input, Linear, Sigmoid and MSE embed it.
type vertex struct {
	inbound   []Node
	outbound  []Node
	value     *mat.Dense
	gradients map[Node]*mat.Dense // one entry per inbound node
}

func (v *vertex) Inbound() []Node             { return slices.Clone(v.inbound) }
func (v *vertex) Outbound() []Node            { return slices.Clone(v.outbound) }
func (v *vertex) Value() *mat.Dense           { return v.value }
func (v *vertex) Gradient(in Node) *mat.Dense { return v.gradients[in] }

// connect makes n, whose vertex v is, an outbound node of each inbound one. A
// node that is inbound twice still has n as an outbound node once, for n's
// gradient with respect to it is already the whole one.
func (v *vertex) connect(n Node, inbound ...Node) {
	v.inbound = inbound
	for _, in := range inbound {
		var u *vertex
		switch in := in.(type) {
		case *Input:
			u = &in.vertex
		case *Linear:
			u = &in.vertex
		case *Sigmoid:
			u = &in.vertex
		case *MSE:
			u = &in.vertex
		default:
			panic(fmt.Sprintf("miniflow: a %T can't take a %T as its input", n, in))
		}
		if !slices.Contains(u.outbound, n) {
			u.outbound = append(u.outbound, n)
		}
	}
}

// zeroGradients starts every inbound node's gradient at zero, for Backward to
// add to.
func (v *vertex) zeroGradients() {
	v.gradients = make(map[Node]*mat.Dense, len(v.inbound))
	for _, in := range v.inbound {
		rows, cols := in.Value().Dims()
		v.gradients[in] = mat.NewDense(rows, cols, nil)
	}
}

// costGradient is the cost's gradient with respect to the value of n, whose
// vertex v is: the sum of what its outbound nodes send back.
func (v *vertex) costGradient(n Node) *mat.Dense {
	rows, cols := v.value.Dims()
	sum := mat.NewDense(rows, cols, nil)
	for _, out := range v.outbound {
		g := out.Gradient(n)
		if g == nil {
			panic(fmt.Sprintf("miniflow: the Backward of a %T left the gradient for its input, a %T, unset", out, n))
		}
		if r, c := g.Dims(); r != rows || c != cols {
			panic(fmt.Sprintf("miniflow: the gradient that a %T holds for its input, a %T, is %d×%d; the input's value is %d×%d",
				out, n, r, c, rows, cols))
		}
		sum.Add(sum, g)
	}
	return sum
}
