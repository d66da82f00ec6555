package miniflow

import "gonum.org/v1/gonum/mat"

// Sigmoid is a node that squashes its input, of any shape, into (0, 1) entry
// by entry. In the students' kit its Backward is the exercise; here, Backward
// is whatever function Plug has put in.
type Sigmoid struct {
	vertex
	backward func(*Sigmoid)
}

// Plug makes backward the node's Backward.
func (s *Sigmoid) Plug(backward func(*Sigmoid)) { s.backward = backward }

// Backward calls the function that was plugged in. It panics if there is none.
func (s *Sigmoid) Backward() {
	if s.backward == nil {
		panic("miniflow: this Sigmoid has no Backward: Plug one in")
	}
	s.backward(s)
}

// Internals is where a node keeps what the methods of Node show: the students'
// file shares the package with the engine, so it may use these fields too.
type Internals struct {
	Inbound, Outbound *[]Node
	Value             **mat.Dense
	Gradients         *map[Node]*mat.Dense
}

// Internals returns the addresses of the node's own fields.
func (v *vertex) Internals() Internals {
	return Internals{&v.inbound, &v.outbound, &v.value, &v.gradients}
}
