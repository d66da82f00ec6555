package random

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow/grader/cases"
)

// Bounds of a random network.
const (
	maxRows  = 5 // of what is fed
	maxCols  = 4 // of any layer
	maxDepth = 3 // layers before anything branches
)

// value is a node or an input while a network grows.
type value struct {
	name       string
	rows, cols int
}

// network is a network while it grows.
type network struct {
	source
	cases.Problem
	trained []string       // weights and biases
	count   map[string]int // names so far, by their first letters
}

// grow makes a network in which one Sigmoid has so many outputs; 1 for none that
// branches.
func grow(s source, outputs int) *network {
	n := &network{source: s, count: make(map[string]int)}
	x := n.feed("X", s.upTo(1, maxRows), s.upTo(1, maxCols), func() float64 { return s.signed(10, 200) })
	layers := n.layers(x)
	hub := s.upTo(0, len(layers)-1)
	leaves := []value{layers[len(layers)-1]}
	if hub == len(layers)-1 && outputs > 1 {
		leaves = nil // the hub is no leaf: all that it sends forth is
	}
	for len(leaves) < outputs {
		leaves = append(leaves, n.branch(layers[hub]))
	}
	n.finish(leaves)
	return n
}

// layers makes a few layers, one after the other, and returns their Sigmoids.
func (n *network) layers(x value) []value {
	var sigmoids []value
	for i := range n.upTo(1, maxDepth) {
		switch {
		case i == 0 && n.chance(5): // directly on the input
		case i > 0 && n.chance(5): // directly on the Sigmoid before
		default:
			x = n.linear(x, n.upTo(1, maxCols))
		}
		x = n.sigmoid(x)
		sigmoids = append(sigmoids, x)
	}
	return sigmoids
}

// branch makes another output of a Sigmoid.
func (n *network) branch(s value) value {
	switch n.upTo(1, 4) {
	case 1:
		return n.sigmoid(s)
	case 2:
		return n.sigmoid(n.linear(s, n.upTo(1, maxCols)))
	default:
		return n.linear(s, n.upTo(1, maxCols))
	}
}

// finish brings the leaves together and ends in an MSE.
func (n *network) finish(leaves []value) {
	for len(leaves) > 2 {
		leaves = append(leaves[2:], n.merge(leaves[0], leaves[1]))
	}
	if len(leaves) == 2 && n.chance(2) {
		p, q := leaves[0], leaves[1]
		if p.cols != q.cols {
			p = n.linear(p, q.cols)
		}
		n.define("MSE", "cost", p, q)
		return
	}
	a := leaves[0]
	if len(leaves) == 2 {
		a = n.merge(leaves[0], leaves[1])
	}
	y := n.feed("y", a.rows, a.cols, func() float64 { return n.signed(20, 250) })
	n.define("MSE", "cost", y, a)
}

// merge makes one value of two. They have as many rows.
func (n *network) merge(p, q value) value {
	if p.rows == 1 && n.chance(2) { // q is a row, as a bias is
		return n.define("Linear", n.name("m"), p, n.weights(p.cols, q.cols), q)
	}
	if p.cols != q.rows {
		p = n.linear(p, q.rows)
	}
	return n.define("Linear", n.name("m"), p, q, n.bias(q.cols))
}

func (n *network) sigmoid(x value) value { return n.define("Sigmoid", n.name("s"), x) }

// linear is a layer; at times, one that takes its input twice.
func (n *network) linear(x value, cols int) value {
	name := n.name("l")
	if x.rows == x.cols && x.rows > 1 && n.chance(4) {
		return n.define("Linear", name, x, x, n.bias(x.cols))
	}
	return n.define("Linear", name, x, n.weights(x.cols, cols), n.bias(cols))
}

func (n *network) weights(rows, cols int) value {
	// The more columns of x are summed, the smaller the weights, or a Sigmoid
	// that follows would be saturated.
	most := int(170 / math.Sqrt(float64(rows)))
	return n.train(n.feed(n.name("W"), rows, cols, func() float64 { return n.signed(15, most) }))
}

func (n *network) bias(cols int) value {
	return n.train(n.feed(n.name("b"), 1, cols, func() float64 { return n.signed(5, 80) }))
}

func (n *network) train(v value) value {
	n.trained = append(n.trained, v.name)
	return v
}

// update is what gradient descent is to change: the weights and biases or, where
// there are none, the input.
func (n *network) update() []string {
	if n.trained == nil {
		return []string{"X"}
	}
	return n.trained
}

// name is a new name with these first letters.
func (n *network) name(letters string) string {
	n.count[letters]++
	return fmt.Sprintf("%s%d", letters, n.count[letters])
}

func (n *network) feed(name string, rows, cols int, entry func() float64) value {
	m := cases.Matrix{Name: name, Rows: rows, Cols: cols}
	for range rows * cols {
		m.Data = append(m.Data, entry())
	}
	n.Feed = append(n.Feed, m)
	n.Compare = append(n.Compare, name)
	return value{name, rows, cols}
}

// define adds a node. The last argument has the columns of its value, and the
// first its rows.
func (n *network) define(op, name string, args ...value) value {
	s := cases.Statement{Name: name, Op: op}
	for _, arg := range args {
		s.Args = append(s.Args, arg.name)
	}
	n.Graph = append(n.Graph, s)
	return value{name, args[0].rows, args[len(args)-1].cols}
}

// outputs is how many outputs the Sigmoid with the most of them has, and sigmoids
// how many there are.
func (n *network) outputs() (most, sigmoids int) {
	for _, s := range n.Graph {
		if s.Op != "Sigmoid" {
			continue
		}
		sigmoids++
		uses := 0
		for _, other := range n.Graph {
			if slices.Contains(other.Args, s.Name) {
				uses++
			}
		}
		most = max(most, uses)
	}
	return most, sigmoids
}
