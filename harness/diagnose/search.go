package diagnose

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// explanation is a hypothesis that gives all the numbers of a view.
type explanation struct {
	view *evidence
	hypothesis
	size   size
	misses int // entries too small to matter in which it is not what the student computed
}

// search looks for the simplest hypothesis that explains everything: one
// deviation, then two. Several that are the same idea are one; several that
// aren't are none.
func (e *evidence) search() []Finding {
	e.probe()
	if e.holds(&rightly, &unchanged, exactly) {
		return nil // too near to what is right to tell
	}
	views := e.views()
	for deviations := 1; deviations <= 2; deviations++ {
		var fits []*explanation
		for _, v := range views {
			fits = append(fits, v.explain(deviations-len(v.deviations()))...)
		}
		fits = slices.DeleteFunc(fits, func(x *explanation) bool { return !x.meaningful(deviations) })
		if *e.work <= 0 {
			return nil // what wasn't tried might have fitted as well
		}
		if len(fits) > 0 {
			return e.choose(withoutOdd(fits))
		}
	}
	return nil
}

// explain lists the hypotheses with exactly so many deviations that hold.
func (e *evidence) explain(deviations int) []*explanation {
	var fits []*explanation
	add := func(h hypothesis, z *size) {
		x := &explanation{view: e, hypothesis: h, size: *z}
		x.misses = x.missed()
		fits = append(fits, x)
	}
	if deviations == 0 {
		if e.holds(&rightly, &unchanged, exactly) {
			add(rightly, &unchanged)
		}
		return fits
	}
	if deviations < 0 {
		return nil
	}
	if z := e.size(&rightly); z != nil && len(z.deviations()) == deviations {
		add(rightly, z)
	}
	for _, h := range slices.Concat(hypotheses().singles, e.clips()) {
		if deviations == 1 && e.holds(&h, &unchanged, exactly) {
			add(h, &unchanged)
		}
		if deviations == 2 && !h.derivative.rare {
			if z := e.size(&h); z != nil && len(z.deviations()) == 1 {
				add(h, z)
			}
		}
	}
	if deviations == 2 {
		for _, h := range hypotheses().pairs {
			if e.holds(&h, &unchanged, exactly) {
				add(h, &unchanged)
			}
		}
	}
	return fits
}

// hypotheses are those with one and with two deviations, besides those of size.
// They are made when they are first asked for: every worker process initialises
// this package too and has no use for them.
var hypotheses = sync.OnceValue(enumerate)

type enumerated struct{ singles, pairs []hypothesis }

func enumerate() enumerated {
	var singles, pairs []hypothesis
	parts := [4][]hypothesis{}
	for _, d := range derivatives() {
		h := rightly
		h.derivative = d
		parts[0] = append(parts[0], h)
	}
	for _, e := range enterings() {
		h := rightly
		h.entering = e
		parts[1] = append(parts[1], h)
	}
	for _, c := range combinations() {
		h := rightly
		h.combination = c
		parts[2] = append(parts[2], h)
	}
	for _, a := range arrangements() {
		h := rightly
		h.arrangement = a
		parts[3] = append(parts[3], h)
	}
	for i, part := range parts {
		singles = append(singles, part...)
		for _, other := range parts[i+1:] {
			for _, a := range part {
				for _, b := range other {
					h := a.and(b)
					if h.arrangement.product == nil && !h.derivative.rare && h.sensible() {
						pairs = append(pairs, h)
					}
				}
			}
		}
	}
	return enumerated{singles, pairs}
}

// and has the deviations of both a and b, which are in different parts.
func (a hypothesis) and(b hypothesis) hypothesis {
	if b.derivative != rightly.derivative {
		a.derivative = b.derivative
	}
	if b.entering != rightly.entering {
		a.entering = b.entering
	}
	if b.combination != rightly.combination {
		a.combination = b.combination
	}
	if b.arrangement != rightly.arrangement {
		a.arrangement = b.arrangement
	}
	return a
}

// deviations lists all that x says, from the numbers of one entry to what is
// done with all of them.
func (x *explanation) deviations() []deviation {
	all := x.hypothesis.deviations()
	all = append(all, x.size.deviations()...)
	return append(all, x.view.deviations()...)
}

// meaningful says whether there are enough numbers to tell x from an accident:
// different ones that are wrong and not too small, and more of them the more
// freely x was chosen.
func (x *explanation) meaningful(deviations int) bool {
	given, wanted := make(numbers), make(numbers)
	for _, s := range x.view.sites {
		p, ok := x.predict(s, x.view.room)
		if s.first != nil && !x.view.kept || !ok {
			continue
		}
		for k, value := range p.values {
			far := exactly.of(value, p.scales[k]) <= 1e-3*max(math.Abs(value), math.Abs(s.right(k)))
			if far && s.mark(k) == wrong {
				given.add(math.Abs(s.got[k]))
				wanted.add(math.Abs(s.right(k)))
			}
		}
	}
	switch {
	case x.view.overflow:
		return true // it shows where nothing is a number
	case deviations == 1 && !x.size.odd():
		return len(wanted) >= minEntries-1
	default:
		return len(wanted) >= minEntries && len(given) >= minEntries
	}
}

// missed counts the entries that x gives only within what is allowed for
// rounding. They tell apart formulas that are the same but for how they round.
func (x *explanation) missed() int {
	misses := 0
	for _, s := range x.view.sites {
		p, ok := x.predict(s, x.view.room)
		if !ok {
			continue
		}
		for k, value := range p.values {
			value *= x.size.of(s)
			if !s.skip[k] && !meets(s.target[k], value, 1e-6*math.Abs(value)) {
				misses++
			}
		}
	}
	return misses
}

// withoutOdd drops the explanations whose factor nobody would write down, if
// there are others: such a factor fits many an accident.
func withoutOdd(fits []*explanation) []*explanation {
	odd := func(x *explanation) bool { return x.size.odd() }
	if rest := slices.DeleteFunc(slices.Clone(fits), odd); len(rest) > 0 {
		return rest
	}
	return fits
}

// choose makes findings of explanations, all of which hold and none of which is
// simpler than another.
func (e *evidence) choose(fits []*explanation) []Finding {
	slices.SortStableFunc(fits, func(a, b *explanation) int {
		return cmp.Or(cmp.Compare(a.misses, b.misses), cmp.Compare(a.rank(), b.rank()))
	})
	best := fits[0]
	for _, x := range fits[1:] {
		if x.ideas() != best.ideas() {
			return e.ambiguous(fits)
		}
	}
	return best.findings()
}

// rank is the place of x's deviations in the catalogue, together.
func (x *explanation) rank() int {
	sum := 0
	for _, d := range x.deviations() {
		sum += rankOf(d.id)
	}
	return sum
}

// ideas lists the ideas of the lesson that x is about.
func (x *explanation) ideas() string {
	var all []string
	for _, d := range x.deviations() {
		all = append(all, string(entryOf(d.id).Idea))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// findings words x, what shows in most cases first.
func (x *explanation) findings() []Finding {
	var found []Finding
	for _, d := range x.deviations() {
		found = append(found, word(d, x.explains(d.id)))
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(b.Explains, a.Explains) })
	return found
}

// explains counts the cases that did not pass in which it makes a difference
// that x has the deviation of that name.
func (x *explanation) explains(id ID) int {
	rest := x.hypothesis.without(id)
	restSize := x.size
	switch id {
	case WrongSign:
		restSize.constant = -restSize.constant
	case ScaledByConstant:
		restSize = size{laws[0], math.Copysign(1, restSize.constant)}
	}
	seen := make(map[int]bool)
	for _, s := range x.view.sites {
		if seen[s.of] || x.view.cases[s.of].Passed {
			continue
		}
		with, _ := x.predict(s, new(room))
		less, _ := rest.predict(s, new(room))
		for k := range s.got {
			a, b := x.size.of(s)*with.values[k], restSize.of(s)*less.values[k]
			differs := !meets(a, b, exactly.of(b, with.scales[k]+less.scales[k]))
			switch id {
			case AccumulatesAcrossPasses:
				differs = s.first != nil && s.first.got[k] != 0
			case ExpOverflows:
				differs = s.overflows(k)
			default:
				differs = differs && !s.skip[k]
			}
			if differs {
				seen[s.of] = true
				break
			}
		}
	}
	return len(seen)
}
