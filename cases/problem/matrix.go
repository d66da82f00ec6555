package problem

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Matrix is a named matrix of Rows×Cols entries, row after row in Data. The
// zero Matrix stands for one that was not there.
type Matrix struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
	Cols int    `json:"cols"`
	Data Floats `json:"data"`
}

// At returns the entry in row i and column j, both from 0.
func (m Matrix) At(i, j int) float64 { return m.Data[i*m.Cols+j] }

// Shape gives the shape as messages write it, such as "2×1".
func (m Matrix) Shape() string { return shape(m.Rows, m.Cols) }

// Largest returns the largest absolute value among the entries, and 0 if there
// are none. It is finite only if they all are: otherwise it is +Inf or NaN.
func (m Matrix) Largest() float64 {
	largest := 0.0
	for _, v := range m.Data {
		largest = math.Max(largest, math.Abs(v))
	}
	return largest
}

// Dense returns a fresh gonum matrix with the same entries. Rows and Cols must
// be positive.
func (m Matrix) Dense() *mat.Dense {
	return mat.NewDense(m.Rows, m.Cols, slices.Clone([]float64(m.Data)))
}

// UnmarshalJSON refuses a matrix whose data does not have Rows×Cols entries, so
// that no reader of a decoded Matrix has to check before it indexes.
func (m *Matrix) UnmarshalJSON(text []byte) error {
	type plain Matrix
	var p plain
	if err := json.Unmarshal(text, &p); err != nil {
		return err
	}
	if p.Rows < 0 || !holds(p.Rows, p.Cols, len(p.Data)) {
		return fmt.Errorf("matrix %q: %d entries for %s", p.Name, len(p.Data), shape(p.Rows, p.Cols))
	}
	*m = Matrix(p)
	return nil
}

// holds says whether a matrix of rows×cols has exactly n entries, without
// multiplying numbers that may overflow. Without entries it is 0×0.
func holds(rows, cols, n int) bool {
	if rows == 0 || cols == 0 {
		return rows == cols && n == 0
	}
	return n%rows == 0 && n/rows == cols
}

// fromDense copies d out, so that what student code does to d later cannot
// change it. A nil or empty d gives a Matrix without entries.
func fromDense(name string, d *mat.Dense) Matrix {
	if d == nil || d.IsEmpty() {
		return Matrix{Name: name}
	}
	rows, cols := d.Dims()
	data := make(Floats, 0, rows*cols)
	for i := range rows {
		data = append(data, d.RawRowView(i)...)
	}
	return Matrix{Name: name, Rows: rows, Cols: cols, Data: data}
}

func shape(rows, cols int) string { return fmt.Sprintf("%d×%d", rows, cols) }

// Floats are float64 values whose JSON is the base64 of their little-endian
// IEEE 754 bits: JSON's own numbers have no NaN and no infinities, and a
// gradient must cross a process boundary bit for bit.
type Floats []float64

// MarshalJSON implements [json.Marshaler].
func (f Floats) MarshalJSON() ([]byte, error) {
	raw := make([]byte, 0, 8*len(f))
	for _, v := range f {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
	}
	return json.Marshal(base64.StdEncoding.EncodeToString(raw))
}

// UnmarshalJSON implements [json.Unmarshaler]. It refuses text that is not
// base64 and bytes that are no multiple of eight.
func (f *Floats) UnmarshalJSON(text []byte) error {
	var encoded string
	if err := json.Unmarshal(text, &encoded); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return err
	}
	if len(raw)%8 != 0 {
		return fmt.Errorf("%d bytes are no whole number of float64 values", len(raw))
	}
	values := make(Floats, 0, len(raw)/8)
	for ; len(raw) > 0; raw = raw[8:] {
		values = append(values, math.Float64frombits(binary.LittleEndian.Uint64(raw)))
	}
	*f = values
	return nil
}
