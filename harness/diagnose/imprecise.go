package diagnose

import (
	"fmt"
	"math"
)

// imprecise finds numbers that are nearly right everywhere, or nearly what one
// single deviation gives.
func (e *evidence) imprecise() []Finding {
	views := []*evidence{e}
	if without := e.withoutOverflow(); without != nil {
		views = append(views, without)
	}
	for _, v := range views {
		if how := v.nearlyRight(); how != "" {
			x := &explanation{view: v, hypothesis: rightly, size: unchanged}
			return besides(x.findings(), word(deviation{Imprecise, how}, e.failing()))
		}
	}
	var found []*explanation
	for _, h := range hypotheses().singles {
		x := &explanation{view: e, hypothesis: h, size: unchanged}
		if e.holds(&h, &unchanged, roughly) && x.meaningful(2) {
			found = append(found, x)
		}
	}
	if len(found) == 0 || *e.work <= 0 {
		return nil
	}
	for _, x := range found {
		if x.ideas() != found[0].ideas() {
			return nil
		}
	}
	return besides(found[0].findings(), word(deviation{Imprecise, nearby}, e.failing()))
}

// besides adds to findings that the numbers are imprecise, which then are not
// nearly right.
func besides(found []Finding, imprecise Finding) []Finding {
	if len(found) > 0 {
		imprecise.Message = "Besides, your numbers are not as precise as they could be."
	}
	return append(found, imprecise)
}

const nearby = "they are off by up to one part in a thousand"

// nearlyRight says in which way everything is nearly right, or nothing.
func (e *evidence) nearlyRight() string {
	if e.blurred() {
		return e.offBy()
	}
	for digits := 1; digits <= 8; digits++ {
		if e.rounded(digits) {
			return fmt.Sprintf("they are rounded to %d digits after the point", digits)
		}
	}
	return ""
}

// blurred says whether everything is nearly right, and hardly anything exactly.
func (e *evidence) blurred() bool {
	off, all := 0, 0
	e.each(func(s *site, k int, _ bool) {
		all++
		want := s.right(k)
		off += index(!(math.Abs(s.got[k]-want) <= 1e-13*math.Abs(want)+1e-15*s.strength(k)))
	})
	return 2*off >= all && e.holds(&rightly, &unchanged, roughly)
}

// offBy says how far numbers that are nearly right are from being so, of those
// that are not all but zero.
func (e *evidence) offBy() string {
	most := 0.0
	e.each(func(s *site, k int, _ bool) {
		if want := s.right(k); math.Abs(want) > 1e-3*s.strength(k) {
			most = max(most, math.Abs(s.got[k]-want)/math.Abs(want))
		}
	})
	if most == 0 {
		return "they are not near enough where the node is saturated"
	}
	return fmt.Sprintf("they are off by up to %.0e of their size", most)
}

// rounded says whether all that is given is right but for rounding to so many
// digits after the point, once for each output or once altogether, and whether
// there is enough that rounding leaves over.
func (e *evidence) rounded(digits int) bool {
	scale := math.Pow10(digits)
	values := make(numbers)
	for _, s := range e.sites {
		for k, v := range s.got {
			if s.skip[k] {
				continue
			}
			steps := v * scale
			if !(math.Abs(steps) < 1e9) || math.Abs(steps-math.Round(steps)) > 1e-6 {
				return false
			}
			if math.Abs(v-s.right(k)) > float64(len(s.up))/scale {
				return false
			}
			if v != 0 {
				values.add(v)
			}
		}
	}
	return len(values) >= 2*minEntries
}
