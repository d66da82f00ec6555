package order_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/miniflow/grader/harness/student/std/order"

	"github.com/stretchr/testify/require"
)

// element has a key with many equals and its place before sorting.
type element struct{ key, place int }

func elements(random *rand.Rand, n, keys int) []element {
	list := make([]element, n)
	for i := range list {
		list[i] = element{random.IntN(keys), i}
	}
	return list
}

// The comparisons in this test are recorded: same comparisons in the same order
// is what makes the order of equals the same, whatever compare does.
func TestPermutationIsTheStandardOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	sorts := []struct {
		name        string
		sort        func([]element, func(a, b element) int)
		permutation func(int, func(i, j int) int) []int
	}{
		{"SortFunc", slices.SortFunc[[]element], order.Permutation},
		{"SortStableFunc", slices.SortStableFunc[[]element], order.StablePermutation},
	}
	for _, sort := range sorts {
		for _, n := range []int{0, 1, 2, 3, 11, 12, 13, 49, 50, 51, 200, 1000, 5000} {
			for _, keys := range []int{1, 2, 7, 1 << 30} {
				list := elements(random, n, keys)
				var want, got [][2]int
				sorted := slices.Clone(list)
				sort.sort(sorted, func(a, b element) int {
					want = append(want, [2]int{a.place, b.place})
					return cmp.Compare(a.key, b.key)
				})
				permutation := sort.permutation(n, func(i, j int) int {
					got = append(got, [2]int{i, j})
					return cmp.Compare(list[i].key, list[j].key)
				})
				arranged := make([]element, n)
				for i, j := range permutation {
					arranged[i] = list[j]
				}
				require.Equal(t, sorted, arranged, "%s of %d elements with %d keys", sort.name, n, keys)
				require.Equal(t, want, got, "%s of %d elements with %d keys", sort.name, n, keys)
			}
		}
	}
}

func TestUsualTypes(t *testing.T) {
	t.Parallel()
	floats := []float64{2, math.NaN(), math.Inf(-1), 1}
	order.Float64s(floats)
	require.True(t, math.IsNaN(floats[0]))
	require.Equal(t, []float64{math.Inf(-1), 1, 2}, floats[1:])
	ints := []int{3, 1, 2}
	order.Ints(ints)
	require.Equal(t, []int{1, 2, 3}, ints)
	strings := []string{"b", "", "a"}
	order.Strings(strings)
	require.Equal(t, []string{"", "a", "b"}, strings)
}
