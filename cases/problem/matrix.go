package problem

import (
	"fmt"
	"math"
	"slices"

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
