package problem

import (
	"fmt"

	"github.com/miniflow/grader/reference/miniflow"
	"gonum.org/v1/gonum/mat"
)

// Run computes the problem's gradients with backward as the Backward of every
// Sigmoid node: two passes over one fresh graph, and gradient descent, where the
// problem asks for it, over another.
//
// Run copies every matrix out at once. It returns an *UnsetGradientError or a
// *GradientShapeError as soon as a call of backward leaves such a gradient
// behind, and other errors for a problem that is not sound. A panic of backward
// passes through.
func (p *Problem) Run(backward func(*miniflow.Sigmoid)) (*Outcome, error) {
	n, err := p.build(backward)
	if err != nil {
		return nil, err
	}
	out := &Outcome{}
	for i := range out.Passes {
		n.observations = make(map[string]Observation)
		if err := n.pass(); err != nil {
			return nil, err
		}
		out.Passes[i] = Pass{Gradients: n.gradients(p.Compare), Sigmoids: n.sigmoids(p.Graph)}
	}
	if p.Descent == nil {
		return out, nil
	}
	n, err = p.build(backward)
	if err != nil {
		return nil, err
	}
	out.Descent, err = n.descend(p.Descent, p.Compare)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// network is a Problem built as a graph of the engine.
type network struct {
	graph        []miniflow.Node // in topological order
	inputs       map[string]*miniflow.Input
	names        map[miniflow.Node]string
	inbound      map[*miniflow.Sigmoid]miniflow.Node // the input of each
	backward     func(*miniflow.Sigmoid)
	observations map[string]Observation // by the Sigmoid's name; nil: don't observe
}

// build makes the graph afresh. It creates a node as soon as its arguments
// exist, in the order of the statements, so that a graph text that is in order
// connects its nodes in that order.
func (p *Problem) build(backward func(*miniflow.Sigmoid)) (*network, error) {
	n := &network{
		inputs:   make(map[string]*miniflow.Input),
		names:    make(map[miniflow.Node]string),
		inbound:  make(map[*miniflow.Sigmoid]miniflow.Node),
		backward: backward,
	}
	nodes := make(map[string]miniflow.Node)
	feed := make(map[*miniflow.Input]*mat.Dense)
	for _, m := range p.Feed {
		if m.Rows <= 0 || m.Cols <= 0 || !holds(m.Rows, m.Cols, len(m.Data)) {
			return nil, fmt.Errorf("problem %q: input %s has %d entries for %s", p.Name, m.Name, len(m.Data), m.Shape())
		}
		in := miniflow.NewInput()
		n.inputs[m.Name], nodes[m.Name], n.names[in], feed[in] = in, in, m.Name, m.Dense()
	}
	for waiting := p.Graph; len(waiting) > 0; {
		var later []Statement
		for _, s := range waiting {
			args, ready := arguments(nodes, s)
			if !ready {
				later = append(later, s)
				continue
			}
			node, err := n.create(s, args)
			if err != nil {
				return nil, fmt.Errorf("problem %q: %w", p.Name, err)
			}
			nodes[s.Name], n.names[node] = node, s.Name
		}
		if len(later) == len(waiting) {
			return nil, fmt.Errorf("problem %q: %s: an argument is neither fed nor defined before", p.Name, later[0])
		}
		waiting = later
	}
	for _, names := range [][]string{p.Compare, p.Descent.update()} {
		for _, name := range names {
			if n.inputs[name] == nil {
				return nil, fmt.Errorf("problem %q: %s is not fed", p.Name, name)
			}
		}
	}
	graph, err := miniflow.TopologicalSort(feed)
	if err != nil {
		return nil, fmt.Errorf("problem %q: %w", p.Name, err)
	}
	n.graph = graph
	return n, nil
}

func (d *Descent) update() []string {
	if d == nil {
		return nil
	}
	return d.Update
}

func arguments(nodes map[string]miniflow.Node, s Statement) ([]miniflow.Node, bool) {
	args := make([]miniflow.Node, len(s.Args))
	for i, name := range s.Args {
		args[i] = nodes[name]
		if args[i] == nil {
			return nil, false
		}
	}
	return args, true
}

func (n *network) create(s Statement, args []miniflow.Node) (miniflow.Node, error) {
	switch {
	case s.Op == "Linear" && len(args) == 3:
		return miniflow.NewLinear(args[0], args[1], args[2]), nil
	case s.Op == "Sigmoid" && len(args) == 1:
		node := miniflow.NewSigmoid(args[0])
		plug(node, n.backward)
		n.inbound[node] = args[0]
		return node, nil
	case s.Op == "MSE" && len(args) == 2:
		return miniflow.NewMSE(args[0], args[1]), nil
	}
	return nil, fmt.Errorf("%s: no operation %s with %d arguments", s, s.Op, len(args))
}

// pass is miniflow.ForwardAndBackward, except that it stops at the first
// gradient that is not there or does not fit: going on would panic in an engine
// node, where the student has nothing to look for.
func (n *network) pass() error {
	for _, node := range n.graph {
		node.Forward()
	}
	for i := len(n.graph) - 1; i >= 0; i-- {
		s, ok := n.graph[i].(*miniflow.Sigmoid)
		if !ok {
			n.graph[i].Backward()
			continue
		}
		if err := n.call(s); err != nil {
			return err
		}
	}
	return nil
}

// call calls the student's function for s between two looks at the node. It
// doesn't ask s for its input: the function may reach the node's own fields.
func (n *network) call(s *miniflow.Sigmoid) error {
	in := n.inbound[s]
	before := n.observe(s, in)
	want := dims(in.Value())
	s.Backward()
	got := s.Gradient(in)
	if got == nil {
		return &UnsetGradientError{Node: n.names[s], Inbound: n.names[in]}
	}
	if dims(got) != want {
		return &GradientShapeError{Node: n.names[s], Inbound: n.names[in], Got: dims(got), Want: want}
	}
	if n.observations != nil {
		before.Gradient = fromDense(n.names[in], got)
		n.observations[before.Node] = before
	}
	return nil
}

func (n *network) observe(s *miniflow.Sigmoid, in miniflow.Node) Observation {
	if n.observations == nil {
		return Observation{}
	}
	o := Observation{
		Node:  n.names[s],
		Input: fromDense(n.names[in], in.Value()),
		Value: fromDense(n.names[s], s.Value()),
	}
	for _, out := range s.Outbound() {
		o.Outputs = append(o.Outputs, n.names[out])
		o.Upstream = append(o.Upstream, fromDense(n.names[out], out.Gradient(s)))
	}
	return o
}

// dims gives d's rows and columns, none for nil.
func dims(d *mat.Dense) [2]int {
	if d == nil {
		return [2]int{}
	}
	rows, cols := d.Dims()
	return [2]int{rows, cols}
}

func (n *network) gradients(names []string) []Matrix {
	gradients := make([]Matrix, len(names))
	for i, name := range names {
		in := n.inputs[name]
		gradients[i] = fromDense(name, in.Gradient(in))
	}
	return gradients
}

func (n *network) sigmoids(graph []Statement) []Observation {
	var all []Observation
	for _, s := range graph {
		if s.Op == "Sigmoid" {
			all = append(all, n.observations[s.Name])
		}
	}
	return all
}

func (n *network) descend(d *Descent, compare []string) ([]Matrix, error) {
	for range d.Steps {
		if err := n.pass(); err != nil {
			return nil, err
		}
		for _, name := range d.Update {
			in := n.inputs[name]
			miniflow.GradientDescentUpdate(in.Value(), in.Gradient(in), d.LearningRate)
		}
	}
	var result []Matrix
	for _, name := range d.Update {
		result = append(result, fromDense(d.UpdatedName(name), n.inputs[name].Value()))
	}
	for i, m := range n.gradients(compare) {
		m.Name = d.LastGradientName(compare[i])
		result = append(result, m)
	}
	return result, nil
}
