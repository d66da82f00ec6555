package maps_test

import (
	"fmt"
	"iter"
	real "maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/miniflow/grader/harness/student/std/maps"

	"github.com/stretchr/testify/require"
)

type table map[float64]int

func randomTable(random *rand.Rand) table {
	m := table{}
	for range random.IntN(6) {
		m[float64(random.IntN(4))] = random.IntN(3)
	}
	if random.IntN(4) == 0 {
		m[math.NaN()] = 1
	}
	return m
}

// content describes a map, NaN keys included, which reflection doesn't find.
func content(m table) string { return fmt.Sprint(m == nil, len(m), m) }

func TestLikeTheStandardPackage(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	odd := func(k float64, v int) bool { return v%2 == 1 }
	same := func(a, b int) bool { return a == b }
	for range 500 {
		a, b := randomTable(random), randomTable(random)
		require.Equal(t, real.Equal(a, b), maps.Equal(a, b), "Equal(%v, %v)", a, b)
		require.Equal(t, real.Equal(a, a), maps.Equal(a, a), "Equal(%v, itself)", a)
		require.Equal(t, real.EqualFunc(a, b, same), maps.EqualFunc(a, b, same), "EqualFunc(%v, %v)", a, b)
		require.Equal(t, content(real.Clone(a)), content(maps.Clone(a)), "Clone(%v)", a)

		for _, change := range []struct {
			name       string
			want, ours func(table)
		}{
			{"Copy", func(m table) { real.Copy(m, b) }, func(m table) { maps.Copy(m, b) }},
			{"Insert", func(m table) { real.Insert(m, real.All(b)) }, func(m table) { maps.Insert(m, maps.All(b)) }},
			{"DeleteFunc", func(m table) { real.DeleteFunc(m, odd) }, func(m table) { maps.DeleteFunc(m, odd) }},
		} {
			want, ours := real.Clone(a), real.Clone(a)
			change.want(want)
			change.ours(ours)
			require.Equal(t, content(want), content(ours), "%s on %v with %v", change.name, a, b)
		}

		require.Equal(t, sorted(real.Keys(a)), sorted(maps.Keys(a)))
		require.Equal(t, sorted(real.Values(a)), sorted(maps.Values(a)))
		require.Equal(t, content(real.Collect(real.All(a))), content(maps.Collect(maps.All(a))))
	}
}

func sorted[T float64 | int](seq iter.Seq[T]) string { return fmt.Sprint(slices.Sorted(seq)) }

func TestEdges(t *testing.T) {
	t.Parallel()
	require.Nil(t, maps.Clone(table(nil)))
	require.NotNil(t, maps.Clone(table{}))
	require.NotNil(t, maps.Collect(maps.All(table(nil))))
	maps.Copy(table(nil), table{})
	maps.DeleteFunc(table(nil), nil)
	require.PanicsWithError(t, "assignment to entry in nil map", func() { maps.Copy(table(nil), table{1: 1}) })
	require.PanicsWithError(t, "assignment to entry in nil map", func() { maps.Insert(table(nil), maps.All(table{1: 1})) })

	clone := maps.Clone(table{1: 1})
	clone[1] = 2
	require.Equal(t, table{1: 2}, clone)
}

func TestIteratorsStop(t *testing.T) {
	t.Parallel()
	m := table{1: 1, 2: 2, 3: 3}
	count := 0
	for range maps.All(m) {
		count++
		break
	}
	for range maps.Keys(m) {
		count++
		break
	}
	for range maps.Values(m) {
		count++
		break
	}
	require.Equal(t, 3, count)
}
