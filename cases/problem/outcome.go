package problem

import "fmt"

// Outcome is what running a Problem yielded. One that comes from a worker is
// only a claim: compare it, never trust it.
type Outcome struct {
	Passes [2]Pass // two passes over one graph, so that state kept between them shows

	// Descent is nil unless the Problem asks for gradient descent. Then it
	// holds, in this order, the updated inputs after the last step, in the
	// order of Descent.Update and named as UpdatedName says; and the gradients
	// of the last step, in the order of Problem.Compare and named as
	// LastGradientName says. That step's pass ran before its update.
	Descent []Matrix
}

// Pass is what one forward and backward pass left behind.
type Pass struct {
	Gradients []Matrix      // of Problem.Compare, in that order
	Sigmoids  []Observation // one a Sigmoid node, in the order of Problem.Graph
}

// Observation is what there was to see at one Sigmoid node. Everything but
// Gradient was copied before Backward ran.
type Observation struct {
	Node     string
	Input    Matrix   // x, named after the inbound node
	Value    Matrix   // sigmoid(x), named after the node
	Outputs  []string // the outbound nodes, in the order of connection
	Upstream []Matrix // the gradient each output sends back, named after that output
	Gradient Matrix   // what Backward set for the inbound node, named after it
}

// UpdatedName is the name that an input has in Outcome.Descent once it has been
// updated.
func (d *Descent) UpdatedName(input string) string {
	return fmt.Sprintf("%s after %s", input, d.count())
}

// LastGradientName is the name that an input's gradient in the last step has in
// Outcome.Descent.
func (d *Descent) LastGradientName(input string) string {
	return fmt.Sprintf("gradient of %s in step %d", input, d.Steps)
}

func (d *Descent) count() string {
	if d.Steps == 1 {
		return "1 step"
	}
	return fmt.Sprintf("%d steps", d.Steps)
}

// UnsetGradientError says that Backward returned without a gradient for the
// node's input.
type UnsetGradientError struct {
	Node    string // the Sigmoid
	Inbound string // its input
}

func (e *UnsetGradientError) Error() string {
	return fmt.Sprintf("Backward left the gradient for %s unset", e.Inbound)
}

// GradientShapeError says that Backward set a gradient whose shape is not that
// of the node's input.
type GradientShapeError struct {
	Node      string // the Sigmoid
	Inbound   string // its input
	Got, Want [2]int // rows and columns
}

func (e *GradientShapeError) Error() string {
	return fmt.Sprintf("the gradient for %s is %s; %s's value is %s",
		e.Inbound, shape(e.Got[0], e.Got[1]), e.Inbound, shape(e.Want[0], e.Want[1]))
}
