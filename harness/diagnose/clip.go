package diagnose

import "math"

// clips lists hypotheses with a limit that the grammar doesn't know: it is found
// where several entries of different nodes come to the same.
func (e *evidence) clips() []hypothesis {
	var found []hypothesis
	if limit := e.commonest(func(s *site, k int) float64 { return s.target[k] }); limit > 0 {
		h := rightly
		h.arrangement = &arrangement{
			deviation: deviation{GradientAltered, clip(limit).how},
			result:    func(to, m []float64, _, _ int) { copy(to, entrywise(clip(limit).of)(m)) },
		}
		found = append(found, h)
	}
	if limit := e.commonest(func(s *site, k int) float64 { return s.target[k] / slope(0, s.s[k]) }); limit > 0 {
		limit = tidy(limit)
		each, whole := rightly, rightly
		each.entering = &entering{deviation: deviation{UpstreamAltered, clip(limit).how}, each: entrywise(clip(limit).of)}
		whole.entering = &entering{deviation: deviation{UpstreamAltered, clip(limit).how}, whole: clip(limit).of}
		found = append(found, each, whole)
	}
	return found
}

// commonest is the size that most wrong entries have, but for rounding, or 0 if
// few have the same.
func (e *evidence) commonest(of func(s *site, k int) float64) float64 {
	count := make(map[int64]int)
	best, most := 0.0, minEntries-1
	for _, s := range e.sites {
		if s.first != nil {
			continue
		}
		for k := range s.got {
			v := math.Abs(of(s, k))
			if s.mark(k) != wrong || !speakable(v) || v == 0 {
				continue
			}
			// Ten digits, with the exponent: the same for what is the same.
			fraction, exponent := math.Frexp(v)
			key := int64(math.Round(fraction*1e10))*4096 + int64(exponent)
			count[key]++
			if count[key] > most {
				best, most = v, count[key]
			}
		}
	}
	return best
}

// tidy rounds away what a division has left.
func tidy(v float64) float64 {
	digits := math.Pow10(9 - int(math.Floor(math.Log10(v))))
	if rounded := math.Round(v*digits) / digits; speakable(rounded) && rounded > 0 {
		return rounded
	}
	return v
}
