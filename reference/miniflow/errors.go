package miniflow

import (
	"fmt"
	"strings"
)

// graphError is why TopologicalSort refuses a graph.
type graphError struct {
	problem string // unknown, unfed, end, cycle or shape
	text    string
	nodes   []Node   // those that it is about
	shapes  [][2]int // of the last two nodes, where a shape doesn't fit
}

func (e *graphError) Error() string { return "miniflow: " + e.text }

// kinds names the kinds of the nodes: "Linear, Sigmoid".
func (t topology) kinds() string {
	var names []string
	for _, n := range t {
		names = append(names, strings.TrimPrefix(fmt.Sprintf("%T", n), "*miniflow."))
	}
	return strings.Join(names, ", ")
}
