package rt

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"
)

// runtimeError is a run-time panic of the student's program that no operation
// here can raise with the right words.
type runtimeError string

func (e runtimeError) RuntimeError() {}
func (e runtimeError) Error() string { return "runtime error: " + string(e) }

// assertionError is a failed type assertion.
type assertionError string

func (e assertionError) RuntimeError() {}
func (e assertionError) Error() string { return "interface conversion: " + string(e) }

var (
	_ runtime.Error = runtimeError("")
	_ runtime.Error = assertionError("")
)

// nilDereference is raised where a student's own pointer is nil. It differs from
// the runtime's own value only in being told apart from a nil dereference inside
// the interpreter.
type nilDereference struct{}

func (nilDereference) RuntimeError() {}
func (nilDereference) Error() string {
	return "runtime error: invalid memory address or nil pointer dereference"
}

// NilDeref panics as the use of a nil pointer, function or interface does.
func NilDeref() { panic(nilDereference{}) }

// DivZero panics as an integer division by zero does.
func DivZero() { zero := 0; _ = 1 / zero }

// NilMap panics as a store into a nil map does.
func NilMap() { noMap()[0] = 0 }

func noMap() map[int]int { return nil }

// NegShift panics as a shift by a negative count does.
func NegShift() { n := -1; _ = 1 << n }

// Index panics as indexing a sequence of length n with i does.
func Index(i, n int) { _ = make([]struct{}, n)[i] }

// IndexU is Index for an index that does not fit an int.
func IndexU(i uint64, n int) { _ = make([]struct{}, n)[i] }

// SliceOf panics as s[lo:hi:limit], or s[lo:hi] if not three, does on a slice.
// Bits 0, 1 and 2 of unsigned are set for bounds that were of an unsigned type
// and, if they are negative here, didn't fit an int.
func SliceOf(lo, hi, limit, length, c int, three bool, unsigned int) {
	s := make([]struct{}, length, c)
	switch {
	case three && unsigned&4 != 0:
		_ = s[0:0:uint(limit)]
	case three:
		_ = s[0:0:limit]
	default:
		limit = c
	}
	sliceLowHigh(s, lo, hi, limit, three, unsigned)
}

// sliceLowHigh panics for a low or a high bound.
func sliceLowHigh(s []struct{}, lo, hi, limit int, three bool, unsigned int) {
	switch {
	case three && unsigned&2 != 0:
		_ = s[0:uint(hi):limit]
	case three:
		_ = s[0:hi:limit]
	case unsigned&2 != 0:
		_ = s[:uint(hi)]
	default:
		_ = s[:hi]
	}
	switch {
	case three && unsigned&1 != 0:
		_ = s[uint(lo):hi:limit]
	case three:
		_ = s[lo:hi:limit]
	case unsigned&1 != 0:
		_ = s[uint(lo):hi]
	default:
		_ = s[lo:hi]
	}
}

// SliceArray panics as slicing an array of length n does.
func SliceArray(lo, hi, limit, n int, three bool, unsigned int) {
	switch { // the only words that differ from those for a slice
	case three && (limit > n || limit < 0 && unsigned&4 != 0):
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [::%d] with length %d", uint(limit), n)))
	case !three && (hi > n || hi < 0 && unsigned&2 != 0):
		panic(runtimeError(fmt.Sprintf("slice bounds out of range [:%d] with length %d", uint(hi), n)))
	}
	SliceOf(lo, hi, limit, n, n, three, unsigned)
}

// SliceString panics as s[lo:hi] does.
func SliceString(s string, lo, hi, unsigned int) {
	SliceArray(lo, hi, 0, len(s), false, unsigned)
}

// WrapNil panics as the call of a value's method through a nil pointer does; typ
// is the type's name with the package's path.
func WrapNil(typ, method string) {
	short := typ[strings.LastIndex(typ, "/")+1:]
	_, short, _ = strings.Cut(short, ".")
	panic(plainError("value method " + typ + "." + method + " called using nil *" + short + " pointer"))
}

// Append panics where append can't make a slice of n + m elements.
func Append(n, m int) {
	if n > math.MaxInt-m {
		panic(runtimeError("growslice: len out of range"))
	}
}

// The states of a range over a function, as SSA form numbers them; a positive
// number says where the loop was left to.
const (
	rangeBusy = -1
	RangeDone = -2
)

// RangeState panics as an iterator does that calls the loop's body in a state in
// which it may not, or that swallowed the body's panic.
func RangeState(state int, called bool) {
	text := "range function continued iteration after function for loop body returned false"
	switch {
	case !called:
		text = "range function recovered a loop body panic and did not resume panicking"
	case state == rangeBusy:
		text = "range function continued iteration after loop body panic"
	case state == RangeDone:
		text = "range function continued iteration after whole loop exit"
	}
	panic(runtimeError(text))
}

// Hashable panics if x, or an interface value in x, can't be hashed. empty says
// that x is looked for in a map without entries, which words it differently.
func Hashable(x any, empty bool) {
	name := uncomparable(reflect.ValueOf(x))
	switch {
	case name == "":
	case empty:
		panic(plainError("hash of unhashable type: " + name))
	default:
		panic(runtimeError("hash of unhashable type " + name))
	}
}

// addressSpace is the number of bytes that the runtime hands out at most.
const addressSpace = 1 << 48

// MakeSlice panics where make([]T, n, c) would for want of a sensible size; a T
// has the given size in bytes.
func MakeSlice(n, c, size int) {
	most := math.MaxInt
	if size > 0 {
		most = addressSpace / size
	}
	switch {
	case n < 0 || n > most:
		panic(runtimeError("makeslice: len out of range"))
	case c < n || c > most:
		panic(runtimeError("makeslice: cap out of range"))
	}
}

// MakeChan panics where make(chan T, n) would.
func MakeChan(n int) {
	if n < 0 || n > 1<<40 {
		panic(plainError("makechan: size out of range"))
	}
}

// plainError is a run-time panic whose text has no prefix.
type plainError string

func (e plainError) RuntimeError() {}
func (e plainError) Error() string { return string(e) }

// ArrayLen panics as the conversion of a slice of length n to an array of length
// want does.
func ArrayLen(n, want int) {
	panic(runtimeError(fmt.Sprintf("cannot convert slice with length %d to array or pointer to array with length %d", n, want)))
}

// thrown carries a panic of the student's program through the interpreter's
// frames: those look at the value, and would call its Error method.
type thrown struct {
	value any
	line  int64
}

// Throw panics with the student's value, as panic(v) does.
func (m *Machine) Throw(v any) {
	if v == nil {
		v = new(runtime.PanicNilError)
	}
	if e, ok := v.(mat.Error); ok {
		panic(e) // as it is: mat.Maybe looks for it
	}
	panic(&thrown{v, atomic.LoadInt64(&m.line)})
}

// typeName is the dynamic type of an interface value, as Go prints it.
func typeName(x any) string {
	if b, ok := unbox(x); ok {
		return b.T.Name
	}
	return fmt.Sprintf("%T", x)
}

// BadAssert panics as the failed assertion x.(target) to a type that is no
// interface does; x's static type is iface.
func BadAssert(x any, iface, target string) {
	if x == nil {
		panic(assertionError(iface + " is nil, not " + target))
	}
	text := iface + " is " + typeName(x) + ", not " + target
	if typeName(x) == target {
		text += " (types from different scopes)"
	}
	panic(assertionError(text))
}

// NotImplemented panics as the failed assertion of x to the interface type
// target does; x's type lacks the named method.
func NotImplemented(x any, target, missing string) {
	if x == nil {
		panic(assertionError("interface is nil, not " + target))
	}
	panic(assertionError(typeName(x) + " is not " + target + ": missing method " + missing))
}
