package slices_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	real "slices"
	"testing"

	"github.com/miniflow/grader/harness/student/std/slices"

	"github.com/stretchr/testify/require"
)

type row []int

// randomRow returns a slice of up to six small numbers with room behind them
// that isn't zero, so that what is written there shows; sometimes nil.
func randomRow(random *rand.Rand) row {
	length, room := random.IntN(7), random.IntN(5)
	if length+room == 0 && random.IntN(2) == 0 {
		return nil
	}
	s := make(row, length, length+room)
	for i := range s[:cap(s)] {
		s[:cap(s)][i] = 1 + random.IntN(3)
	}
	return s
}

// copyRow copies a slice with the room behind it.
func copyRow(s row) row {
	if s == nil {
		return nil
	}
	c := make(row, cap(s))
	copy(c, s[:cap(s)])
	return c[:len(s)]
}

// describe tells everything about a slice, and about the array of the slice
// that it was made from.
func describe(result, operand row) string {
	return fmt.Sprintf("nil %t, capacity %d, %v; operand's array %v",
		result == nil, cap(result), []int(result[:cap(result)][:len(result)]), []int(operand[:cap(operand)]))
}

// outcome is what f returns, or its panic's text.
func outcome(f func() string) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprintf("panic: %v", p)
		}
	}()
	return f()
}

// An edit is a function under test, with arguments made up from a random source
// and the operand alone.
type edit struct {
	name       string
	real, ours func(random *rand.Rand, s row) row
}

// index returns an index into s, or one just outside.
func index(random *rand.Rand, s row) int { return random.IntN(cap(s)+3) - 1 }

// inserted returns values to insert: a part of the operand's array, or others.
func inserted(random *rand.Rand, s row) []int {
	if random.IntN(2) == 0 {
		whole := s[:cap(s)]
		i := random.IntN(len(whole) + 1)
		return whole[i : i+random.IntN(len(whole)-i+1)]
	}
	return []int{7, 8, 9}[:random.IntN(4)]
}

var edits = []edit{
	{"Insert",
		func(r *rand.Rand, s row) row { return real.Insert(s, index(r, s), inserted(r, s)...) },
		func(r *rand.Rand, s row) row { return slices.Insert(s, index(r, s), inserted(r, s)...) }},
	{"Replace",
		func(r *rand.Rand, s row) row { return real.Replace(s, index(r, s), index(r, s), inserted(r, s)...) },
		func(r *rand.Rand, s row) row { return slices.Replace(s, index(r, s), index(r, s), inserted(r, s)...) }},
	{"Delete",
		func(r *rand.Rand, s row) row { return real.Delete(s, index(r, s), index(r, s)) },
		func(r *rand.Rand, s row) row { return slices.Delete(s, index(r, s), index(r, s)) }},
	{"DeleteFunc",
		func(r *rand.Rand, s row) row { x := r.IntN(4); return real.DeleteFunc(s, is(x)) },
		func(r *rand.Rand, s row) row { x := r.IntN(4); return slices.DeleteFunc(s, is(x)) }},
	{"Compact",
		func(_ *rand.Rand, s row) row { return real.Compact(s) },
		func(_ *rand.Rand, s row) row { return slices.Compact(s) }},
	{"CompactFunc",
		func(_ *rand.Rand, s row) row { return real.CompactFunc(s, follows) },
		func(_ *rand.Rand, s row) row { return slices.CompactFunc(s, follows) }},
	{"Clone",
		func(_ *rand.Rand, s row) row { return real.Clone(s) },
		func(_ *rand.Rand, s row) row { return slices.Clone(s) }},
	{"Grow",
		func(r *rand.Rand, s row) row { return real.Grow(s, r.IntN(12)-1) },
		func(r *rand.Rand, s row) row { return slices.Grow(s, r.IntN(12)-1) }},
	{"Clip",
		func(_ *rand.Rand, s row) row { return real.Clip(s) },
		func(_ *rand.Rand, s row) row { return slices.Clip(s) }},
	{"Concat",
		func(r *rand.Rand, s row) row { return real.Concat([]row{s, {4}, s}[:r.IntN(4)]...) },
		func(r *rand.Rand, s row) row { return slices.Concat([]row{s, {4}, s}[:r.IntN(4)]...) }},
	{"Repeat",
		func(r *rand.Rand, s row) row { return real.Repeat(s, r.IntN(5)-1) },
		func(r *rand.Rand, s row) row { return slices.Repeat(s, r.IntN(5)-1) }},
	{"Reverse",
		func(_ *rand.Rand, s row) row { real.Reverse(s); return s },
		func(_ *rand.Rand, s row) row { slices.Reverse(s); return s }},
	{"Sort",
		func(_ *rand.Rand, s row) row { real.Sort(s); return s },
		func(_ *rand.Rand, s row) row { slices.Sort(s); return s }},
	{"AppendSeq",
		func(_ *rand.Rand, s row) row { return real.AppendSeq(s, real.Values(s)) },
		func(_ *rand.Rand, s row) row { return slices.AppendSeq(s, slices.Values(s)) }},
	{"Collect",
		func(_ *rand.Rand, s row) row { return real.Collect(real.Values(s)) },
		func(_ *rand.Rand, s row) row { return slices.Collect(slices.Values(s)) }},
	{"Sorted",
		func(_ *rand.Rand, s row) row { return real.Sorted(real.Values(s)) },
		func(_ *rand.Rand, s row) row { return slices.Sorted(slices.Values(s)) }},
}

func is(x int) func(int) bool { return func(y int) bool { return x == y } }

// follows isn't symmetric, which shows the order of its arguments.
func follows(a, b int) bool { return a == b+1 }

func TestEditsLikeTheStandardPackage(t *testing.T) {
	t.Parallel()
	for _, edit := range edits {
		t.Run(edit.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(5, 6))
			for range 5000 {
				operand, seed := randomRow(random), random.Uint64()
				run := func(f func(*rand.Rand, row) row) string {
					s := copyRow(operand)
					return outcome(func() string {
						return describe(f(rand.New(rand.NewPCG(seed, 0)), s), s)
					})
				}
				require.Equal(t, run(edit.real), run(edit.ours), "operand %v of capacity %d", operand, cap(operand))
			}
		})
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		real, ours func()
	}{
		{"Grow", func() { _ = real.Grow(row{}, -1) }, func() { _ = slices.Grow(row{}, -1) }},
		{"Grow too far", func() { _ = real.Grow(row{1}, math.MaxInt) }, func() { _ = slices.Grow(row{1}, math.MaxInt) }},
		{"Repeat", func() { _ = real.Repeat(row{}, -1) }, func() { _ = slices.Repeat(row{}, -1) }},
		{"Repeat too often", func() { _ = real.Repeat(row{1, 2}, math.MaxInt/2+1) }, func() { _ = slices.Repeat(row{1, 2}, math.MaxInt/2+1) }},
		{"Concat", func() { _ = real.Concat(huge, huge, huge) }, func() { _ = slices.Concat(huge, huge, huge) }},
		{"Chunk", func() { _ = real.Chunk(row{1}, 0) }, func() { _ = slices.Chunk(row{1}, 0) }},
		{"Min", func() { _ = real.Min(row{}) }, func() { _ = slices.Min(row{}) }},
		{"Max", func() { _ = real.Max(row{}) }, func() { _ = slices.Max(row{}) }},
		{"MinFunc", func() { _ = real.MinFunc(row{}, nil) }, func() { _ = slices.MinFunc(row{}, nil) }},
		{"MaxFunc", func() { _ = real.MaxFunc(row{}, nil) }, func() { _ = slices.MaxFunc(row{}, nil) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := outcome(func() string { test.real(); return "no panic" })
			got := outcome(func() string { test.ours(); return "no panic" })
			require.Contains(t, want, "panic: ")
			require.Equal(t, want, got)
		})
	}
}

// huge costs nothing: its elements have no size.
var huge = make([]struct{}, math.MaxInt)

func TestEdgesOfRepeat(t *testing.T) {
	t.Parallel()
	require.NotNil(t, slices.Repeat(row(nil), 3))
	require.Empty(t, slices.Repeat(row{}, math.MaxInt))
}
