package slices

import (
	"cmp"
	"iter"
)

// All returns an iterator over the indices and elements of s.
func All[Slice ~[]E, E any](s Slice) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i, v := range s {
			if !yield(i, v) {
				break
			}
		}
	}
}

// Backward returns an iterator over the indices and elements of s from the last
// to the first.
func Backward[Slice ~[]E, E any](s Slice) iter.Seq2[int, E] {
	return func(yield func(int, E) bool) {
		for i := len(s) - 1; i >= 0 && yield(i, s[i]); i-- {
		}
	}
}

// Values returns an iterator over the elements of s.
func Values[Slice ~[]E, E any](s Slice) iter.Seq[E] {
	return func(yield func(E) bool) {
		for _, v := range s {
			if !yield(v) {
				break
			}
		}
	}
}

// AppendSeq appends the values of seq to s and returns the longer slice.
func AppendSeq[Slice ~[]E, E any](s Slice, seq iter.Seq[E]) Slice {
	for v := range seq {
		s = append(s, v)
	}
	return s
}

// Collect returns a new slice with the values of seq: nil if there are none.
func Collect[E any](seq iter.Seq[E]) []E {
	var out []E
	return AppendSeq(out, seq)
}

// Sorted returns a new slice with the values of seq, sorted as by [Sort].
func Sorted[E cmp.Ordered](seq iter.Seq[E]) []E {
	out := Collect(seq)
	Sort(out)
	return out
}

// SortedFunc returns a new slice with the values of seq, sorted as by
// [SortFunc].
func SortedFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E {
	out := Collect(seq)
	SortFunc(out, cmp)
	return out
}

// SortedStableFunc returns a new slice with the values of seq, sorted as by
// [SortStableFunc].
func SortedStableFunc[E any](seq iter.Seq[E], cmp func(E, E) int) []E {
	out := Collect(seq)
	SortStableFunc(out, cmp)
	return out
}

// Chunk returns an iterator over the pieces of s of n elements each, the last of
// which may be shorter. No piece has room behind its last element. It panics if
// n is less than 1.
func Chunk[Slice ~[]E, E any](s Slice, n int) iter.Seq[Slice] {
	if n < 1 {
		panic("cannot be less than 1")
	}
	return func(yield func(Slice) bool) {
		for rest := s; len(rest) > 0; {
			size := min(n, len(rest))
			if !yield(rest[:size:size]) {
				break
			}
			rest = rest[size:]
		}
	}
}
