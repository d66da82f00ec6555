package diagnose

import "math"

// hypothesis says what an answer does at every node.
type hypothesis struct {
	derivative  *derivative
	entering    *entering
	combination *combination
	arrangement *arrangement
}

// rightly is what is right.
var rightly = hypothesis{&derivative{of: slope}, &entering{}, &combination{reduce: total}, &arrangement{}}

// deviations lists where h departs from what is right.
func (h *hypothesis) deviations() []deviation {
	var all []deviation
	for _, d := range []deviation{
		h.derivative.deviation, h.entering.deviation, h.combination.deviation, h.arrangement.deviation,
	} {
		if d.id != "" {
			all = append(all, d)
		}
	}
	return all
}

// without is h with what is right in place of its deviation of that name.
func (h hypothesis) without(id ID) hypothesis {
	switch id {
	case h.derivative.id:
		h.derivative = rightly.derivative
	case h.entering.id:
		h.entering = rightly.entering
	case h.combination.id:
		h.combination = rightly.combination
	case h.arrangement.id:
		h.arrangement = rightly.arrangement
	}
	return h
}

// sensible says whether h's parts go together.
func (h *hypothesis) sensible() bool {
	e, c, a := h.entering, h.combination, h.arrangement
	plain := e.join == nil && e.whole == nil
	switch {
	case e.bare && c.id != "":
		return false
	case c.woven != nil && (!plain || a.product != nil || a.rest):
		return false
	case a.product != nil && !plain:
		return false
	}
	return true
}

// local says whether what h gives for an entry depends on nothing but what
// belongs to this entry.
func (h *hypothesis) local() bool {
	a := h.arrangement
	return a.result == nil && a.upstream == nil && a.derivative == nil && a.product == nil
}

// prediction is what a hypothesis gives for the entries of a site. Scales say
// how large the numbers are that it is made of, whose rounding it has.
type prediction struct{ values, scales []float64 }

// room is space for predictions to be made in. Thousands of hypotheses are tried.
type room struct{ values, scales, moved, us, ups []float64 }

func grown(list []float64, n int) []float64 {
	if cap(list) < n {
		return make([]float64, n)
	}
	return list[:n]
}

// maxProduct bounds the multiplications of a matrix product.
const maxProduct = 1 << 19

// predict returns what h gives for all entries of s, or false if it can't give
// anything of that shape. The prediction is good until w is used again.
func (h *hypothesis) predict(s *site, w *room) (prediction, bool) {
	a := h.arrangement
	n := len(s.got)
	w.values, w.scales, w.us = grown(w.values, n), grown(w.scales, n), grown(w.us, len(s.up))
	d, ups := s.slopes(h.derivative), s.enters(h.entering)
	p := prediction{w.values, w.scales}
	switch {
	case a.product != nil:
		return p, h.multiply(s, &p, d, ups, w.us)
	case a.derivative != nil:
		w.moved = grown(w.moved, n)
		a.derivative(w.moved, d, s.rows, s.cols)
		d = w.moved
	case a.upstream != nil:
		ups = w.moveUpstream(s, a.upstream, ups)
	}
	for k := range n {
		p.values[k], p.scales[k] = h.entry(s, k, d[k], ups, w.us)
	}
	if a.result != nil {
		w.moved = grown(w.moved, n)
		a.result(w.moved, p.values, s.rows, s.cols)
		p.values = w.moved
	}
	if !h.local() {
		level(p.scales)
	}
	return p, true
}

// moveUpstream moves the entries of what each output sends back.
func (w *room) moveUpstream(s *site, move mover, ups [][]float64) [][]float64 {
	n := len(s.got)
	w.ups = grown(w.ups, n*len(ups))
	moved := make([][]float64, len(ups))
	for i, u := range ups {
		moved[i] = w.ups[i*n : (i+1)*n]
		move(moved[i], u, s.rows, s.cols)
	}
	return moved
}

// level makes all scales the largest: where entries move or are added up, so
// does their rounding.
func level(scales []float64) {
	most := 0.0
	for _, v := range scales {
		most = max(most, v)
	}
	for k := range scales {
		scales[k] = most
	}
}

// entry returns what h gives for entry k of s, unless h puts it elsewhere, and
// its scale. us is room for one number an output.
func (h *hypothesis) entry(s *site, k int, d float64, ups [][]float64, us []float64) (value, scale float64) {
	for i, u := range ups {
		us[i] = u[k]
		scale += math.Abs(u[k])
	}
	e, c, a := h.entering, h.combination, h.arrangement
	if a.part != nil && !a.part(k/s.cols, k%s.cols, s.rows, s.cols) {
		if a.rest {
			return c.reduce(us, s.kinds), scale
		}
		return 0, scale
	}
	if c.woven != nil {
		return c.woven(us, d, s.s[k]), scale
	}
	total := c.reduce(us, s.kinds)
	if e.whole != nil {
		total = e.whole(total)
		scale = max(scale, math.Abs(total))
	}
	if e.join != nil {
		return e.join(total, d, s.s[k], float64(len(us))), scale + 1
	}
	return total * d, scale * max(1, math.Abs(d))
}

// multiply predicts a matrix product.
func (h *hypothesis) multiply(s *site, p *prediction, d []float64, ups [][]float64, us []float64) bool {
	totals, rest := make([]float64, len(d)), make([]float64, len(d))
	for k := range totals {
		p.scales[k] = 0
		for i, u := range ups {
			us[i] = u[k]
			p.scales[k] += math.Abs(u[k])
		}
		totals[k] = h.combination.reduce(us, s.kinds)
		rest[k] = 1 - s.s[k]
	}
	product := h.arrangement.product(factors{
		up: &grid{s.rows, s.cols, totals}, d: &grid{s.rows, s.cols, d},
		s: &grid{s.rows, s.cols, s.s}, rest: &grid{s.rows, s.cols, rest},
	})
	if product == nil || product.r != s.rows || product.c != s.cols {
		return false
	}
	p.values = product.data
	level(p.scales)
	return true
}

// tolerance says how near a number has to come to what a hypothesis gives.
type tolerance struct{ relative, absolute float64 }

var (
	// exactly is for the same formula, written in another way.
	exactly = tolerance{1e-8, 1e-11}
	// roughly is for single precision, rounding and difference quotients.
	roughly = tolerance{2e-3, 2e-7}
)

func (t tolerance) of(value, scale float64) float64 {
	return t.relative*math.Abs(value) + t.absolute*scale
}

// meets says whether target is what a hypothesis gives. What isn't a number has
// to be the same.
func meets(target, value, tolerance float64) bool {
	switch {
	case math.IsNaN(value):
		return math.IsNaN(target)
	case math.IsInf(value, 0):
		return target == value
	}
	return math.Abs(target-value) <= tolerance && !math.IsInf(tolerance, 0)
}

// slackAt is the rounding in a site's target for entry k.
func (s *site) slackAt(k int) float64 {
	if s.slack == nil {
		return 0
	}
	return s.slack[k]
}

// holds says whether h, times the factor of a size, gives every number there is.
func (e *evidence) holds(h *hypothesis, z *size, t tolerance) bool {
	w := e.room
	if h.local() {
		for _, p := range e.probes {
			s, k := p.site, p.entry
			if s.skip[k] {
				continue
			}
			ups := s.enters(h.entering)
			*e.work -= len(ups)
			w.us = grown(w.us, len(ups))
			value, scale := h.entry(s, k, s.slopes(h.derivative)[k], ups, w.us)
			if !meets(s.target[k], z.of(s)*value, z.scaled(s, t.of(value, scale))+s.slackAt(k)) {
				return false
			}
		}
	}
	for _, s := range e.sites {
		if !e.spend(h, s) {
			return false
		}
		p, ok := h.predict(s, w)
		if !ok {
			return false
		}
		for k, value := range p.values {
			if s.skip[k] {
				continue
			}
			if !meets(s.target[k], z.of(s)*value, z.scaled(s, t.of(value, p.scales[k]))+s.slackAt(k)) {
				return false
			}
		}
	}
	return true
}

// spend pays for one prediction, or says that it is not to be had: that there is
// nothing left to pay with, or that it is a matrix product of large matrices.
func (e *evidence) spend(h *hypothesis, s *site) bool {
	price := len(s.up) + 1
	if h.arrangement.product != nil {
		price = s.rows + s.cols
		if len(s.got)*price > maxProduct {
			return false
		}
	}
	*e.work -= len(s.got) * price
	return *e.work > 0
}
