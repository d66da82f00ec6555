package random

import "math/rand/v2"

// source gives random numbers that are the same on every machine and with every
// version of Go: only the generator is the standard library's, whose algorithm is
// fixed, and not what is made of its bits.
type source struct{ pcg *rand.PCG }

func newSource(seed uint64, n int) source { return source{rand.NewPCG(seed, uint64(n))} }

// upTo gives a whole number from least to most. It is not quite uniform, by far
// less than anybody can see.
func (s source) upTo(least, most int) int {
	return least + int(s.pcg.Uint64()%uint64(most-least+1))
}

// chance is true once in so many times.
func (s source) chance(times int) bool { return s.upTo(1, times) == 1 }

// signed gives a number of two decimals whose size is from least to most
// hundredths.
func (s source) signed(least, most int) float64 {
	v := float64(s.upTo(least, most)) / 100
	if s.chance(2) {
		return -v
	}
	return v
}
