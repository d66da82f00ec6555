package diagnose

import (
	"cmp"
	"math"
	"slices"

	"github.com/miniflow/grader/cases/problem"
)

// site is a Sigmoid node in one pass over its network: what its Backward was
// given, and what it gave. Every list of entries is row after row.
type site struct {
	of         int // the case's index
	node       string
	inputNode  string
	outputs    []string
	rows, cols int
	x, s       []float64
	up         [][]float64 // one matrix for each output
	kinds      []string    // which nodes the outputs are: "Linear", "Sigmoid" or "MSE"
	input      string      // which node the input is, "" for one that is fed
	got        []float64
	first      *site   // the same node in the first pass; nil in that pass
	moved      bool    // x or s is not what the network computes: something has changed it
	relative   float64 // how exact the case wants it

	skip   []bool    // entries of which nothing can be said
	target []float64 // what a hypothesis has to give: got, unless a view of the evidence says otherwise
	slack  []float64 // how much rounding is in target besides; nil for none

	memo *memo
}

// memo keeps what many hypotheses ask for.
type memo struct {
	derivatives map[*derivative][]float64
	enterings   map[*entering][][]float64
}

// unspeakable is the size from which on a number says nothing: its square
// overflows.
const unspeakable = 1e150

// observe gathers the sites of the cases that came to their end. It leaves out
// what doesn't have the shape that the case calls for.
func observe(all []Case) *evidence {
	work := maxWork
	e := &evidence{cases: all, work: &work, room: new(room)}
	for i := range all {
		c := &all[i]
		if c.Got == nil || c.Fault != nil {
			continue
		}
		want, err := c.Case.Want()
		if err != nil {
			continue // a case that isn't sound
		}
		kinds := make(map[string]string)
		for _, statement := range c.Case.Graph {
			kinds[statement.Name] = statement.Op
		}
		for k := range want.Passes[0].Sigmoids {
			first := newSite(c.Got.Passes[0].Sigmoids, want.Passes[0].Sigmoids, k, kinds)
			second := newSite(c.Got.Passes[1].Sigmoids, want.Passes[1].Sigmoids, k, kinds)
			if first == nil || second == nil {
				e.unreadable = true
				continue
			}
			first.of, second.of = i, i
			second.first = first
			first.relative = c.Case.Tolerance.Relative
			second.relative = first.relative
			e.sites = append(e.sites, first, second)
		}
	}
	e.order()
	return e
}

// newSite makes a site of the k-th observation, or returns nil if that isn't of
// the node that it should be of.
func newSite(got, want []problem.Observation, k int, kinds map[string]string) *site {
	if k >= len(got) || k >= len(want) {
		return nil
	}
	g, w := &got[k], &want[k]
	if len(g.Upstream) != len(w.Upstream) || len(w.Outputs) != len(w.Upstream) || len(w.Upstream) == 0 ||
		!alike(g.Input, w.Input) || !alike(g.Value, w.Input) || !alike(g.Gradient, w.Input) {
		return nil
	}
	s := &site{
		node: w.Node, inputNode: w.Input.Name, outputs: w.Outputs,
		rows: w.Input.Rows, cols: w.Input.Cols,
		x: g.Input.Data, s: g.Value.Data, got: g.Gradient.Data, target: g.Gradient.Data,
		input: kinds[w.Input.Name],
		moved: !same(g.Input.Data, w.Input.Data) || !same(g.Value.Data, w.Value.Data),
		skip:  make([]bool, len(w.Input.Data)),
		memo:  &memo{make(map[*derivative][]float64), make(map[*entering][][]float64)},
	}
	for i, u := range g.Upstream {
		if !alike(u, w.Input) {
			return nil
		}
		s.up = append(s.up, u.Data)
		s.kinds = append(s.kinds, kinds[w.Outputs[i]])
	}
	for k := range s.skip {
		s.skip[k] = !speakable(s.x[k]) || !speakable(s.s[k])
		for _, u := range s.up {
			s.skip[k] = s.skip[k] || !speakable(u[k])
		}
	}
	return s
}

// alike says whether m has w's shape, and entries to go with it.
func alike(m, w problem.Matrix) bool {
	return m.Rows == w.Rows && m.Cols == w.Cols && len(m.Data) == len(w.Data) && len(m.Data) > 0
}

// same says whether two lists have the same numbers, but for rounding.
func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(v, w float64) bool {
		return v == w || math.Abs(v-w) <= 1e-12*math.Abs(w)
	})
}

func speakable(v float64) bool { return math.Abs(v) < unspeakable } // false for NaN

// slopes returns d's entries.
func (s *site) slopes(d *derivative) []float64 {
	if known := s.memo.derivatives[d]; known != nil {
		return known
	}
	entries := make([]float64, len(s.x))
	for k := range entries {
		entries[k] = d.of(s.x[k], s.s[k])
	}
	s.memo.derivatives[d] = entries
	return entries
}

// enters returns what the outputs send back, as e alters it.
func (s *site) enters(e *entering) [][]float64 {
	if e.each == nil {
		return s.up
	}
	if known := s.memo.enterings[e]; known != nil {
		return known
	}
	var all [][]float64
	for _, u := range s.up {
		all = append(all, e.each(u))
	}
	s.memo.enterings[e] = all
	return all
}

// strength is how much the outputs send back for entry k, whatever the signs.
func (s *site) strength(k int) float64 {
	sum := 0.0
	for _, u := range s.up {
		sum += math.Abs(u[k])
	}
	return sum
}

// right is the right answer for entry k.
func (s *site) right(k int) float64 {
	sum := 0.0
	for _, u := range s.up {
		sum += u[k]
	}
	return sum * slope(0, s.s[k])
}

// mark is what is to be said of an entry.
type mark uint8

const (
	neutral mark = iota // nothing: right and wrong look the same there
	correct
	wrong
)

// mark compares entry k with the right answer, as exactly as the case wants it.
// An entry that is all but zero, and ought to be, is neutral.
func (s *site) mark(k int) mark {
	if s.skip[k] {
		return neutral
	}
	want, got := s.right(k), s.got[k]
	rounding := 1e-14 * s.strength(k)
	switch {
	case !(math.Abs(got-want) <= min(s.relative, 1e-6)*math.Abs(want)+rounding):
		return wrong
	case math.Abs(want) <= 1e3*rounding:
		return neutral
	default:
		return correct
	}
}

// marks counts the entries that are right and that are wrong.
func (s *site) marks() (right, wrongs int) {
	for k := range s.got {
		switch s.mark(k) {
		case correct:
			right++
		case wrong:
			wrongs++
		}
	}
	return right, wrongs
}

// maxWork bounds what one diagnosis computes, in entries: some 100 ms. The
// built-in suite takes a tenth of it at most.
const maxWork = 5_000_000

// evidence is all that there is to explain.
type evidence struct {
	cases      []Case
	sites      []*site
	unreadable bool // something came back that didn't fit
	work       *int // what is left of maxWork
	room       *room

	// What a view takes for granted, besides what its hypotheses say.
	kept     bool // the second pass adds to the first
	overflow bool // what isn't a number far from zero is of no account
	probes   []probe
}

// probe is an entry to try a hypothesis on first.
type probe struct {
	site  *site
	entry int
}

// order puts the sites first that refute a wrong hypothesis soonest: where
// something is wrong, in a matrix with a shape to speak of, the small ones
// first.
func (e *evidence) order() {
	type rank struct {
		right bool
		tiny  bool
		size  int
	}
	ranks := make(map[*site]rank, len(e.sites))
	for _, s := range e.sites {
		_, wrongs := s.marks()
		ranks[s] = rank{wrongs == 0, len(s.got) < 4, len(s.got)}
	}
	slices.SortStableFunc(e.sites, func(a, b *site) int {
		ra, rb := ranks[a], ranks[b]
		return cmp.Or(before(ra.right, rb.right), before(ra.tiny, rb.tiny), cmp.Compare(ra.size, rb.size))
	})
}

// before orders what is false before what is true.
func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// maxProbes is enough to refute all but a few hypotheses in a thousand.
const maxProbes = 12

// probe chooses entries of as many sites as possible.
func (e *evidence) probe() {
	e.probes = nil
	for round := 0; len(e.probes) < maxProbes && round < maxProbes; round++ {
		for _, s := range e.sites {
			if k := s.nth(round); k >= 0 && len(e.probes) < maxProbes && s.first == nil {
				e.probes = append(e.probes, probe{s, k})
			}
		}
	}
}

// nth is the n-th entry, from 0, that isn't right, or -1.
func (s *site) nth(n int) int {
	for k := range s.got {
		if s.mark(k) == wrong {
			if n == 0 {
				return k
			}
			n--
		}
	}
	return -1
}

// right says whether nothing is wrong at any node.
func (e *evidence) right() bool {
	for _, s := range e.sites {
		if _, wrongs := s.marks(); wrongs > 0 {
			return false
		}
	}
	return true
}

// failing counts the cases with numbers that did not pass.
func (e *evidence) failing() int {
	seen := make(map[int]bool)
	for _, s := range e.sites {
		if !e.cases[s.of].Passed {
			seen[s.of] = true
		}
	}
	return len(seen)
}
