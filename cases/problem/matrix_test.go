package problem

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFloatsCrossBitForBit(t *testing.T) {
	t.Parallel()
	oddNaN := math.Float64frombits(0x7ff8000000000123)
	values := Floats{0, math.Copysign(0, -1), 1, -0.1, math.Inf(1), math.Inf(-1), math.NaN(), oddNaN,
		math.MaxFloat64, math.SmallestNonzeroFloat64}
	text, err := json.Marshal(values)
	require.NoError(t, err)
	var again Floats
	require.NoError(t, json.Unmarshal(text, &again))
	require.Len(t, again, len(values))
	for i, v := range values {
		assert.Equal(t, math.Float64bits(v), math.Float64bits(again[i]), "%v", v)
	}
}

// The wire format, so that both ends of an upgrade notice a change.
func TestFloatsAreLittleEndianBase64(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(Floats{1})
	require.NoError(t, err)
	assert.Equal(t, `"AAAAAAAA8D8="`, string(text))
}

func TestFloatsRefuse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[1]`, `1`, `"AAAA"`, `"not base64!"`, `{}`} {
		var f Floats
		assert.Error(t, json.Unmarshal([]byte(text), &f), text)
	}
}

func TestMatrixRefusesFalseShapes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"name": "W", "rows": 2, "cols": 1, "data": "AAAAAAAA8D8="}`,
		`{"name": "W", "rows": 0, "cols": 0, "data": "AAAAAAAA8D8="}`,
		`{"name": "W", "rows": -1, "cols": -1, "data": "AAAAAAAA8D8="}`,
		`{"name": "W", "rows": 1000000000, "cols": 0, "data": ""}`,
		`{"name": "W", "rows": 0, "cols": 5, "data": ""}`,
		`{"name": "W", "rows": 4294967296, "cols": 4294967296, "data": ""}`,
		`{"name": "W", "rows": 1, "cols": 1}`,
		`{"name": "W", "rows": 1.5, "cols": 1, "data": ""}`,
		`[]`,
	} {
		var m Matrix
		assert.Error(t, json.Unmarshal([]byte(text), &m), text)
	}
	var m Matrix
	require.NoError(t, json.Unmarshal([]byte(`{"name": "", "rows": 0, "cols": 0, "data": ""}`), &m))
	require.NoError(t, json.Unmarshal([]byte(`{"name": "W", "rows": 1, "cols": 1, "data": "AAAAAAAA8D8="}`), &m))
	assert.Equal(t, Matrix{"W", 1, 1, Floats{1}}, m)
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
