package diagnose

import "math"

// entering is how what the outputs send back enters into a node's gradient. The
// zero value is the right way: as it is, times the derivative.
type entering struct {
	deviation
	each  func(u []float64) []float64          // alters the matrix that one output sends back
	whole func(total float64) float64          // alters what the outputs come to together
	join  func(total, d, s, n float64) float64 // puts it together with the derivative d, where the value is s, for n outputs
	bare  bool                                 // the upstream gradient is not in it at all
}

// enterings lists the wrong ways.
func enterings() []*entering {
	return append([]*entering{
		{deviation: deviation{IgnoresUpstream, ""}, bare: true, join: func(_, d, _, _ float64) float64 { return d }},
		{deviation: deviation{IgnoresUpstream, ""}, bare: true, join: func(_, d, _, n float64) float64 { return n * d }},
		{deviation: deviation{AddsUpstream, ""}, join: func(total, d, _, _ float64) float64 { return total + d }},
		{deviation: deviation{AddsUpstream, ""}, join: func(total, d, _, n float64) float64 { return total + n*d }},
		{deviation: deviation{SubtractsUpstream, ""}, join: func(total, d, _, _ float64) float64 { return total - d }},
		{deviation: deviation{SubtractsUpstream, ""}, join: func(total, d, _, n float64) float64 { return total - n*d }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return total*s - s*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, n float64) float64 { return total*s - n*s*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return total*s - s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, n float64) float64 { return total*s - n*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return total*s + 1 - s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return total*(1-s) + s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, n float64) float64 { return total*(1-s) + n*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return total - s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, n float64) float64 { return total - n*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return total - s*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, n float64) float64 { return total - n*s*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return s - total*s*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, n float64) float64 { return n*s - total*s*s }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return s * (1 - total) }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return (total + s) * (1 - s) }},
		{deviation: deviation{UpstreamInPart, ""}, join: func(total, _, s, _ float64) float64 { return s * (total - s) }},
	}, altered()...)
}

// alterations are what may be done to the upstream gradient, entry by entry.
func alterations() []alteration {
	return []alteration{
		{"without its sign", math.Abs},
		{"reduced to its sign", sign},
		{"reduced to its sign", func(u float64) float64 { return math.Copysign(1, u) }},
		{"squared", func(u float64) float64 { return u * u }},
		{"cubed", func(u float64) float64 { return u * u * u }},
		{"with everything below zero cut off", func(u float64) float64 { return max(u, 0) }},
		{"with everything above zero cut off", func(u float64) float64 { return min(u, 0) }},
		{"as one over it", func(u float64) float64 { return 1 / u }},
		{"as its square root", func(u float64) float64 { return math.Sqrt(math.Abs(u)) }},
		{"as its square root", func(u float64) float64 { return math.Copysign(math.Sqrt(math.Abs(u)), u) }},
		{"put through tanh", math.Tanh},
		{"put through a sigmoid", logistic},
		{"put through the exponential function", math.Exp},
		{"plus one", func(u float64) float64 { return u + 1 }},
		{"subtracted from one", func(u float64) float64 { return 1 - u }},
		{"multiplied by one minus itself", func(u float64) float64 { return u * (1 - u) }},
		{"clipped between 0 and 1", func(u float64) float64 { return min(1, max(0, u)) }},
		clip(0.001), clip(0.01), clip(0.1), clip(0.25), clip(0.5), clip(1), clip(2), clip(5), clip(10), clip(50), clip(100),
	}
}

type alteration struct {
	how string
	of  func(u float64) float64
}

func clip(limit float64) alteration {
	return alteration{"clipped to ±" + number(limit), func(u float64) float64 { return max(-limit, min(limit, u)) }}
}

func sign(u float64) float64 {
	switch {
	case u > 0:
		return 1
	case u < 0:
		return -1
	default:
		return u
	}
}

// altered lists the ways to use an altered upstream gradient.
func altered() []*entering {
	var all []*entering
	for _, a := range alterations() {
		how := deviation{UpstreamAltered, a.how}
		all = append(all,
			&entering{deviation: how, each: entrywise(a.of)},
			&entering{deviation: how, whole: a.of})
	}
	for _, size := range []func(u []float64) float64{
		norm,
		func(u []float64) float64 { return sumOf(u, math.Abs) },
		func(u []float64) float64 { return sumOf(u, func(v float64) float64 { return v }) },
		largest,
	} {
		all = append(all, &entering{deviation: deviation{UpstreamAltered, "divided by its own size"}, each: normalise(size)})
	}
	for _, limit := range []float64{0.1, 0.5, 1, 5, 10} {
		how := "clipped to a norm of " + number(limit)
		all = append(all, &entering{deviation: deviation{UpstreamAltered, how}, each: clipNorm(limit)})
	}
	return all
}

// normalise divides a matrix by its size.
func normalise(size func(u []float64) float64) func([]float64) []float64 {
	return func(u []float64) []float64 {
		by := size(u)
		return entrywise(func(v float64) float64 { return v / by })(u)
	}
}

// clipNorm scales a matrix down to a norm.
func clipNorm(limit float64) func([]float64) []float64 {
	return func(u []float64) []float64 {
		by := max(1, norm(u)/limit)
		return entrywise(func(v float64) float64 { return v / by })(u)
	}
}

func norm(u []float64) float64 {
	return math.Sqrt(sumOf(u, func(v float64) float64 { return v * v }))
}

func entrywise(f func(float64) float64) func([]float64) []float64 {
	return func(u []float64) []float64 {
		altered := make([]float64, len(u))
		for k, v := range u {
			altered[k] = f(v)
		}
		return altered
	}
}

func sumOf(u []float64, f func(float64) float64) float64 {
	sum := 0.0
	for _, v := range u {
		sum += f(v)
	}
	return sum
}

func largest(u []float64) float64 {
	most := 0.0
	for _, v := range u {
		most = max(most, math.Abs(v))
	}
	return most
}
