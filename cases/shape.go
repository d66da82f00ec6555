package cases

import "fmt"

// Bounds of what a case may cost. Loading a suite runs every case once, and
// grading runs it interpreted.
const (
	maxValues = 1_000_000 // entries of all nodes' values together
	maxTime   = 2e9       // of all passes together, in nanoseconds as estimated
)

// What an ordinary computer takes for a pass over a node, in nanoseconds.
const (
	perProduct = 1   // of two numbers inside a matrix product
	perEntry   = 50  // of any node's value
	perSigmoid = 500 // of a Sigmoid's value
)

// orient decides, for every input that is written as one list of numbers,
// whether it is a row or a column: a row if it is a bias, the third argument of
// a Linear, and otherwise a column. One number is both.
func (n *network) orient() {
	n.rows = make(map[string]bool)
	asColumn := make(map[string]position)
	asRow := make(map[string]position)
	for _, s := range n.graph {
		for i, arg := range s.args {
			uses := asColumn
			if s.op.name == "Linear" && i == 2 {
				uses = asRow
			}
			if _, ok := uses[arg.name]; !ok {
				uses[arg.name] = arg.at
			}
		}
	}
	for _, f := range n.feed {
		row, isRow := asRow[f.name]
		column, isColumn := asColumn[f.name]
		if f.flat && isRow && isColumn && f.rows > 1 {
			n.fail(f.ident.at, "%s is one list of numbers, which makes a row where it is a bias (line %d) and a column elsewhere (line %d): write it as a list of rows",
				quote(f.name), row.line, column.line)
			f.sound = false
		}
		n.rows[f.name] = isRow
	}
}

// size is the rows and columns of a value; the zero size is not known, because
// an error about it has been reported.
type size struct{ rows, cols int }

func (s size) String() string { return fmt.Sprintf("%d×%d", s.rows, s.cols) }

// checkShapes infers the shape of every node's value and reports where they
// don't fit.
func (n *network) checkShapes() {
	shapes := make(map[string]size)
	for _, f := range n.feed {
		if f.sound {
			m := f.matrix(n.rows[f.name])
			shapes[f.name] = size{m.Rows, m.Cols}
		}
	}
	values, pass := 0, 0.0
	for _, s := range n.order {
		var in []size
		for _, arg := range s.args {
			in = append(in, shapes[arg.name])
		}
		out := n.shape(s, in)
		shapes[s.name] = out
		entries := out.rows * out.cols
		values += entries
		switch s.op.name {
		case "Linear":
			pass += float64(entries) * (perEntry + 3*perProduct*float64(in[0].cols)) // one product forward, two backward
		case "Sigmoid":
			pass += float64(entries) * perSigmoid
		case "MSE":
			pass += float64(in[0].rows*in[0].cols) * perEntry
		}
		if values > maxValues {
			n.fail(s.at, "the values of the nodes up to %s have %d entries; at most %d are allowed", quote(s.name), values, maxValues)
			return
		}
	}
	passes := 2
	if n.c.Descent != nil {
		passes += n.c.Descent.Steps
	}
	if time := pass * float64(passes); time > maxTime {
		n.fail(n.present["graph"], "running the case would take some %.1f seconds; at most %.0f are allowed: smaller matrices or fewer steps of descent",
			time/1e9, maxTime/1e9)
	}
}

// shape is the shape of s's value, given those of its arguments. It is not known
// if it doesn't follow.
func (n *network) shape(s statement, in []size) size {
	unknown := size{}
	misfit := func(a, b int, rule string) size {
		if in[a] != unknown && in[b] != unknown {
			n.fail(s.args[b].at, "%s = %s: %s is %s and %s is %s: %s", s.name, s.op.name,
				s.args[a].name, in[a], s.args[b].name, in[b], rule)
		}
		return unknown
	}
	switch s.op.name {
	case "Linear":
		x, w, b := in[0], in[1], in[2]
		if x == unknown || w == unknown || x.cols != w.rows {
			return misfit(0, 1, "w needs a row for each of x's columns")
		}
		if b != (size{1, w.cols}) {
			misfit(1, 2, "b needs one row, and a column for each of w's")
		}
		return size{x.rows, w.cols}
	case "MSE":
		if in[0] != in[1] {
			misfit(0, 1, "they need the same shape")
		}
		return size{1, 1}
	}
	return in[0]
}
