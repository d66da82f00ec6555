package problem

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"
)

// Matrix is a named matrix of Rows×Cols entries, row after row in Data. The
// zero Matrix stands for one that was not there.
type Matrix struct {
	Name       string
	Rows, Cols int
	Data       Floats
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

// MarshalText gives the matrix as rows, columns, data and name between spaces.
// The data is the base64 of the entries' little-endian IEEE 754 bits: JSON's own
// numbers have no NaN and no infinities, and a gradient must cross a process
// boundary bit for bit. One text takes a fraction of the time of an object, and
// a worker has dozens of matrices to read and to write.
func (m Matrix) MarshalText() ([]byte, error) {
	raw := make([]byte, 0, 8*len(m.Data))
	for _, v := range m.Data {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
	}
	text := make([]byte, 0, 2*len("1000 ")+base64.StdEncoding.EncodedLen(len(raw))+1+len(m.Name))
	text = append(strconv.AppendInt(text, int64(m.Rows), 10), ' ')
	text = append(strconv.AppendInt(text, int64(m.Cols), 10), ' ')
	text = append(base64.StdEncoding.AppendEncode(text, raw), ' ')
	return append(text, m.Name...), nil
}

// UnmarshalText reads what MarshalText writes. It refuses a matrix whose data
// does not have rows×columns entries, so that no reader of a decoded Matrix has
// to check before it indexes.
func (m *Matrix) UnmarshalText(text []byte) error {
	parts := bytes.SplitN(text, []byte(" "), 4)
	if len(parts) < 4 {
		return fmt.Errorf("a matrix has rows, columns, data and name; this has %d of them", len(parts))
	}
	rows, err := strconv.Atoi(string(parts[0]))
	if err != nil {
		return fmt.Errorf("a matrix's rows: %w", err)
	}
	cols, err := strconv.Atoi(string(parts[1]))
	if err != nil {
		return fmt.Errorf("a matrix's columns: %w", err)
	}
	raw, err := base64.StdEncoding.AppendDecode(nil, parts[2])
	if err != nil {
		return fmt.Errorf("a matrix's data: %w", err)
	}
	if len(raw)%8 != 0 || rows < 0 || !holds(rows, cols, len(raw)/8) {
		return fmt.Errorf("matrix %q: %d bytes of data for %s", parts[3], len(raw), shape(rows, cols))
	}
	var data Floats
	if len(raw) > 0 {
		data = make(Floats, 0, len(raw)/8)
	}
	for ; len(raw) > 0; raw = raw[8:] {
		data = append(data, math.Float64frombits(binary.LittleEndian.Uint64(raw)))
	}
	*m = Matrix{Name: string(parts[3]), Rows: rows, Cols: cols, Data: data}
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

// Floats are a matrix's entries.
type Floats []float64
