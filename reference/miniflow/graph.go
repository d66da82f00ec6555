package miniflow

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ForwardAndBackward runs one pass over a graph in TopologicalSort's order:
// every node's Forward in that order, then every node's Backward in reverse.
func ForwardAndBackward(graph []Node) {
	for _, n := range graph {
		n.Forward()
	}
	for _, n := range slices.Backward(graph) {
		n.Backward()
	}
}

// TopologicalSort feeds the inputs and returns all nodes that are connected
// with them, each after its inbound nodes. It doesn't copy the matrices: a
// GradientDescentUpdate of one of them is seen by the next Forward.
//
// The order depends on the graph alone, not on the map's. It is an error if an
// input is nil, unconnected or not fed, if a shape doesn't fit, if there is a
// cycle, or if the graph doesn't end in one MSE; then no input is fed.
func TopologicalSort(feed map[*Input]*mat.Dense) ([]Node, error) {
	var fed topology
	for in := range feed {
		if in == nil || len(in.outbound) == 0 {
			return nil, &graphError{problem: "unknown", nodes: []Node{in},
				text: "an input is fed that is nil or that no node computes with"}
		}
		fed = append(fed, in)
	}
	nodes := fed.connected()
	if err := nodes.checkAcyclic(); err != nil {
		return nil, err
	}
	end, err := nodes.end()
	if err != nil {
		return nil, err
	}
	order := topology{end}.connected().kahn()
	if err := order.checkShapes(feed); err != nil {
		return nil, err
	}
	for in, value := range feed {
		in.value = value
	}
	return order, nil
}

// topology is nodes of a graph that is being put in order.
type topology []Node

// connected lists t's nodes and all that they are connected with, whichever
// way the edges point. Nothing but the graph and t decides the list's order.
func (t topology) connected() topology {
	var list topology
	seen := make(map[Node]bool)
	var visit func(nodes []Node)
	visit = func(nodes []Node) {
		for _, n := range nodes {
			if !seen[n] {
				seen[n] = true
				list = append(list, n)
				visit(n.Inbound())
				visit(n.Outbound())
			}
		}
	}
	visit(t)
	return list
}

// kahn lists t's nodes, each after its inbound ones, by Kahn's algorithm. It
// leaves out those on a cycle or after one.
func (t topology) kahn() topology {
	waiting := make(map[Node]int) // for how many inbound nodes
	for _, n := range t {
		for _, out := range n.Outbound() {
			waiting[out]++
		}
	}
	var order topology
	for _, n := range t {
		if waiting[n] == 0 {
			order = append(order, n)
		}
	}
	for i := 0; i < len(order); i++ {
		for _, out := range order[i].Outbound() {
			waiting[out]--
			if waiting[out] == 0 {
				order = append(order, out)
			}
		}
	}
	return order
}

// checkAcyclic looks for a cycle among the nodes that kahn leaves out: each of
// them has an inbound node that is left out too, so a walk against the edges
// must come to some node twice.
func (t topology) checkAcyclic() error {
	order := t.kahn()
	if len(order) == len(t) {
		return nil
	}
	leftOut := func(n Node) bool { return !slices.Contains(order, n) }
	var path topology
	n := t[slices.IndexFunc(t, leftOut)]
	for !slices.Contains(path, n) {
		path = append(path, n)
		inbound := n.Inbound()
		n = inbound[slices.IndexFunc(inbound, leftOut)]
	}
	path = path[slices.Index(path, n):]
	slices.Reverse(path)
	return &graphError{problem: "cycle", nodes: path,
		text: fmt.Sprintf("the graph has a cycle of %d nodes", len(path))}
}

// end is the one node without outbound nodes, an MSE.
func (t topology) end() (Node, error) {
	var ends []Node
	for _, n := range t {
		if len(n.Outbound()) == 0 {
			ends = append(ends, n)
		}
	}
	e := &graphError{problem: "end", nodes: ends}
	switch len(ends) {
	case 0:
		e.text = "no input is fed, so there is no graph"
	case 1:
		if mse, ok := ends[0].(*MSE); ok {
			return mse, nil
		}
		e.text = fmt.Sprintf("the graph ends in a %T: it must end in an MSE", ends[0])
	default:
		e.text = fmt.Sprintf("the graph ends in %d nodes: it must end in one MSE", len(ends))
	}
	return nil, e
}
