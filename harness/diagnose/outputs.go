package diagnose

// combination is how a node with several outputs puts together what they send
// back. One that is right for a node with one output only shows where there are
// several.
type combination struct {
	deviation

	// reduce combines the outputs' entries; kinds says which nodes the outputs
	// are. The result is multiplied by the derivative.
	reduce func(us []float64, kinds []string) float64

	// woven, if set, takes the place of reduce and of the multiplication: the
	// derivative d, where the value is s, enters in some turn of the loop.
	woven func(us []float64, d, s float64) float64
}

// combinations lists the wrong ones.
func combinations() []*combination {
	return []*combination{
		picking(KeepsOnlyLast, "", func(i, n int) bool { return i == n-1 }),
		picking(KeepsOnlyFirst, "", func(i, _ int) bool { return i == 0 }),
		picking(SkipsAnOutput, "the last output", func(i, n int) bool { return i < n-1 }),
		picking(SkipsAnOutput, "the last output", func(i, n int) bool { return i < n-1 || n == 1 }),
		picking(SkipsAnOutput, "the first output", func(i, _ int) bool { return i > 0 }),
		picking(SkipsAnOutput, "the first output", func(i, n int) bool { return i > 0 || n == 1 }),
		picking(SkipsAnOutput, "every second output", func(i, _ int) bool { return i%2 == 0 }),
		picking(SkipsAnOutput, "every second output", func(i, n int) bool { return i%2 == 1 || n == 1 }),
		picking(SkipsAnOutput, "every output but the first two", func(i, _ int) bool { return i < 2 }),
		picking(SkipsAnOutput, "every output but the last two", func(i, n int) bool { return i >= n-2 }),
		picking(SkipsAnOutput, "every output but the first and the last", func(i, n int) bool { return i == 0 || i == n-1 }),
		picking(SkipsAnOutput, "every output of a node that has several", func(_, n int) bool { return n == 1 }),
		sorting("an output that is a Sigmoid", func(kind string) bool { return kind != "Sigmoid" }),
		sorting("an output that is a Linear", func(kind string) bool { return kind != "Linear" }),
		sorting("the cost itself", func(kind string) bool { return kind != "MSE" }),
		sorting("every output that is not a Linear", func(kind string) bool { return kind == "Linear" }),
		sorting("every output that is not a Sigmoid", func(kind string) bool { return kind == "Sigmoid" }),

		{deviation: deviation{AveragesOutputs, ""}, reduce: func(us []float64, kinds []string) float64 {
			return total(us, kinds) / float64(len(us))
		}},
		{deviation: deviation{AveragesOutputs, ""}, reduce: func(us []float64, _ []string) float64 {
			mean := us[0]
			for _, u := range us[1:] {
				mean = (mean + u) / 2
			}
			return mean
		}},

		{deviation: deviation{MultipliesOutputs, ""}, reduce: func(us []float64, _ []string) float64 {
			product := 1.0
			for _, u := range us {
				product *= u
			}
			return product
		}},
		{deviation: deviation{MultipliesOutputs, ""}, woven: func(us []float64, d, _ float64) float64 {
			product := 1.0
			for _, u := range us {
				product *= u * d
			}
			return product
		}},
		{deviation: deviation{MultipliesOutputs, ""}, reduce: func(us []float64, _ []string) float64 {
			sum, product := 0.0, 1.0
			for _, u := range us {
				product *= u
				sum += product
			}
			return sum
		}},
		{deviation: deviation{MultipliesOutputs, ""}, woven: func(us []float64, d, _ float64) float64 {
			sum, product := 0.0, 1.0
			for _, u := range us {
				product *= u * d
				sum += product
			}
			return sum
		}},

		{deviation: deviation{SubtractsOutputs, ""}, reduce: func(us []float64, _ []string) float64 {
			rest := us[0]
			for _, u := range us[1:] {
				rest -= u
			}
			return rest
		}},

		repeating("all that they send back is in your gradient once for each of them",
			func(_, n int) int { return n }),
		repeating("what the first ones send back is in your gradient more than once",
			func(i, n int) int { return n - i }),
		repeating("what the later ones send back is in your gradient more than once",
			func(i, _ int) int { return i + 1 }),
		repeating("what the last one sends back is in your gradient as often as there are outputs, and nothing else is",
			func(i, n int) int { return n * index(i == n-1) }),
		repeating("what the first one sends back is in your gradient as often as there are outputs, and nothing else is",
			func(i, n int) int { return n * index(i == 0) }),
		repeating("what the last one sends back is in your gradient twice",
			func(i, n int) int { return 1 + index(n > 1 && i == n-1) }),
		repeating("what the first one sends back is in your gradient twice",
			func(i, n int) int { return 1 + index(n > 1 && i == 0) }),

		choosing("the largest", func(a, b float64) bool { return a > b }),
		choosing("the smallest", func(a, b float64) bool { return a < b }),
		choosing("the strongest", func(a, b float64) bool { return max(a, -a) > max(b, -b) }),

		{deviation: deviation{DerivativePerOutput, ""}, woven: func(us []float64, d, _ float64) float64 {
			sum := 0.0
			for _, u := range us {
				sum = (sum + u) * d
			}
			return sum
		}},
		{deviation: deviation{DerivativePerOutput, ""}, woven: func(us []float64, d, _ float64) float64 {
			sum, power := 0.0, 1.0
			for _, u := range us {
				power *= d
				sum += u * power
			}
			return sum
		}},
		{deviation: deviation{DerivativePerOutput, ""}, woven: func(us []float64, d, _ float64) float64 {
			sum := total(us, nil)
			for range us {
				sum *= d
			}
			return sum
		}},
		{deviation: deviation{ValueOverwritten, ""}, woven: func(us []float64, _, s float64) float64 {
			sum := 0.0
			for _, u := range us {
				s = slope(0, s)
				sum += u * s
			}
			return sum
		}},
	}
}

func total(us []float64, _ []string) float64 {
	sum := 0.0
	for _, u := range us {
		sum += u
	}
	return sum
}

// picking sums the outputs for which use, told the index and how many there are,
// is true.
func picking(id ID, how string, use func(i, n int) bool) *combination {
	return &combination{deviation: deviation{id, how}, reduce: func(us []float64, _ []string) float64 {
		sum := 0.0
		for i, u := range us {
			if use(i, len(us)) {
				sum += u
			}
		}
		return sum
	}}
}

// sorting sums the outputs of some kinds.
func sorting(how string, use func(kind string) bool) *combination {
	return &combination{deviation: deviation{SkipsAnOutput, how}, reduce: func(us []float64, kinds []string) float64 {
		sum := 0.0
		for i, u := range us {
			if use(kinds[i]) {
				sum += u
			}
		}
		return sum
	}}
}

// repeating sums the outputs, each so many times.
func repeating(how string, times func(i, n int) int) *combination {
	return &combination{deviation: deviation{RepeatsOutputs, how}, reduce: func(us []float64, _ []string) float64 {
		sum := 0.0
		for i, u := range us {
			sum += float64(times(i, len(us))) * u
		}
		return sum
	}}
}

// choosing takes the one output that comes before all others.
func choosing(how string, before func(a, b float64) bool) *combination {
	return &combination{deviation: deviation{KeepsOnlyOne, how}, reduce: func(us []float64, _ []string) float64 {
		best := us[0]
		for _, u := range us[1:] {
			if before(u, best) {
				best = u
			}
		}
		return best
	}}
}
