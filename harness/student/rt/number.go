package rt

import "math"

// Complex arithmetic in single precision and the conversions of floating-point
// numbers are done here because the interpreter computes them in a wider type.

// AddC64 is x + y.
func AddC64(x, y complex64) complex64 { return x + y }

// SubC64 is x - y.
func SubC64(x, y complex64) complex64 { return x - y }

// MulC64 is x * y.
func MulC64(x, y complex64) complex64 { return x * y }

// QuoC64 is x / y.
func QuoC64(x, y complex64) complex64 { return x / y }

// QuoC128 is x / y.
func QuoC128(x, y complex128) complex128 { return x / y }

// MulC128 is x * y.
func MulC128(x, y complex128) complex128 { return x * y }

// MinF64 is min(x, y) of the language: NaN wins, -0 is below +0.
func MinF64(x, y float64) float64 { return min(x, y) }

// MaxF64 is max(x, y) of the language.
func MaxF64(x, y float64) float64 { return max(x, y) }

// IntToFloat32 is float32(x).
func IntToFloat32(x int64) float32 { return float32(x) }

// UintToFloat32 is float32(x).
func UintToFloat32(x uint64) float32 { return float32(x) }

// FloatToInt64 is int64(x) as the compiler converts.
func FloatToInt64(x float64) int64 { return int64(x) }

// FloatToUint64 is uint64(x) as the compiler converts.
func FloatToUint64(x float64) uint64 { return uint64(x) }

// FloatToUint32 is uint32(x) as the compiler converts.
func FloatToUint32(x float64) uint32 { return uint32(x) }

// FloatToInt32 is int32(x) as the compiler converts.
func FloatToInt32(x float64) int32 { return int32(x) }

// LeaveZero notes whether the i-th argument of the call to come, the zero x, is
// negative.
func (m *Machine) LeaveZero(i int, x float64) {
	switch {
	case i >= 64:
	case math.Signbit(x):
		m.zeros.Or(1 << i)
	default:
		m.zeros.And(^uint64(1 << i))
	}
}

// TakeZero returns the zero that was noted for the i-th argument; x if none was.
func (m *Machine) TakeZero(i int, x float64) float64 {
	if i < 64 && m.zeros.And(^uint64(1<<i))&(1<<i) != 0 {
		return math.Copysign(0, -1)
	}
	return x
}
