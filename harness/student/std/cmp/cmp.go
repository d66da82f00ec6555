// Package cmp is the grader's own edition of the standard library's package
// cmp. See package std for why there is one.
package cmp

// Ordered permits any type that the operators < <= >= > accept.
type Ordered interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64 |
		~string
}

// Less reports whether x comes before y. A NaN comes before every number, and
// not before another NaN.
func Less[T Ordered](x, y T) bool {
	if x < y {
		return true
	}
	return isNaN(x) && !isNaN(y)
}

// Compare returns -1 if x comes before y, +1 if it comes after y, and 0
// otherwise. A NaN comes before every number and is equal to another NaN; the
// two zeros are equal.
func Compare[T Ordered](x, y T) int {
	if x < y {
		return -1
	}
	if x > y {
		return +1
	}
	if x == y {
		return 0
	}
	// Neither before, after nor equal: at least one of them is NaN.
	if !isNaN(y) {
		return -1
	}
	if !isNaN(x) {
		return +1
	}
	return 0
}

// Or returns the first of vals that isn't the zero value of its type, and the
// zero value if there is none.
func Or[T comparable](vals ...T) T {
	var zero T
	for _, v := range vals {
		if v != zero {
			return v
		}
	}
	return zero
}

// isNaN holds for nothing but a NaN: of all ordered values, only that one
// differs from itself.
func isNaN[T Ordered](x T) bool {
	return x != x
}
