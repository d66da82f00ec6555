package miniflow

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// No constructor makes a cycle, so these tests draw edges by hand.
func TestCycles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]func(in, y *Input) []Node{
		"with an end": func(in, y *Input) []Node {
			a := NewLinear(in, in, in)
			b := NewSigmoid(a)
			NewMSE(y, b)
			a.connect(a, in, b, in)
			return []Node{a, b}
		},
		"without an end": func(in, y *Input) []Node {
			a := NewLinear(in, in, y)
			b := NewSigmoid(a)
			c := NewSigmoid(b)
			a.connect(a, in, c, y)
			return []Node{a, b, c}
		},
		"beside the end": func(in, y *Input) []Node {
			NewMSE(y, in)
			a := NewLinear(in, in, in)
			b := NewSigmoid(a)
			a.connect(a, in, b, in)
			return []Node{a, b}
		},
		"of one": func(in, y *Input) []Node {
			a := NewSigmoid(in)
			NewMSE(y, a)
			a.connect(a, a)
			return []Node{a}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, y := NewInput(), NewInput()
			want := c(in, y)
			_, err := TopologicalSort(map[*Input]*mat.Dense{in: mat.NewDense(1, 1, nil), y: mat.NewDense(1, 1, nil)})
			var cycle *CycleError
			require.True(t, errors.As(err, &cycle), "%v", err)
			assert.EqualError(t, cycle, err.Error())
			require.ElementsMatch(t, want, cycle.Nodes)
			for i, n := range cycle.Nodes {
				next := cycle.Nodes[(i+1)%len(cycle.Nodes)]
				assert.Contains(t, next.Inbound(), n, "each computes with the one before it")
			}
			assert.Nil(t, in.Value(), "no input is fed")
		})
	}
}
