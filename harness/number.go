package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Number is a float64 that JSON can always carry: a finite one is a JSON
// number in the shortest form that reads back the same, the others are the
// strings "NaN", "+Inf" and "-Inf".
type Number float64

// MarshalJSON writes the number.
func (n Number) MarshalJSON() ([]byte, error) { return n.append(nil), nil }

// append appends the number's JSON, in the form that encoding/json gives a float64.
func (n Number) append(b []byte) []byte {
	f := float64(n)
	switch {
	case math.IsNaN(f):
		return append(b, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(b, `"+Inf"`...)
	case math.IsInf(f, -1):
		return append(b, `"-Inf"`...)
	}
	if abs := math.Abs(f); abs == 0 || 1e-6 <= abs && abs < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	if n := len(b); bytes.HasSuffix(b[:n-1], []byte("e-0")) {
		b = append(b[:n-2], b[n-1]) // e-09 is e-9
	}
	return b
}

// Rows are the entries of a matrix, row by row. Most of a result is these.
type Rows [][]Number

// MarshalJSON writes the rows as arrays, and nil as null.
func (r Rows) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	b := []byte("[")
	for i, row := range r {
		if i > 0 {
			b = append(b, ',')
		}
		if row == nil {
			b = append(b, "null"...)
			continue
		}
		b = append(b, '[')
		for j, n := range row {
			if j > 0 {
				b = append(b, ',')
			}
			b = n.append(b)
		}
		b = append(b, ']')
	}
	return append(b, ']'), nil
}

// UnmarshalJSON reads what [Number.MarshalJSON] writes and refuses any other
// string.
func (n *Number) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, (*float64)(n))
	}
	switch string(data) {
	case `"NaN"`:
		*n = Number(math.NaN())
	case `"+Inf"`:
		*n = Number(math.Inf(1))
	case `"-Inf"`:
		*n = Number(math.Inf(-1))
	default:
		return fmt.Errorf("%s is not a number: only \"NaN\", \"+Inf\" and \"-Inf\" are written as strings", data)
	}
	return nil
}
