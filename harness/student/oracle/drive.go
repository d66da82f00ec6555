package oracle

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"

	"github.com/miniflow/grader/reference/miniflow"
	"gonum.org/v1/gonum/mat"
)

// This file is compiled twice: here, over the grader's engine with an
// interpreted Backward plugged in; and, as text, beside each submission that
// Native builds, over a copy of the kit. So whatever it does, it does to both.

// A Graph is a network with its inputs' values.
type Graph struct {
	Name  string
	Nodes []GraphNode // in an order in which every argument is known
	Feed  []Matrix
}

// A GraphNode is one node that isn't an Input.
type GraphNode struct {
	Name, Kind string // Kind is Linear, Sigmoid or MSE
	Args       []string
}

// A Matrix is the value of an Input, row by row.
type Matrix struct {
	Name       string
	Rows, Cols int
	Data       []float64
}

// A Run is what came of one graph.
type Run struct {
	Graph     string
	Gradients []string // of every node in every pass: name, shape, and the entries' bits in hexadecimal
	Panic     string   // the panic's text, if a pass panicked
	Line      int      // the submission's innermost line at that moment; 0 if there is none
}

// Drive runs two passes over each graph after prepare has seen its sigmoids.
// A panic ends its graph, not the others; explain gives its text and line.
func Drive(graphs []Graph, prepare func(*miniflow.Sigmoid), explain func(recovered any) (string, int)) []Run {
	var runs []Run
	for _, g := range graphs {
		runs = append(runs, driveOne(g, prepare, explain))
	}
	return runs
}

func driveOne(g Graph, prepare func(*miniflow.Sigmoid), explain func(any) (string, int)) (run Run) {
	run.Graph = g.Name
	defer func() {
		if r := recover(); r != nil {
			run.Panic, run.Line = explain(r)
		}
	}()
	nodes := map[string]miniflow.Node{}
	names := map[miniflow.Node]string{}
	feed := map[*miniflow.Input]*mat.Dense{}
	for _, m := range g.Feed {
		in := miniflow.NewInput()
		nodes[m.Name], names[in] = in, m.Name
		feed[in] = mat.NewDense(m.Rows, m.Cols, append([]float64(nil), m.Data...))
	}
	for _, n := range g.Nodes {
		node := build(n, nodes, prepare)
		nodes[n.Name], names[node] = node, n.Name
	}
	sorted, err := miniflow.TopologicalSort(feed)
	if err != nil {
		panic(err)
	}
	for pass := 1; pass <= 2; pass++ {
		miniflow.ForwardAndBackward(sorted)
		for _, node := range sorted {
			of := node.Inbound()
			if len(of) == 0 {
				of = []miniflow.Node{node}
			}
			for _, in := range of {
				label := fmt.Sprintf("pass %d: %s by %s", pass, names[node], names[in])
				run.Gradients = append(run.Gradients, label+" "+bits(node.Gradient(in)))
			}
		}
	}
	return run
}

func build(n GraphNode, nodes map[string]miniflow.Node, prepare func(*miniflow.Sigmoid)) miniflow.Node {
	switch n.Kind {
	case "Linear":
		return miniflow.NewLinear(nodes[n.Args[0]], nodes[n.Args[1]], nodes[n.Args[2]])
	case "Sigmoid":
		s := miniflow.NewSigmoid(nodes[n.Args[0]])
		prepare(s)
		return s
	case "MSE":
		return miniflow.NewMSE(nodes[n.Args[0]], nodes[n.Args[1]])
	}
	panic("no such kind of node: " + n.Kind)
}

// bits renders a matrix so that two are equal only if every bit is, but for
// what kind of NaN a NaN is: that the language leaves open.
func bits(m *mat.Dense) string {
	if m == nil {
		return "unset"
	}
	rows, cols := m.Dims()
	var b strings.Builder
	fmt.Fprintf(&b, "%dx%d", rows, cols)
	for i := range rows {
		for j := range cols {
			if v := m.At(i, j); math.IsNaN(v) {
				b.WriteString(" NaN")
			} else {
				b.WriteString(" " + strconv.FormatUint(math.Float64bits(v), 16))
			}
		}
	}
	return b.String()
}

// Explain gives a panic's text as the run time prints it, and the innermost
// line of a file called sigmoid.go. It must be called by the deferred function
// that recovered.
func Explain(recovered any) (text string, line int) {
	switch v := recovered.(type) {
	case error:
		text = v.Error()
	case fmt.Stringer:
		text = v.String()
	default:
		text = fmt.Sprint(v)
	}
	callers := make([]uintptr, 1<<10)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.File, "/sigmoid.go") && !strings.Contains(frame.File, "/reference/") {
			return text, frame.Line
		}
		if !more {
			return text, 0
		}
	}
}
