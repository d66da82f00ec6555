package slices

import (
	"cmp"

	"github.com/miniflow/grader/harness/student/std/order"
)

// Sort sorts x in ascending order, NaNs first.
func Sort[S ~[]E, E cmp.Ordered](x S) {
	// The usual element types are worth a way of their own: all the comparing is
	// then done by compiled code.
	switch usual := any([]E(x)).(type) {
	case []float64:
		order.Float64s(usual)
	case []int:
		order.Ints(usual)
	case []string:
		order.Strings(usual)
	default:
		SortFunc(x, cmp.Compare[E])
	}
}

// SortFunc sorts x in ascending order as cmp sees it. The order of elements that
// are equal is the one that the standard library's sort gives them.
func SortFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	arrange(x, order.Permutation(len(x), func(i, j int) int { return cmp(x[i], x[j]) }))
}

// SortStableFunc is like [SortFunc], but keeps the order of elements that are
// equal.
func SortStableFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	arrange(x, order.StablePermutation(len(x), func(i, j int) int { return cmp(x[i], x[j]) }))
}

// arrange moves what is now x[from[i]] to x[i], for every i.
func arrange[E any](x []E, from []int) {
	old := append([]E(nil), x...)
	for i, j := range from {
		x[i] = old[j]
	}
}

// IsSorted reports whether x is sorted in ascending order.
func IsSorted[S ~[]E, E cmp.Ordered](x S) bool {
	return IsSortedFunc(x, cmp.Compare[E])
}

// IsSortedFunc reports whether x is sorted in ascending order as cmp sees it. It
// looks at the last elements first.
func IsSortedFunc[S ~[]E, E any](x S, cmp func(a, b E) int) bool {
	for i := len(x) - 1; i > 0; i-- {
		if cmp(x[i], x[i-1]) < 0 {
			return false
		}
	}
	return true
}

// Min returns the least element of x, or NaN if one is. It panics if x is
// empty.
func Min[S ~[]E, E cmp.Ordered](x S) E {
	if len(x) == 0 {
		panic("slices.Min: empty list")
	}
	least := x[0]
	for _, v := range x[1:] {
		least = min(least, v)
	}
	return least
}

// MinFunc returns the first of the least elements of x as cmp sees it. It
// panics if x is empty.
func MinFunc[S ~[]E, E any](x S, cmp func(a, b E) int) E {
	if len(x) == 0 {
		panic("slices.MinFunc: empty list")
	}
	least := x[0]
	for _, v := range x[1:] {
		if cmp(v, least) < 0 {
			least = v
		}
	}
	return least
}

// Max returns the greatest element of x, or NaN if one is. It panics if x is
// empty.
func Max[S ~[]E, E cmp.Ordered](x S) E {
	if len(x) == 0 {
		panic("slices.Max: empty list")
	}
	greatest := x[0]
	for _, v := range x[1:] {
		greatest = max(greatest, v)
	}
	return greatest
}

// MaxFunc returns the first of the greatest elements of x as cmp sees it. It
// panics if x is empty.
func MaxFunc[S ~[]E, E any](x S, cmp func(a, b E) int) E {
	if len(x) == 0 {
		panic("slices.MaxFunc: empty list")
	}
	greatest := x[0]
	for _, v := range x[1:] {
		if cmp(v, greatest) > 0 {
			greatest = v
		}
	}
	return greatest
}

// BinarySearch returns where target is in the sorted slice x, or would have to
// be inserted, and whether it is there.
func BinarySearch[S ~[]E, E cmp.Ordered](x S, target E) (int, bool) {
	return BinarySearchFunc(x, target, cmp.Compare[E])
}

// BinarySearchFunc is like [BinarySearch] for an order of one's own: cmp returns
// a negative number for an element before target, a positive one for an element
// after it, and zero for one that matches.
func BinarySearchFunc[S ~[]E, E, T any](x S, target T, cmp func(E, T) int) (int, bool) {
	low, high := 0, len(x)
	for low < high {
		middle := low + (high-low)/2
		if cmp(x[middle], target) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(x) && cmp(x[low], target) == 0
}
