package diagnose

import "math"

// arrangement is what an answer does to whole matrices, of r rows and c columns:
// it puts entries elsewhere, leaves some out, or alters the finished gradient.
// The zero value leaves every entry in its place. At most one field besides the
// deviation is set.
type arrangement struct {
	deviation
	result     mover // of the finished gradient
	upstream   mover // of what each output sends back
	derivative mover // of the derivative's entries

	// part says which entries are computed. The others stay at zero, or, with
	// rest, at what the outputs send back.
	part func(i, j, r, c int) bool
	rest bool

	// product multiplies as matrices. It returns nil if the shapes don't fit.
	product func(f factors) *grid
}

// mover fills to with what becomes of m.
type mover func(to, m []float64, r, c int)

// move is a way to put entries where they don't belong.
type move struct {
	deviation
	of mover
}

func moves() []move {
	return []move{
		{deviation{Transposed, ""}, writtenByColumn},
		{deviation{Transposed, ""}, readByColumn},
		{deviation{SummedOverRows, "sum"}, gather(true, false, false)},
		{deviation{SummedOverRows, "average"}, gather(true, false, true)},
		{deviation{SummedOverColumns, "sum"}, gather(false, true, false)},
		{deviation{SummedOverColumns, "average"}, gather(false, true, true)},
		{deviation{SummedOverAll, "sum"}, gather(true, true, false)},
		{deviation{SummedOverAll, "average"}, gather(true, true, true)},
		{deviation{SameForAll, "the first row for every row"}, from(func(_, j, _, _ int) (int, int) { return 0, j })},
		{deviation{SameForAll, "the first column for every column"}, from(func(i, _, _, _ int) (int, int) { return i, 0 })},
		{deviation{SameForAll, "the first entry for every entry"}, from(func(_, _, _, _ int) (int, int) { return 0, 0 })},
		{deviation{SameForAll, "the last row for every row"}, from(func(_, j, r, _ int) (int, int) { return r - 1, j })},
		{deviation{SameForAll, "the last column for every column"}, from(func(i, _, _, c int) (int, int) { return i, c - 1 })},
		{deviation{SameForAll, "the last entry for every entry"}, from(func(_, _, r, c int) (int, int) { return r - 1, c - 1 })},
	}
}

// part is a part of a matrix that an answer may leave out.
type part struct {
	how  string
	does func(i, j, r, c int) bool // which entries it doesn't leave out
}

var parts = []part{
	{"everything but the first row", func(i, _, _, _ int) bool { return i == 0 }},
	{"everything but the first column", func(_, j, _, _ int) bool { return j == 0 }},
	{"everything but the first entry", func(i, j, _, _ int) bool { return i == 0 && j == 0 }},
	{"everything but the last row", func(i, _, r, _ int) bool { return i == r-1 }},
	{"everything but the last column", func(_, j, _, c int) bool { return j == c-1 }},
	{"everything but the last entry", func(i, j, r, c int) bool { return i == r-1 && j == c-1 }},
	{"the first row", func(i, _, _, _ int) bool { return i > 0 }},
	{"the first column", func(_, j, _, _ int) bool { return j > 0 }},
	{"the first row and the first column", func(i, j, _, _ int) bool { return i > 0 && j > 0 }},
	{"the first entry", func(i, j, _, _ int) bool { return i > 0 || j > 0 }},
	{"the last row", func(i, _, r, _ int) bool { return i < r-1 }},
	{"the last column", func(_, j, _, c int) bool { return j < c-1 }},
	{"the last row and the last column", func(i, j, r, c int) bool { return i < r-1 && j < c-1 }},
	{"the last entry", func(i, j, r, c int) bool { return i < r-1 || j < c-1 }},
	{"the last row and the first column", func(i, j, r, _ int) bool { return i < r-1 && j > 0 }},
	{"the first row and the last column", func(i, j, _, c int) bool { return i > 0 && j < c-1 }},
	{"everything but the diagonal", func(i, j, _, _ int) bool { return i == j }},
	{"the diagonal", func(i, j, _, _ int) bool { return i != j }},
	{"everything above the diagonal", func(i, j, _, _ int) bool { return j <= i }},
	{"everything below the diagonal", func(i, j, _, _ int) bool { return i <= j }},
	{"the diagonal and everything above it", func(i, j, _, _ int) bool { return j < i }},
	{"the diagonal and everything below it", func(i, j, _, _ int) bool { return i < j }},
	{"the columns after as many as there are rows", func(_, j, r, _ int) bool { return j < r }},
	{"the rows after as many as there are columns", func(i, _, _, c int) bool { return i < c }},
	{"what is outside of the largest square", func(i, j, r, c int) bool { return i < c && j < r }},
	{"every second row", func(i, _, _, _ int) bool { return i%2 == 0 }},
	{"every second column", func(_, j, _, _ int) bool { return j%2 == 0 }},
	{"every second entry", func(i, j, _, c int) bool { return (i*c+j)%2 == 0 }},
	{"every second entry", func(i, j, _, _ int) bool { return (i+j)%2 == 0 }},
	{"every second entry", func(i, j, _, _ int) bool { return (i+j)%2 == 1 }},
	{"the rows after the second", func(i, _, _, _ int) bool { return i < 2 }},
	{"the columns after the second", func(_, j, _, _ int) bool { return j < 2 }},
	{"the rows and columns after the second", func(i, j, _, _ int) bool { return i < 2 && j < 2 }},
	{"the rows after the third", func(i, _, _, _ int) bool { return i < 3 }},
	{"the columns after the third", func(_, j, _, _ int) bool { return j < 3 }},
	{"the rows and columns after the third", func(i, j, _, _ int) bool { return i < 3 && j < 3 }},
	{"everything after the first two entries of the first column", func(i, j, _, _ int) bool { return i < 2 && j == 0 }},
	{"the entries after as many as there are rows", func(i, j, r, c int) bool { return i*c+j < r }},
	{"the entries after as many as there are columns", func(i, j, _, c int) bool { return i*c+j < c }},
}

type finish struct {
	how string
	of  func(m []float64) []float64
}

// finishing is what may be done to a gradient that is otherwise right. What is
// the same as doing it to what the outputs send back is not here.
func finishing() []finish {
	return []finish{
		{"reduced to its sign", entrywise(sign)},
		{"reduced to its sign", entrywise(func(v float64) float64 { return math.Copysign(1, v) })},
		{"squared", entrywise(func(v float64) float64 { return v * v })},
		{"replaced by its square root", entrywise(func(v float64) float64 { return math.Sqrt(math.Abs(v)) })},
		{"put through tanh", entrywise(math.Tanh)},
		{"put through a sigmoid", entrywise(logistic)},
		{"divided by its own size", normalise(norm)},
		{"divided by its own size", normalise(largest)},
		{"divided by its own size", normalise(func(m []float64) float64 { return sumOf(m, func(v float64) float64 { return v }) })},
		{"clipped to a norm of 0.1", clipNorm(0.1)},
		{"clipped to a norm of 0.5", clipNorm(0.5)},
		{"clipped to a norm of 1", clipNorm(1)},
	}
}

// arrangements lists the wrong ones.
func arrangements() []*arrangement {
	var all []*arrangement
	for _, m := range moves() {
		all = append(all,
			&arrangement{deviation: m.deviation, result: m.of},
			&arrangement{deviation: m.deviation, upstream: m.of},
			&arrangement{deviation: m.deviation, derivative: m.of})
	}
	for _, p := range parts {
		how := deviation{PartOfMatrix, p.how}
		all = append(all,
			&arrangement{deviation: how, part: p.does},
			&arrangement{deviation: how, part: p.does, rest: true})
	}
	for _, a := range finishing() {
		all = append(all, &arrangement{deviation: deviation{GradientAltered, a.how}, result: func(to, m []float64, _, _ int) { copy(to, a.of(m)) }})
	}
	for _, product := range products() {
		all = append(all, &arrangement{deviation: deviation{MatrixProduct, ""}, product: product})
	}
	return all
}

// writtenByColumn puts what belongs into row i, column j where a matrix that is
// stored column after column has it. For a square one that is its transpose.
func writtenByColumn(to, m []float64, r, c int) {
	for i := range r {
		for j := range c {
			to[j*r+i] = m[i*c+j]
		}
	}
}

// readByColumn undoes writtenByColumn.
func readByColumn(to, m []float64, r, c int) {
	for i := range r {
		for j := range c {
			to[i*c+j] = m[j*r+i]
		}
	}
}

// gather gives every entry the sum or the mean of its column, of its row, or of
// all.
func gather(overRows, overColumns, mean bool) mover {
	return func(to, m []float64, r, c int) {
		// The first entry of each group keeps its sum.
		first := func(k int) int {
			switch {
			case overRows && overColumns:
				return 0
			case overRows:
				return k % c
			default:
				return k - k%c
			}
		}
		for k, v := range m {
			if k == first(k) {
				to[k] = 0
			}
			to[first(k)] += v
		}
		if mean {
			size := float64(len(m))
			if !overRows {
				size = float64(c)
			} else if !overColumns {
				size = float64(r)
			}
			for k := range m {
				if k == first(k) {
					to[k] /= size
				}
			}
		}
		for k := range m {
			to[k] = to[first(k)]
		}
	}
}

// from takes every entry from another place.
func from(where func(i, j, r, c int) (int, int)) mover {
	return func(to, m []float64, r, c int) {
		for i := range r {
			for j := range c {
				ii, jj := where(i, j, r, c)
				to[i*c+j] = m[ii*c+jj]
			}
		}
	}
}
