package problem

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMatricesCrossBitForBit(t *testing.T) {
	t.Parallel()
	oddNaN := math.Float64frombits(0x7ff8000000000123)
	values := Floats{0, math.Copysign(0, -1), 1, -0.1, math.Inf(1), math.Inf(-1), math.NaN(), oddNaN,
		math.MaxFloat64, math.SmallestNonzeroFloat64}
	for _, name := range []string{"", "W", "W after 2 steps", "\"größer\""} {
		text, err := json.Marshal(Matrix{name, 2, 5, values})
		require.NoError(t, err)
		var again Matrix
		require.NoError(t, json.Unmarshal(text, &again))
		assert.Equal(t, name, again.Name)
		assert.Equal(t, "2×5", again.Shape())
		require.Len(t, again.Data, len(values))
		for i, v := range values {
			assert.Equal(t, math.Float64bits(v), math.Float64bits(again.Data[i]), "%v", v)
		}
	}
}

// The wire format, so that both ends of an upgrade notice a change.
func TestMatricesAreText(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]Matrix{
		`"1 1 AAAAAAAA8D8= W"`: {"W", 1, 1, Floats{1}},
		`"0 0  "`:              {},
	} {
		text, err := json.Marshal(m)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var again Matrix
		require.NoError(t, json.Unmarshal(text, &again))
		assert.Equal(t, m, again)
	}
}

func TestMatrixRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`"2 1 AAAAAAAA8D8= W"`,
		`"0 0 AAAAAAAA8D8= W"`,
		`"-1 -1 AAAAAAAA8D8= W"`,
		`"1000000000 0  W"`,
		`"0 5  W"`,
		`"4294967296 4294967296  W"`,
		`"99999999999999999999 1 AAAAAAAA8D8= W"`,
		`"1 1  W"`,
		`"1 1 AAAA W"`,
		`"1 1 not-base64! W"`,
		`"1.5 1 AAAAAAAA8D8= W"`,
		`"1 1 AAAAAAAA8D8="`,
		`""`,
		`[]`,
		`1`,
		`{"Name": "W"}`,
	} {
		var m Matrix
		assert.Error(t, json.Unmarshal([]byte(text), &m), text)
	}
}

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
