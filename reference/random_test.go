package reference_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference"
	"github.com/miniflow/grader/reference/miniflow"
)

// The gradients of random graphs agree with central differences of the cost.
func TestRandomGraphsAgreeWithCentralDifferences(t *testing.T) {
	t.Parallel()
	const graphs = 400
	seen := make(map[string]int)
	for seed := range uint64(graphs) {
		g := newRandomGraph(rand.New(rand.NewPCG(seed, 2)))
		order, err := miniflow.TopologicalSort(g.feed)
		require.NoError(t, err, "graph %d", seed)
		miniflow.ForwardAndBackward(order)
		for trait, has := range traits(order) {
			if has {
				seen[trait]++
			}
		}

		var got []float64
		for _, in := range g.inputs {
			got = append(got, in.Gradient(in).RawMatrix().Data...)
		}
		want := fd.Gradient(nil, func(entries []float64) float64 {
			g.setEntries(entries)
			return cost(order)
		}, g.entries(), &fd.Settings{Formula: fd.Central})

		// Rounding costs a central difference about 1e-16·|cost|/step, with a
		// step of 6e-6.
		tolerance := 1e-9 * (math.Abs(cost(order)) + floats.Norm(want, math.Inf(1)))
		require.Less(t, tolerance, math.Inf(1), "graph %d", seed)
		require.Len(t, got, len(want))
		for i := range want {
			require.InDelta(t, want[i], got[i], tolerance, "graph %d, entry %d", seed, i)
		}
	}
	assert.Len(t, seen, 10)
	for trait, graphs := range seen {
		assert.GreaterOrEqual(t, graphs, 30, "graphs with %s", trait)
	}
}

// cost runs the graph forward and returns its last node's value.
func cost(order []miniflow.Node) float64 {
	for _, n := range order {
		n.Forward()
	}
	return order[len(order)-1].Value().At(0, 0)
}

// traits names what a graph that has been run is an example of.
func traits(order []miniflow.Node) map[string]bool {
	found := make(map[string]bool)
	for _, n := range order {
		in, out := n.Inbound(), n.Outbound()
		if len(in) > 1 && in[0] == in[1] {
			found["same node twice"] = true
		}
		if _, ok := n.(*miniflow.Sigmoid); !ok {
			continue
		}
		rows, cols := n.Value().Dims()
		_, onInput := in[0].(*miniflow.Input)
		_, onSigmoid := in[0].(*miniflow.Sigmoid)
		for trait, has := range map[string]bool{
			"one output":          len(out) == 1,
			"two outputs":         len(out) == 2,
			"three outputs":       len(out) > 2,
			"one example":         rows == 1,
			"many examples":       rows > 2,
			"many columns":        cols > 2,
			"a sigmoid's sigmoid": onSigmoid,
			"an input's sigmoid":  onInput,
			"a layer's sigmoid":   !onSigmoid && !onInput,
		} {
			found[trait] = found[trait] || has
		}
	}
	return found
}

// A randomGraph is a graph of up to a dozen nodes besides its inputs.
type randomGraph struct {
	rng    *rand.Rand
	feed   map[*miniflow.Input]*mat.Dense
	inputs []*miniflow.Input
	nodes  []sized
}

// A sized is a node with the shape of its value.
type sized struct {
	node       miniflow.Node
	rows, cols int
}

func newRandomGraph(rng *rand.Rand) *randomGraph {
	g := &randomGraph{rng: rng, feed: make(map[*miniflow.Input]*mat.Dense)}
	g.input(1+rng.IntN(4), 1+rng.IntN(4))
	if x := g.any(); rng.IntN(2) == 0 {
		g.sigmoid(x)
	} else {
		w := g.input(x.cols, 1+rng.IntN(4))
		g.sigmoid(g.linear(x, w, g.input(1, w.cols)))
	}
	for range 2 + rng.IntN(8) {
		switch x := g.any(); {
		case rng.IntN(2) == 0:
			g.sigmoid(x)
		case x.rows == x.cols && rng.IntN(2) == 0:
			g.linear(x, x, g.find(1, x.cols))
		default:
			w := g.find(x.cols, 1+rng.IntN(4))
			g.linear(x, w, g.find(1, w.cols))
		}
	}
	for ends := g.ends(); len(ends) > 1; ends = g.ends() {
		g.join(ends[0], ends[1])
	}
	a := g.ends()[0]
	y := g.find(a.rows, a.cols)
	miniflow.NewMSE(y.node, a.node)
	return g
}

// any returns one of the nodes.
func (g *randomGraph) any() sized { return g.nodes[g.rng.IntN(len(g.nodes))] }

// find returns a node of that shape: one of the graph's, or a new input.
func (g *randomGraph) find(rows, cols int) sized {
	for _, i := range g.rng.Perm(len(g.nodes)) {
		if n := g.nodes[i]; n.rows == rows && n.cols == cols && g.rng.IntN(4) > 0 {
			return n
		}
	}
	return g.input(rows, cols)
}

func (g *randomGraph) input(rows, cols int) sized {
	value := mat.NewDense(rows, cols, nil)
	value.Apply(func(_, _ int, _ float64) float64 { return g.rng.NormFloat64() }, value)
	in := miniflow.NewInput()
	g.feed[in] = value
	g.inputs = append(g.inputs, in)
	return g.add(in, rows, cols)
}

func (g *randomGraph) sigmoid(x sized) sized {
	s := miniflow.NewSigmoid(x.node)
	s.Plug(reference.Backward)
	return g.add(s, x.rows, x.cols)
}

func (g *randomGraph) linear(x, w, b sized) sized {
	return g.add(miniflow.NewLinear(x.node, w.node, b.node), x.rows, w.cols)
}

func (g *randomGraph) add(n miniflow.Node, rows, cols int) sized {
	s := sized{n, rows, cols}
	g.nodes = append(g.nodes, s)
	return s
}

// ends lists the nodes without outbound nodes.
func (g *randomGraph) ends() (ends []sized) {
	for _, n := range g.nodes {
		if len(n.node.Outbound()) == 0 {
			ends = append(ends, n)
		}
	}
	return ends
}

// join makes one end of two, which may have any shapes: u's rows are added up
// to one, with weights, and so are v's, and the second is the bias of the
// first.
func (g *randomGraph) join(u, v sized) {
	u = g.linear(g.input(1, u.rows), u, g.input(1, u.cols))
	v = g.linear(g.input(1, v.rows), v, g.input(1, v.cols))
	g.linear(u, g.input(u.cols, v.cols), v)
}

// entries lists the entries of all inputs.
func (g *randomGraph) entries() (entries []float64) {
	for _, in := range g.inputs {
		entries = append(entries, g.feed[in].RawMatrix().Data...)
	}
	return entries
}

// setEntries feeds what entries has listed.
func (g *randomGraph) setEntries(entries []float64) {
	for _, in := range g.inputs {
		entries = entries[copy(g.feed[in].RawMatrix().Data, entries):]
	}
}
