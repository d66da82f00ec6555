package diagnose

import (
	"math"
	"slices"
	"strings"
)

// hardCoded finds numbers that don't come of the input: right in some cases, and
// in all others the same few whatever a node was given.
func (e *evidence) hardCoded() []Finding {
	rightCases, wrongCases := make(map[int]bool), make(map[int]bool)
	for _, s := range e.sites {
		right, wrongs := s.marks()
		if wrongs > 0 {
			wrongCases[s.of] = true
		} else if right > 0 {
			rightCases[s.of] = true
		}
	}
	for of := range wrongCases {
		delete(rightCases, of)
	}
	if len(rightCases) == 0 || len(wrongCases) < 2 || !e.foreign(wrongCases, len(rightCases) == 1) {
		return nil
	}
	if e.borrowed(rightCases, wrongCases) {
		return []Finding{{
			ID:       Unexplained,
			Message:  "Certain is: in some networks your gradients are, number for number, those of other networks.",
			Hint:     "Does Backward keep anything from one call to the next, such as a map or a matrix outside of it?",
			Explains: len(wrongCases),
		}}
	}
	var names []string
	for of := range rightCases {
		names = append(names, e.cases[of].Case.Name)
	}
	slices.Sort(names)
	how := strings.Join(names, ", ")
	if len(names) > 3 {
		how = strings.Join(names[:3], ", ") + " and some others"
	}
	return []Finding{word(deviation{HardCoded, how}, len(wrongCases))}
}

// foreign says whether what the wrong cases have doesn't come of their input:
// numbers other than zero come up again in other cases, or, if zero will do,
// there are none.
func (e *evidence) foreign(wrongCases map[int]bool, zeroWillDo bool) bool {
	cases := make(map[uint64]map[int]bool) // where a number comes up, by its bits
	entries, zeros := 0, 0
	for _, s := range e.sites {
		if s.first != nil {
			continue
		}
		for _, v := range s.got {
			bits := math.Float64bits(v)
			if cases[bits] == nil {
				cases[bits] = make(map[int]bool)
			}
			cases[bits][s.of] = true
		}
		if wrongCases[s.of] {
			entries += len(s.got)
		}
	}
	repeated, total := 0, 0
	for _, s := range e.sites {
		if s.first != nil || !wrongCases[s.of] {
			continue
		}
		for _, v := range s.got {
			switch {
			case v == 0:
				zeros++
			default:
				total++
				if len(cases[math.Float64bits(v)]) > 1 {
					repeated++
				}
			}
		}
	}
	if entries < 2*minEntries || total > 0 && e.signsRight(wrongCases) {
		return false
	}
	if total == 0 {
		return zeroWillDo && zeros == entries && e.parting() == nil
	}
	return 10*repeated >= 9*total
}

// signsRight says whether the numbers of some cases have the signs that they
// should have, of both kinds. Numbers that don't come of the input don't.
func (e *evidence) signsRight(of map[int]bool) bool {
	positive, negative := 0, 0
	for _, s := range e.sites {
		if !of[s.of] {
			continue
		}
		for k, v := range s.got {
			want := s.right(k)
			switch {
			case v*want < 0:
				return false
			case v > 0 && want > 0:
				positive++
			case v < 0 && want < 0:
				negative++
			}
		}
	}
	return positive >= minEntries && negative >= minEntries
}

// borrowed says whether what the wrong cases have is right in others, in more
// than one: such numbers were computed there, and kept.
func (e *evidence) borrowed(rightCases, wrongCases map[int]bool) bool {
	sources := make(map[uint64]int)
	for _, s := range e.sites {
		if rightCases[s.of] {
			for _, v := range s.got {
				sources[math.Float64bits(v)] = s.of
			}
		}
	}
	from := make(map[int]bool)
	for _, s := range e.sites {
		if !wrongCases[s.of] {
			continue
		}
		for _, v := range s.got {
			if of, ok := sources[math.Float64bits(v)]; ok && v != 0 {
				from[of] = true
			}
		}
	}
	return len(from) > 1
}
