package miniflow_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

// twoLayers is X → l1 → s → l2 → MSE, with s also going into the bias of
// another Linear.
type twoLayers struct {
	x, w1, b1, w2, b2, y *miniflow.Input
	l1, l2, l3           *miniflow.Linear
	s                    *miniflow.Sigmoid
	mse                  *miniflow.MSE
}

func newTwoLayers() *twoLayers {
	g := &twoLayers{
		x: miniflow.NewInput(), w1: miniflow.NewInput(), b1: miniflow.NewInput(),
		w2: miniflow.NewInput(), b2: miniflow.NewInput(), y: miniflow.NewInput(),
	}
	g.l1 = miniflow.NewLinear(g.x, g.w1, g.b1)
	g.s = newSigmoid(g.l1)
	g.l2 = miniflow.NewLinear(g.s, g.w2, g.b2)
	g.l3 = miniflow.NewLinear(g.l2, g.w2, g.s)
	g.mse = miniflow.NewMSE(g.y, g.l3)
	return g
}

func (g *twoLayers) feed() map[*miniflow.Input]*mat.Dense {
	return map[*miniflow.Input]*mat.Dense{
		g.x: dense(1, 2, 1, 2), g.w1: dense(2, 3, 1, 2, 3, 4, 5, 6), g.b1: dense(1, 3, 1, 2, 3),
		g.w2: dense(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9), g.b2: dense(1, 3, 1, 2, 3), g.y: dense(1, 3, 1, 2, 3),
	}
}

func TestTopologicalSort(t *testing.T) {
	t.Parallel()
	g := newTwoLayers()
	feed := g.feed()
	order, err := miniflow.TopologicalSort(feed)
	require.NoError(t, err)

	require.Len(t, order, 11)
	position := func(n miniflow.Node) int {
		return slices.IndexFunc(order, func(o miniflow.Node) bool { return o == n })
	}
	for _, n := range order {
		for _, in := range n.Inbound() {
			assert.GreaterOrEqual(t, position(in), 0)
			assert.Less(t, position(in), position(n))
		}
	}
	assert.Same(t, g.mse, order[10])
	for in, value := range feed {
		assert.Same(t, value, in.Value(), "fed, and not copied")
	}
}

// A map's order differs from one range to the next; the graph's must not.
func TestTopologicalSortIsDeterministic(t *testing.T) {
	t.Parallel()
	g := newTwoLayers()
	want, err := miniflow.TopologicalSort(g.feed())
	require.NoError(t, err)
	for range 100 {
		got, err := miniflow.TopologicalSort(g.feed())
		require.NoError(t, err)
		for i := range want {
			require.Same(t, want[i], got[i])
		}
	}
	// Another graph of the same make comes in the same order.
	other := newTwoLayers()
	got, err := miniflow.TopologicalSort(other.feed())
	require.NoError(t, err)
	twins := map[miniflow.Node]miniflow.Node{
		g.x: other.x, g.w1: other.w1, g.b1: other.b1, g.w2: other.w2, g.b2: other.b2, g.y: other.y,
		g.l1: other.l1, g.s: other.s, g.l2: other.l2, g.l3: other.l3, g.mse: other.mse,
	}
	for i := range want {
		assert.Same(t, twins[want[i]], got[i], "node %d", i)
	}
}

func TestForwardAndBackwardGoThereAndBack(t *testing.T) {
	t.Parallel()
	in, y := miniflow.NewInput(), miniflow.NewInput()
	first := miniflow.NewSigmoid(in)
	second := miniflow.NewSigmoid(first)
	third := miniflow.NewSigmoid(second)
	miniflow.NewMSE(y, third)
	var order []*miniflow.Sigmoid
	for _, s := range []*miniflow.Sigmoid{first, second, third} {
		s.Plug(func(s *miniflow.Sigmoid) {
			assert.NotNil(t, third.Value(), "every Forward has run")
			order = append(order, s)
			s.ZeroGradients()
		})
	}
	run(t, map[*miniflow.Input]*mat.Dense{in: dense(1, 1, 1), y: dense(1, 1, 1)})
	require.Len(t, order, 3)
	assert.Same(t, third, order[0])
	assert.Same(t, second, order[1])
	assert.Same(t, first, order[2])
}

func TestGradientDescentUpdate(t *testing.T) {
	t.Parallel()
	x, gradient := dense(2, 2, 1, 2, 3, 4), dense(2, 2, 10, 20, -30, 0)
	miniflow.GradientDescentUpdate(x, gradient, 0.5)
	assertMatrix(t, dense(2, 2, -4, -8, 18, 4), x, "x")
	assertMatrix(t, dense(2, 2, 10, 20, -30, 0), gradient, "gradient")

	miniflow.GradientDescentUpdate(x, x, 0.25)
	assertMatrix(t, dense(2, 2, -3, -6, 13.5, 3), x, "x, down itself")

	g := newTwoLayers()
	feed := g.feed()
	graph, err := miniflow.TopologicalSort(feed)
	require.NoError(t, err)
	miniflow.ForwardAndBackward(graph)
	before := mat.DenseCopyOf(g.l1.Value())
	miniflow.GradientDescentUpdate(feed[g.b1], dense(1, 3, 1, 1, 1), 1)
	miniflow.ForwardAndBackward(graph)
	before.Sub(before, dense(1, 3, 1, 1, 1))
	assertMatrix(t, before, g.l1.Value(), "the next pass sees the update")
}

// as finds an error of type E, or fails the test.
func as[E error](t *testing.T, err error) E {
	t.Helper()
	var target E
	require.Error(t, err)
	require.True(t, errors.As(err, &target), "%T, not %T: %v", err, target, err)
	assert.EqualError(t, target, err.Error())
	return target
}

func TestUnfedInputs(t *testing.T) {
	t.Parallel()
	for name, withhold := range map[string]func(map[*miniflow.Input]*mat.Dense, *miniflow.Input){
		"absent": func(feed map[*miniflow.Input]*mat.Dense, in *miniflow.Input) { delete(feed, in) },
		"nil":    func(feed map[*miniflow.Input]*mat.Dense, in *miniflow.Input) { feed[in] = nil },
		"empty":  func(feed map[*miniflow.Input]*mat.Dense, in *miniflow.Input) { feed[in] = new(mat.Dense) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newTwoLayers()
			for _, in := range []*miniflow.Input{g.x, g.w1, g.b1, g.w2, g.b2, g.y} {
				feed := g.feed()
				withhold(feed, in)
				order, err := miniflow.TopologicalSort(feed)
				assert.Nil(t, order)
				assert.Same(t, in, as[*miniflow.UnfedError](t, err).Node)
				assert.Nil(t, g.x.Value(), "no input is fed")
				assert.Nil(t, g.y.Value(), "no input is fed")
			}
		})
	}

	_, err := miniflow.TopologicalSort(map[*miniflow.Input]*mat.Dense{newTwoLayers().w1: dense(1, 1, 1)})
	assert.Equal(t, "miniflow: an input of a *miniflow.MSE is not fed: it has no matrix, or an empty one", as[*miniflow.UnfedError](t, err).Error())
}

func TestNodesWithoutConstructor(t *testing.T) {
	t.Parallel()
	y, bare := miniflow.NewInput(), new(miniflow.Linear)
	miniflow.NewMSE(y, bare)
	_, err := miniflow.TopologicalSort(map[*miniflow.Input]*mat.Dense{y: dense(1, 1, 1)})
	assert.Same(t, bare, as[*miniflow.UnfedError](t, err).Node)
}

func TestUnknownInputs(t *testing.T) {
	t.Parallel()
	g := newTwoLayers()
	feed := g.feed()
	stranger := miniflow.NewInput()
	feed[stranger] = dense(1, 1, 1)
	_, err := miniflow.TopologicalSort(feed)
	assert.Same(t, stranger, as[*miniflow.UnknownInputError](t, err).Input)

	delete(feed, stranger)
	feed[nil] = dense(1, 1, 1)
	_, err = miniflow.TopologicalSort(feed)
	assert.Nil(t, as[*miniflow.UnknownInputError](t, err).Input)
	assert.Nil(t, g.x.Value(), "no input is fed")
}

func TestEnds(t *testing.T) {
	t.Parallel()
	_, err := miniflow.TopologicalSort(nil)
	assert.Empty(t, as[*miniflow.EndError](t, err).Nodes)

	in := miniflow.NewInput()
	s := newSigmoid(in)
	_, err = miniflow.TopologicalSort(map[*miniflow.Input]*mat.Dense{in: dense(1, 1, 1)})
	assertNodes(t, as[*miniflow.EndError](t, err).Nodes, s)
	assert.EqualError(t, err, "miniflow: the graph ends in a *miniflow.Sigmoid: it must end in an MSE")

	g := newTwoLayers()
	second := miniflow.NewMSE(g.l1, g.l1)
	_, err = miniflow.TopologicalSort(g.feed())
	assert.ElementsMatch(t, []miniflow.Node{g.mse, second}, as[*miniflow.EndError](t, err).Nodes)
	assert.EqualError(t, err, "miniflow: the graph ends in 2 nodes: it must end in one MSE")

	g = newTwoLayers()
	after := newSigmoid(g.mse)
	_, err = miniflow.TopologicalSort(g.feed())
	assertNodes(t, as[*miniflow.EndError](t, err).Nodes, after)

	// Two graphs at once have two ends.
	g, h := newTwoLayers(), newTwoLayers()
	feed := g.feed()
	for in, value := range h.feed() {
		feed[in] = value
	}
	_, err = miniflow.TopologicalSort(feed)
	assert.ElementsMatch(t, []miniflow.Node{g.mse, h.mse}, as[*miniflow.EndError](t, err).Nodes)
}

func TestShapes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of     func(*twoLayers) (*miniflow.Input, *mat.Dense)
		node   func(*twoLayers) miniflow.Node
		shapes [2][2]int
		text   string
	}{
		"x and w": {
			of:     func(g *twoLayers) (*miniflow.Input, *mat.Dense) { return g.x, mat.NewDense(1, 3, nil) },
			node:   func(g *twoLayers) miniflow.Node { return g.l1 },
			shapes: [2][2]int{{1, 3}, {2, 3}},
			text:   "miniflow: Linear's x is 1×3 and its w is 2×3: w needs a row for each of x's columns",
		},
		"b's columns": {
			of:     func(g *twoLayers) (*miniflow.Input, *mat.Dense) { return g.b1, mat.NewDense(1, 2, nil) },
			node:   func(g *twoLayers) miniflow.Node { return g.l1 },
			shapes: [2][2]int{{2, 3}, {1, 2}},
			text:   "miniflow: Linear's w is 2×3 and its b is 1×2: b needs one row, and a column for each of w's",
		},
		"b's rows": {
			of:     func(g *twoLayers) (*miniflow.Input, *mat.Dense) { return g.b2, mat.NewDense(3, 1, nil) },
			node:   func(g *twoLayers) miniflow.Node { return g.l2 },
			shapes: [2][2]int{{3, 3}, {3, 1}},
			text:   "miniflow: Linear's w is 3×3 and its b is 3×1: b needs one row, and a column for each of w's",
		},
		"a sigmoid as b": {
			of:     func(g *twoLayers) (*miniflow.Input, *mat.Dense) { return g.x, mat.NewDense(4, 2, nil) },
			node:   func(g *twoLayers) miniflow.Node { return g.l3 },
			shapes: [2][2]int{{3, 3}, {4, 3}},
			text:   "miniflow: Linear's w is 3×3 and its b is 4×3: b needs one row, and a column for each of w's",
		},
		"y and a": {
			of:     func(g *twoLayers) (*miniflow.Input, *mat.Dense) { return g.y, mat.NewDense(3, 1, nil) },
			node:   func(g *twoLayers) miniflow.Node { return g.mse },
			shapes: [2][2]int{{3, 1}, {1, 3}},
			text:   "miniflow: MSE's y is 3×1 and its a is 1×3: they need the same shape",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newTwoLayers()
			feed := g.feed()
			in, value := c.of(g)
			feed[in] = value
			_, err := miniflow.TopologicalSort(feed)
			e := as[*miniflow.ShapeError](t, err)
			assert.Same(t, c.node(g), e.Node)
			assert.Equal(t, c.shapes, e.Shapes)
			assert.EqualError(t, err, c.text)
			assert.Contains(t, e.Node.Inbound(), e.Of[0])
			assert.Contains(t, e.Node.Inbound(), e.Of[1])
			assert.Nil(t, in.Value(), "no input is fed")

			assert.False(t, errors.As(err, new(*miniflow.CycleError)))
			assert.False(t, errors.As(err, new(*miniflow.UnfedError)))
			assert.False(t, errors.As(err, new(*miniflow.UnknownInputError)))
			assert.False(t, errors.As(err, new(*miniflow.EndError)))
		})
	}
}
