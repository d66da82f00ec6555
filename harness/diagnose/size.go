package diagnose

import (
	"math"
	"strconv"
)

// size is the factor, sign included, by which all of an answer's gradients
// differ from what a hypothesis gives.
type size struct {
	law      *law
	constant float64
}

// law is a factor that depends on the shape.
type law struct {
	how string // the catalogue's message; "" for none
	of  func(rows, cols float64) float64
}

var laws = []*law{
	{"", func(_, _ float64) float64 { return 1 }},
	{"divided by the number of rows", func(r, _ float64) float64 { return 1 / r }},
	{"divided by the number of columns", func(_, c float64) float64 { return 1 / c }},
	{"divided by the number of entries", func(r, c float64) float64 { return 1 / (r * c) }},
	{"multiplied by the number of rows", func(r, _ float64) float64 { return r }},
	{"multiplied by the number of columns", func(_, c float64) float64 { return c }},
	{"multiplied by the number of entries", func(r, c float64) float64 { return r * c }},
	{"divided by the root of the number of rows", func(r, _ float64) float64 { return 1 / math.Sqrt(r) }},
}

// unchanged is the size of an answer that has the right one.
var unchanged = size{laws[0], 1}

func (z *size) of(s *site) float64 {
	if z.law == laws[0] {
		return z.constant
	}
	return z.constant * z.law.of(float64(s.rows), float64(s.cols))
}

// scaled is a tolerance for what z has made smaller or larger.
func (z *size) scaled(s *site, tolerance float64) float64 { return math.Abs(z.of(s)) * tolerance }

// deviations lists what is wrong with z: its sign, its amount, or both.
func (z *size) deviations() []deviation {
	var all []deviation
	if z.constant < 0 {
		all = append(all, deviation{WrongSign, ""})
	}
	amount := math.Abs(z.constant)
	switch {
	case z.law.how == "" && amount != 1:
		all = append(all, deviation{ScaledByConstant, number(amount) + " times what they should be"})
	case z.law.how != "" && amount == 1:
		all = append(all, deviation{ScaledByConstant, z.law.how})
	case z.law.how != "":
		all = append(all, deviation{ScaledByConstant, z.law.how + ", and " + number(amount) + " times that"})
	}
	return all
}

// odd says whether z's constant is neither a small whole number nor one over it,
// nor a power of ten.
func (z *size) odd() bool {
	amount := math.Abs(z.constant)
	if amount < 1 {
		amount = 1 / amount
	}
	whole := math.Round(amount)
	tens := math.Log10(amount)
	return !(math.Abs(amount-whole) <= 1e-6*amount && (whole <= 12 || math.Abs(tens-math.Round(tens)) < 1e-9))
}

// nearlyOne is how near to 1 a factor may come before it is rather for lack of
// precision.
const nearlyOne = 1e-5

// minEntries is how many numbers, at least, have to agree on a factor, or on
// two deviations at once, before it means something.
const minEntries = 3

// size finds the factor between h and the numbers that there are, or nil.
func (e *evidence) size(h *hypothesis) *size {
	type ratio struct {
		site *site
		c    float64
	}
	var ratios []ratio
	entries := 0
	for _, s := range e.sites {
		if !e.spend(h, s) {
			return nil
		}
		p, ok := h.predict(s, e.room)
		if !ok {
			return nil
		}
		c, n, ok := s.proportion(p)
		if !ok {
			return nil
		}
		if n > 0 {
			ratios = append(ratios, ratio{s, c})
			if s.first == nil {
				entries += n
			}
		}
	}
	if len(ratios) == 0 {
		return nil
	}
	for _, l := range laws {
		z := &size{law: l}
		agree := true
		for i, r := range ratios {
			c := r.c / l.of(float64(r.site.rows), float64(r.site.cols))
			if i == 0 {
				z.constant = c
			}
			agree = agree && math.Abs(c-z.constant) <= 1e-6*math.Abs(z.constant)
		}
		if !agree || !z.plausible() || entries < z.minEntries() || !e.holds(h, z, exactly) {
			continue
		}
		return z
	}
	return nil
}

// minEntries is how many entries have to agree on z.
func (z *size) minEntries() int {
	if z.odd() {
		return minEntries
	}
	return minEntries - 1
}

// plausible rounds z's constant and says whether it can be meant: beside a law,
// only a small whole number or one over it.
func (z *size) plausible() bool {
	for _, whole := range []float64{1, -1, 2, -2, 0.5, -0.5} {
		if math.Abs(z.constant-whole) <= 1e-7*math.Abs(whole) {
			z.constant = whole
			return z.law.how != "" || whole != 1
		}
	}
	amount := math.Abs(z.constant)
	return z.law.how == "" && amount > 1e-9 && amount < 1e9 && math.Abs(z.constant-1) > nearlyOne
}

// proportion returns the one factor between p and s's target, and how many
// entries that are large enough to tell have it; false if there is no such
// factor.
func (s *site) proportion(p prediction) (c float64, entries int, ok bool) {
	best := 0.0
	for k, value := range p.values {
		margin := exactly.of(value, p.scales[k])
		if s.skip[k] || value == 0 || math.IsInf(value, 0) || !(margin <= 1e-3*math.Abs(value)) {
			continue
		}
		entries++
		if certainty := math.Abs(value) / margin; certainty > best {
			best, c = certainty, s.target[k]/value
		}
	}
	if entries == 0 {
		return 0, 0, true
	}
	if c == 0 || math.IsNaN(c) || math.IsInf(c, 0) {
		return 0, 0, false
	}
	for k, value := range p.values {
		if s.skip[k] {
			continue
		}
		margin := 2*exactly.of(value, p.scales[k])*math.Abs(c) + s.slackAt(k)
		if !meets(s.target[k], c*value, margin) {
			return 0, 0, false
		}
	}
	return c, entries, true
}

// number writes a factor as people do: 1/3 rather than 0.3333.
func number(v float64) string {
	if inverse := math.Round(1 / v); inverse >= 3 && inverse <= 100 && math.Mod(inverse, 5) != 0 && inverse != 4 && math.Abs(v*inverse-1) < 1e-6 {
		return "1/" + strconv.FormatFloat(inverse, 'f', -1, 64)
	}
	digits := 4
	if math.Abs(v-1) < 1e-3 {
		digits = 8
	}
	return strconv.FormatFloat(v, 'g', digits, 64)
}
