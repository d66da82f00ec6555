package oracle

import (
	"slices"

	"github.com/miniflow/grader/cases/problem"
)

// GraphOf makes a graph of a case's problem. Of gradient descent nothing is
// kept.
func GraphOf(p *problem.Problem) Graph {
	g := Graph{Name: p.Name}
	known := map[string]bool{}
	for _, m := range p.Feed {
		known[m.Name] = true
		g.Feed = append(g.Feed, Matrix{m.Name, m.Rows, m.Cols, m.Data})
	}
	left := slices.Clone(p.Graph)
	for before := -1; len(left) != before; {
		before = len(left)
		left = slices.DeleteFunc(left, func(s problem.Statement) bool {
			if slices.ContainsFunc(s.Args, func(arg string) bool { return !known[arg] }) {
				return false
			}
			known[s.Name] = true
			g.Nodes = append(g.Nodes, GraphNode{s.Name, s.Op, s.Args})
			return true
		})
	}
	return g
}

// Graphs are the networks that a program runs on if it doesn't say, in this
// order and in one process, two passes each: the lesson's quiz; a sigmoid with two
// outputs, one of them through a further sigmoid; and two layers with several
// columns and values from saturated to tiny. Their shapes are 2x1, 2x2 and
// 3x4, so that rows and columns can't be confused.
var Graphs = []Graph{
	{
		Name: "quiz",
		Nodes: []GraphNode{
			{"f", "Linear", []string{"X", "W", "b"}},
			{"a", "Sigmoid", []string{"f"}},
			{"cost", "MSE", []string{"y", "a"}},
		},
		Feed: []Matrix{
			{"X", 2, 2, []float64{-1, -2, -1, -2}},
			{"W", 2, 1, []float64{2, 3}},
			{"b", 1, 1, []float64{-3}},
			{"y", 2, 1, []float64{1, 2}},
		},
	},
	{
		Name: "fan-out",
		Nodes: []GraphNode{
			{"f", "Linear", []string{"X", "W", "b"}},
			{"s", "Sigmoid", []string{"f"}},
			{"t", "Sigmoid", []string{"s"}},
			{"g", "Linear", []string{"s", "t", "c"}},
			{"cost", "MSE", []string{"y", "g"}},
		},
		Feed: []Matrix{
			{"X", 2, 2, []float64{0.5, -1.5, 2, 0.25}},
			{"W", 2, 2, []float64{0.3, -0.7, 1.1, 0.4}},
			{"b", 1, 2, []float64{0.1, -0.2}},
			{"c", 1, 2, []float64{-0.4, 0.9}},
			{"y", 2, 2, []float64{1, 0.5, -1, 0}},
		},
	},
	{
		Name: "two layers",
		Nodes: []GraphNode{
			{"f", "Linear", []string{"X", "W1", "b1"}},
			{"s", "Sigmoid", []string{"f"}},
			{"g", "Linear", []string{"s", "W2", "b2"}},
			{"a", "Sigmoid", []string{"g"}},
			{"cost", "MSE", []string{"y", "a"}},
		},
		Feed: []Matrix{
			{"X", 3, 2, []float64{1, -40, 1e-3, 2, -0.5, 0.75}},
			{"W1", 2, 4, []float64{0.2, -1, 3, 0.5, 0.9, 20, -0.1, 1e-9}},
			{"b1", 1, 4, []float64{0, 0.5, -0.5, 1}},
			{"W2", 4, 4, []float64{1, 0.1, -0.2, 0.3, -1, 2, 0.5, -0.5, 0.7, -0.3, 0.25, 1, 0, 1, -2, 0.6}},
			{"b2", 1, 4, []float64{0.3, -0.3, 0.6, 0}},
			{"y", 3, 4, []float64{1, 0, 0.5, 1, 0, 1, 0.25, 0, 1, 1, 0, 0.75}},
		},
	},
}

// graphs returns what the program is to run on.
func (p Program) graphs() []Graph {
	if p.Graphs == nil {
		return Graphs
	}
	return p.Graphs
}
