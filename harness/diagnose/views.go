package diagnose

import "math"

// views lists the ways to look at the numbers: as they are, as if the second
// pass had added to the first, and without what may have overflowed. A view
// that the numbers rule out is not among them.
func (e *evidence) views() []*evidence {
	views := []*evidence{e}
	if kept := e.lessFirstPass(); kept != nil {
		views = append(views, kept)
	}
	for _, v := range views {
		if without := v.withoutOverflow(); without != nil {
			views = append(views, without)
		}
	}
	return views
}

// deviations lists what a view takes for granted.
func (e *evidence) deviations() []deviation {
	var all []deviation
	if e.kept {
		all = append(all, deviation{AccumulatesAcrossPasses, ""})
	}
	if e.overflow {
		all = append(all, deviation{ExpOverflows, ""})
	}
	return all
}

// lessFirstPass is e with what the first pass had taken off what the second one
// has. It returns nil unless every node that was given the same in both passes
// then did the same in both.
func (e *evidence) lessFirstPass() *evidence {
	view := *e
	view.kept, view.sites = true, nil
	same := 0
	for _, s := range e.sites {
		less := *s
		if s.first != nil {
			less.target, less.slack = make([]float64, len(s.got)), make([]float64, len(s.got))
			for k, before := range s.first.got {
				less.target[k] = s.got[k] - before
				less.slack[k] = 1e-12 * (math.Abs(s.got[k]) + math.Abs(before))
			}
			if s.sameGiven() {
				for k, before := range s.first.got {
					if !meets(less.target[k], before, 1e-9*math.Abs(before)+less.slack[k]) {
						return nil
					}
					if before != 0 && !math.IsNaN(before) {
						same++
					}
				}
			}
		}
		view.sites = append(view.sites, &less)
	}
	if same == 0 {
		return nil
	}
	view.probe()
	return &view
}

// sameGiven says whether the node was given the same in both passes.
func (s *site) sameGiven() bool {
	f := s.first
	if f == nil || !identical(s.x, f.x) || !identical(s.s, f.s) {
		return false
	}
	for i := range s.up {
		if !identical(s.up[i], f.up[i]) {
			return false
		}
	}
	return true
}

func identical(a, b []float64) bool {
	for k, v := range a {
		if v != b[k] {
			return false
		}
	}
	return true
}

// farOut is the input from which on the square of its exponential, or that of
// its negative, is beyond all numbers.
const farOut = 354

func (s *site) overflows(k int) bool {
	return math.Abs(s.x[k]) > farOut && !speakable(s.got[k]) && speakable(s.s[k]) && speakable(s.strength(k))
}

// withoutOverflow is e without the entries that overflow, or nil if none does.
func (e *evidence) withoutOverflow() *evidence {
	view := *e
	view.overflow, view.sites = true, nil
	found := false
	for _, s := range e.sites {
		less := *s
		less.skip = append([]bool(nil), s.skip...)
		for k := range s.got {
			if s.overflows(k) {
				less.skip[k], found = true, true
			}
		}
		view.sites = append(view.sites, &less)
	}
	if !found {
		return nil
	}
	view.probe()
	return &view
}
