package diagnose

import "math"

// plain finds what needs no hypothesis: gradients that are all zero, all
// anything but numbers, or all the same number.
func (e *evidence) plain() []Finding {
	var id ID
	switch {
	case e.all(func(v float64) bool { return v == 0 }):
		id = LeftAtZero
	case e.all(func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }):
		id = NotANumber
	case e.constant():
		id = ConstantGradient
	default:
		return nil
	}
	return []Finding{word(deviation{id: id}, e.failing())}
}

// all says whether is is true of all that Backward gave from sound numbers.
func (e *evidence) all(is func(v float64) bool) bool {
	seen := false
	for _, s := range e.sites {
		for k, v := range s.got {
			if s.skip[k] {
				continue
			}
			if !is(v) {
				return false
			}
			seen = true
		}
	}
	return seen
}

// constant says whether all gradients are one number although they ought to be
// several.
func (e *evidence) constant() bool {
	constant, nodes := math.NaN(), 0
	wanted := make(numbers)
	for _, s := range e.sites {
		if s.first == nil {
			nodes++
		}
		for k, v := range s.got {
			if s.skip[k] {
				continue
			}
			if math.IsNaN(constant) {
				constant = v
			}
			if v != constant {
				return false
			}
			wanted.add(s.right(k))
		}
	}
	return nodes > 1 && len(wanted) >= minEntries
}
