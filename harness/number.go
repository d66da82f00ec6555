package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// Number is a float64 that JSON can always carry: a finite one is a JSON
// number in the shortest form that reads back the same, the others are the
// strings "NaN", "+Inf" and "-Inf".
type Number float64

// MarshalJSON writes the number.
func (n Number) MarshalJSON() ([]byte, error) {
	switch f := float64(n); {
	case math.IsNaN(f):
		return []byte(`"NaN"`), nil
	case math.IsInf(f, 1):
		return []byte(`"+Inf"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-Inf"`), nil
	default:
		return json.Marshal(f)
	}
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
