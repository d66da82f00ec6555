// Package order sorts on behalf of package slices of folder std: it is compiled,
// where that package is interpreted. It sorts indices with the standard
// library's own algorithm, so that the same comparisons are made in the same
// order, and elements that are equal come out in the same order too.
package order

import "slices"

// Permutation returns the indices 0 to n-1 sorted by compare, which is given two
// indices, in the order of equals that [slices.SortFunc] gives: the element that
// belongs at i is now at the i-th index.
func Permutation(n int, compare func(i, j int) int) []int {
	indices := upTo(n)
	slices.SortFunc(indices, compare)
	return indices
}

// StablePermutation is like [Permutation], but keeps equals in their order.
func StablePermutation(n int, compare func(i, j int) int) []int {
	indices := upTo(n)
	slices.SortStableFunc(indices, compare)
	return indices
}

// Float64s sorts x in ascending order, NaNs first.
func Float64s(x []float64) { slices.Sort(x) }

// Ints sorts x in ascending order.
func Ints(x []int) { slices.Sort(x) }

// Strings sorts x in ascending order.
func Strings(x []string) { slices.Sort(x) }

// upTo returns 0, 1, …, n-1.
func upTo(n int) []int {
	indices := make([]int, n)
	for i := range indices {
		indices[i] = i
	}
	return indices
}
