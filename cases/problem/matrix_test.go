package problem

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLargest(t *testing.T) {
	t.Parallel()
	assert.Zero(t, Matrix{}.Largest())
	assert.InDelta(t, 3, Matrix{Rows: 1, Cols: 2, Data: Floats{2, -3}}.Largest(), 0)
	assert.True(t, math.IsInf(Matrix{Rows: 1, Cols: 2, Data: Floats{2, math.Inf(-1)}}.Largest(), 1))
	for _, data := range []Floats{{math.NaN(), 1}, {1, math.NaN()}} {
		assert.True(t, math.IsNaN(Matrix{Rows: 1, Cols: 2, Data: data}.Largest()), "%v", data)
	}
}

func TestDenseIsACopy(t *testing.T) {
	t.Parallel()
	m := Matrix{"W", 2, 2, Floats{1, 2, 3, 4}}
	d := m.Dense()
	assert.InDelta(t, 3, d.At(1, 0), 0)
	assert.InDelta(t, m.At(1, 0), d.At(1, 0), 0)
	d.Set(1, 0, 9)
	assert.InDelta(t, 3, m.At(1, 0), 0)
}

func TestStatementReadsLikeTheGraphText(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "f = Linear(X, W, b)", Statement{"f", "Linear", []string{"X", "W", "b"}}.String())
}
