package diagnose

import "math"

// unstable finds nodes that were given the same numbers in both passes over a
// network and gave different ones. That it isn't just added up has been tried
// before.
func (e *evidence) unstable() []Finding {
	differ := make(map[int]bool)
	rightFirst, rightSecond := true, true
	for _, s := range e.sites {
		if s.first == nil || !s.sameGiven() {
			continue
		}
		if steady(s.got, s.first.got) {
			continue
		}
		differ[s.of] = true
		_, wrongs := s.first.marks()
		rightFirst = rightFirst && wrongs == 0
		_, wrongs = s.marks()
		rightSecond = rightSecond && wrongs == 0
	}
	if len(differ) == 0 {
		return nil
	}
	how := "the two passes over the same network give different gradients"
	switch {
	case rightFirst && !rightSecond:
		how = "what was right in the first pass over a network is wrong in the second"
	case rightSecond && !rightFirst:
		how = "what was wrong in the first pass over a network is right in the second"
	}
	return []Finding{word(deviation{Unstable, how}, len(differ))}
}

// steady says whether two passes gave the same, but for the order in which they
// added up.
func steady(a, b []float64) bool {
	most := math.Max(largest(a), largest(b))
	if math.IsInf(most, 0) || math.IsNaN(most) {
		most = 0
	}
	for k, v := range a {
		if !meets(v, b[k], 1e-9*math.Abs(b[k])+1e-12*most) {
			return false
		}
	}
	return true
}
