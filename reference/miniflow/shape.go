package miniflow

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// checkShapes works out the shape of every node's value, so that what doesn't
// fit is said in the graph's terms and Forward never fails. t is in
// topological order.
func (t topology) checkShapes(feed map[*Input]*mat.Dense) error {
	shapes := make(map[Node][2]int)
	for _, n := range t {
		in := n.Inbound()
		if _, ok := n.(*Input); !ok && len(in) == 0 {
			return &graphError{problem: "unfed", nodes: []Node{n},
				text: fmt.Sprintf("a %T has no inputs: its constructor didn't make it", n)}
		}
		misfit := func(a, b int, text string) error {
			p, q := shapes[in[a]], shapes[in[b]]
			return &graphError{problem: "shape", nodes: []Node{n, in[a], in[b]}, shapes: [][2]int{p, q},
				text: fmt.Sprintf(text, p[0], p[1], q[0], q[1])}
		}
		switch n := n.(type) {
		case *Input:
			value := feed[n]
			if value == nil || value.IsEmpty() {
				return &graphError{problem: "unfed", nodes: []Node{n},
					text: fmt.Sprintf("an input of a %T is not fed: it has no matrix, or an empty one", n.outbound[0])}
			}
			rows, cols := value.Dims()
			shapes[n] = [2]int{rows, cols}
		case *Linear:
			x, w, b := shapes[in[0]], shapes[in[1]], shapes[in[2]]
			if x[1] != w[0] {
				return misfit(0, 1, "Linear's x is %d×%d and its w is %d×%d: w needs a row for each of x's columns")
			}
			if b != [2]int{1, w[1]} {
				return misfit(1, 2, "Linear's w is %d×%d and its b is %d×%d: b needs one row, and a column for each of w's")
			}
			shapes[n] = [2]int{x[0], w[1]}
		case *Sigmoid:
			shapes[n] = shapes[in[0]]
		case *MSE:
			if shapes[in[0]] != shapes[in[1]] {
				return misfit(0, 1, "MSE's y is %d×%d and its a is %d×%d: they need the same shape")
			}
			shapes[n] = [2]int{1, 1}
		}
	}
	return nil
}
