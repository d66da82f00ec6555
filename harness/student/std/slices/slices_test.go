package slices_test

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	real "slices"
	"testing"

	"github.com/miniflow/grader/harness/student/std/slices"

	"github.com/stretchr/testify/require"
)

// randomFloats returns a few values of which some are equal and some NaN.
func randomFloats(random *rand.Rand) []float64 {
	values := []float64{math.NaN(), math.Inf(-1), -1, math.Copysign(0, -1), 0, 1, 2, math.Inf(1)}
	s := make([]float64, random.IntN(9))
	for i := range s {
		s[i] = values[random.IntN(len(values))]
	}
	return s
}

// text shows NaN and the sign of zero, which == does not.
func text(values ...any) string { return fmt.Sprintf("%#v", values) }

func TestQueriesLikeTheStandardPackage(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	for range 5000 {
		a, b := randomFloats(random), randomFloats(random)
		if random.IntN(3) == 0 {
			b = append(real.Clone(a[:random.IntN(len(a)+1)]), b...)
		}
		x := append(randomFloats(random), 1)[0]
		less := func(y float64) bool { return y < x }
		same := func(a, b float64) bool { return a == b }
		sorted := real.Sorted(real.Values(a))

		pair := func(i int, ok bool) string { return text(i, ok) }
		for name, texts := range map[string][2]string{
			"Equal":            {text(real.Equal(a, b)), text(slices.Equal(a, b))},
			"Equal to itself":  {text(real.Equal(a, a)), text(slices.Equal(a, a))},
			"EqualFunc":        {text(real.EqualFunc(a, b, same)), text(slices.EqualFunc(a, b, same))},
			"Compare":          {text(real.Compare(a, b)), text(slices.Compare(a, b))},
			"CompareFunc":      {text(real.CompareFunc(a, b, cmp.Compare)), text(slices.CompareFunc(a, b, cmp.Compare))},
			"Index":            {text(real.Index(a, x)), text(slices.Index(a, x))},
			"IndexFunc":        {text(real.IndexFunc(a, less)), text(slices.IndexFunc(a, less))},
			"Contains":         {text(real.Contains(a, x)), text(slices.Contains(a, x))},
			"ContainsFunc":     {text(real.ContainsFunc(a, less)), text(slices.ContainsFunc(a, less))},
			"IsSorted":         {text(real.IsSorted(a)), text(slices.IsSorted(a))},
			"IsSorted, sorted": {text(real.IsSorted(sorted)), text(slices.IsSorted(sorted))},
			"BinarySearch":     {pair(real.BinarySearch(sorted, x)), pair(slices.BinarySearch(sorted, x))},
			"BinarySearchFunc": {pair(real.BinarySearchFunc(sorted, x, cmp.Compare)), pair(slices.BinarySearchFunc(sorted, x, cmp.Compare))},
		} {
			require.Equal(t, texts[0], texts[1], "%s: %v, %v, %v", name, a, b, x)
		}
		if len(a) == 0 {
			continue
		}
		for name, texts := range map[string][2]string{
			"Min":     {text(real.Min(a)), text(slices.Min(a))},
			"Max":     {text(real.Max(a)), text(slices.Max(a))},
			"MinFunc": {text(real.MinFunc(a, cmp.Compare)), text(slices.MinFunc(a, cmp.Compare))},
			"MaxFunc": {text(real.MaxFunc(a, cmp.Compare)), text(slices.MaxFunc(a, cmp.Compare))},
		} {
			require.Equal(t, texts[0], texts[1], "%s: %v", name, a)
		}
	}
}

// calls records the arguments of a comparison, whose order students can see.
func calls(use func(compare func(a, b int) int)) string {
	var log []int
	use(func(a, b int) int {
		log = append(log, a, b)
		return cmp.Compare(a/2, b/2)
	})
	return fmt.Sprint(log)
}

func TestComparisonsAreTheSame(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	for _, n := range []int{1, 2, 5, 12, 13, 30, 60, 300} {
		s := random.Perm(n)
		x := s[0]
		sorted := real.Sorted(real.Values(s))
		for name, uses := range map[string][2]func(func(a, b int) int){
			"SortFunc": {
				func(c func(a, b int) int) { real.SortFunc(real.Clone(s), c) },
				func(c func(a, b int) int) { slices.SortFunc(real.Clone(s), c) }},
			"SortStableFunc": {
				func(c func(a, b int) int) { real.SortStableFunc(real.Clone(s), c) },
				func(c func(a, b int) int) { slices.SortStableFunc(real.Clone(s), c) }},
			"SortedFunc": {
				func(c func(a, b int) int) { _ = real.SortedFunc(real.Values(s), c) },
				func(c func(a, b int) int) { _ = slices.SortedFunc(real.Values(s), c) }},
			"SortedStableFunc": {
				func(c func(a, b int) int) { _ = real.SortedStableFunc(real.Values(s), c) },
				func(c func(a, b int) int) { _ = slices.SortedStableFunc(real.Values(s), c) }},
			"IsSortedFunc": {
				func(c func(a, b int) int) { _ = real.IsSortedFunc(sorted, c) },
				func(c func(a, b int) int) { _ = slices.IsSortedFunc(sorted, c) }},
			"MinFunc": {
				func(c func(a, b int) int) { _ = real.MinFunc(s, c) },
				func(c func(a, b int) int) { _ = slices.MinFunc(s, c) }},
			"MaxFunc": {
				func(c func(a, b int) int) { _ = real.MaxFunc(s, c) },
				func(c func(a, b int) int) { _ = slices.MaxFunc(s, c) }},
			"BinarySearchFunc": {
				func(c func(a, b int) int) { _, _ = real.BinarySearchFunc(sorted, x, c) },
				func(c func(a, b int) int) { _, _ = slices.BinarySearchFunc(sorted, x, c) }},
		} {
			require.Equal(t, calls(uses[0]), calls(uses[1]), "%s of %d elements", name, n)
		}
	}
}

type tagged struct{ key, place int }

func TestSortsLikeTheStandardPackage(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 12))
	byKey := func(a, b tagged) int { return cmp.Compare(a.key, b.key) }
	for _, n := range []int{0, 1, 2, 12, 13, 50, 51, 500} {
		list := make([]tagged, n)
		floats := make([]float64, n)
		halves := make([]float32, n)
		words := make([]string, n)
		for i := range list {
			list[i] = tagged{random.IntN(5), i}
			floats[i] = append(randomFloats(random), 3)[0]
			halves[i] = float32(floats[i])
			words[i] = fmt.Sprint(random.IntN(30))
		}
		sameAfter(t, list, func(s []tagged) { real.SortFunc(s, byKey) }, func(s []tagged) { slices.SortFunc(s, byKey) })
		sameAfter(t, list, func(s []tagged) { real.SortStableFunc(s, byKey) }, func(s []tagged) { slices.SortStableFunc(s, byKey) })
		sameAfter(t, floats, real.Sort[[]float64], slices.Sort[[]float64])
		sameAfter(t, halves, real.Sort[[]float32], slices.Sort[[]float32])
		sameAfter(t, words, real.Sort[[]string], slices.Sort[[]string])
		require.Equal(t, real.SortedFunc(real.Values(list), byKey), slices.SortedFunc(slices.Values(list), byKey))
		require.Equal(t, real.SortedStableFunc(real.Values(list), byKey), slices.SortedStableFunc(slices.Values(list), byKey))
	}
}

func sameAfter[E any](t *testing.T, s []E, want, ours func([]E)) {
	t.Helper()
	a, b := real.Clone(s), real.Clone(s)
	want(a)
	ours(b)
	require.Equal(t, text(a), text(b))
}

func TestIterators(t *testing.T) {
	t.Parallel()
	for n := range 8 {
		s := real.Collect(func(yield func(int) bool) {
			for i := range n {
				if !yield(10 + i) {
					return
				}
			}
		})
		for limit := range n + 1 {
			require.Equal(t, trace2(real.All(s), limit), trace2(slices.All(s), limit))
			require.Equal(t, trace2(real.Backward(s), limit), trace2(slices.Backward(s), limit))
			require.Equal(t, trace(real.Values(s), limit), trace(slices.Values(s), limit))
			for size := range 4 {
				require.Equal(t, trace(real.Chunk(s, size+1), limit), trace(slices.Chunk(s, size+1), limit))
			}
		}
	}
	for piece := range slices.Chunk(make([]int, 5, 9), 3) {
		require.Equal(t, len(piece), cap(piece), "a piece has no room")
	}
}

// trace shows the first values of a sequence, and stops it.
func trace[T any](seq iter.Seq[T], limit int) string {
	out := ""
	for v := range seq {
		if limit--; limit < 0 {
			break
		}
		out += fmt.Sprint(v, ";")
	}
	return out
}

func trace2[K, V any](seq iter.Seq2[K, V], limit int) string {
	return trace(func(yield func(string) bool) {
		for k, v := range seq {
			if !yield(fmt.Sprint(k, "=", v)) {
				return
			}
		}
	}, limit)
}
