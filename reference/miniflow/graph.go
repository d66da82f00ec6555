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
	nodes, err := fed.connected().fromEnd()
	if err != nil {
		return nil, err
	}
	order := nodes.kahn()
	if len(order) < len(nodes) {
		return nil, nodes.cycle(order)
	}
	if err := order.checkShapes(feed); err != nil {
		return nil, err
	}
	for in, value := range feed {
		in.value = value
	}
	return order, nil
}

// topology is the nodes of a graph while they are being put in order.
type topology []Node

// connected lists the nodes that t's are connected with, whichever way the
// edges point, themselves included. Where it starts from the same node, the
// list is in the same order.
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

// fromEnd lists the same nodes in an order that only the graph decides: as
// they are met from its one end, the MSE.
func (t topology) fromEnd() (topology, error) {
	var ends topology
	for _, n := range t {
		if len(n.Outbound()) == 0 {
			ends = append(ends, n)
		}
	}
	if len(ends) == 0 && len(t) > 0 {
		return nil, t.cycle(nil)
	}
	if len(ends) == 1 {
		if _, ok := ends[0].(*MSE); ok {
			return append(ends, t...).connected(), nil
		}
	}
	return nil, &graphError{problem: "end", nodes: ends,
		text: fmt.Sprintf("the graph ends in %s: it must end in one MSE", ends.kinds())}
}

// kahn lists t's nodes with each one after its inbound nodes, as Kahn's
// algorithm does. Nodes on a cycle, or after one, are left out.
func (t topology) kahn() topology {
	waiting := make(map[Node]int) // how many inbound nodes are not in order yet
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

// cycle walks against the edges from a node that kahn left out, through nodes
// that it left out, until it meets one for the second time.
func (t topology) cycle(order topology) error {
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
		text: fmt.Sprintf("the graph has a cycle: %s compute with each other's values", path.kinds())}
}
