package diagnose

// grid is a matrix of r rows and c columns, row after row.
type grid struct {
	r, c int
	data []float64
}

// factors are the matrices that an answer may multiply: what the outputs send
// back together, the derivative, the value, and one minus it. All have the same
// shape.
type factors struct{ up, d, s, rest *grid }

// products are the ways to take matrix products where entries should be
// multiplied with each other. Those of a matrix and a transposed one, times a
// third, fit any shape; the others need a square, or fit by luck.
func products() []func(factors) *grid {
	var all []func(factors) *grid
	two := func(pick func(f factors) (a, b *grid)) {
		for _, multiply := range []func(a, b *grid) *grid{
			dot,
			func(a, b *grid) *grid { return dot(b, a) },
			func(a, b *grid) *grid { return dot(a, b.transposed()) },
			func(a, b *grid) *grid { return dot(b, a.transposed()) },
			func(a, b *grid) *grid { return dot(a.transposed(), b) },
			func(a, b *grid) *grid { return dot(b.transposed(), a) },
		} {
			all = append(all, func(f factors) *grid {
				a, b := pick(f)
				return multiply(a, b)
			})
		}
	}
	two(func(f factors) (a, b *grid) { return f.up, f.d })
	two(func(f factors) (a, b *grid) { return times(f.up, f.s), f.rest })
	two(func(f factors) (a, b *grid) { return times(f.up, f.rest), f.s })
	for _, multiply := range []func(a, b *grid) *grid{
		dot,
		func(a, b *grid) *grid { return dot(b, a) },
		func(a, b *grid) *grid { return dot(a, b.transposed()) },
		func(a, b *grid) *grid { return dot(a.transposed(), b) },
	} {
		all = append(all,
			func(f factors) *grid { return times(f.up, multiply(f.s, f.rest)) },
			func(f factors) *grid { return times(f.rest, multiply(f.up, f.s)) },
			func(f factors) *grid { return times(f.s, multiply(f.up, f.rest)) },
			func(f factors) *grid { return dot(f.up, multiply(f.s, f.rest)) },
			func(f factors) *grid { return dot(multiply(f.s, f.rest), f.up) },
		)
	}
	three := func(pick func(f factors) (a, b, c *grid)) {
		all = append(all,
			func(f factors) *grid { a, b, c := pick(f); return dot(dot(a, b.transposed()), c) },
			func(f factors) *grid { a, b, c := pick(f); return dot(dot(b, a.transposed()), c) },
			func(f factors) *grid { a, b, c := pick(f); return dot(c, dot(a.transposed(), b)) },
			func(f factors) *grid { a, b, c := pick(f); return dot(c, dot(b.transposed(), a)) },
		)
	}
	three(func(f factors) (a, b, c *grid) { return f.up, f.d, f.s })
	three(func(f factors) (a, b, c *grid) { return f.up, f.d, f.d })
	three(func(f factors) (a, b, c *grid) { return f.up, f.d, f.rest })
	three(func(f factors) (a, b, c *grid) { return f.up, f.s, f.rest })
	three(func(f factors) (a, b, c *grid) { return f.up, f.rest, f.s })
	three(func(f factors) (a, b, c *grid) { return f.d, f.d, f.up })
	three(func(f factors) (a, b, c *grid) { return f.s, f.rest, f.up })
	return all
}

// dot is the matrix product of a and b, or nil if the shapes don't fit.
func dot(a, b *grid) *grid {
	if a == nil || b == nil || a.c != b.r {
		return nil
	}
	p := &grid{a.r, b.c, make([]float64, a.r*b.c)}
	for i := range a.r {
		for k, v := range a.data[i*a.c : (i+1)*a.c] {
			for j, w := range b.data[k*b.c : (k+1)*b.c] {
				p.data[i*b.c+j] += v * w
			}
		}
	}
	return p
}

// times multiplies entry by entry. It returns nil if the shapes don't fit.
func times(a, b *grid) *grid {
	if a == nil || b == nil || a.r != b.r || a.c != b.c {
		return nil
	}
	p := &grid{a.r, a.c, make([]float64, len(a.data))}
	for k, v := range a.data {
		p.data[k] = v * b.data[k]
	}
	return p
}

func (g *grid) transposed() *grid {
	if g == nil {
		return nil
	}
	t := &grid{g.c, g.r, make([]float64, len(g.data))}
	for i := range g.r {
		for j := range g.c {
			t.data[j*g.r+i] = g.data[i*g.c+j]
		}
	}
	return t
}
