package audit

import (
	"gonum.org/v1/gonum/mat"

	"github.com/miniflow/grader/reference/miniflow"
)

// answer is a Backward in its parts. The zero value is right; a mistake changes
// one part, and two mistakes that change different parts can be made at once.
type answer struct {
	upstream   func(u float64) float64                             // alters what one output sends back; nil: as it is
	outputs    func(up []float64) float64                          // puts together what all outputs send back; nil: the sum
	derivative func(x, s float64) float64                          // of input and value; nil: s(1-s)
	woven      func(a *answer, up []float64, x, s float64) float64 // of one entry, in a loop over the outputs; nil: outputs, then join
	join       func(total, d float64, n int) float64               // with the derivative, of n outputs; nil: the product
	product    func(total, d *mat.Dense) *mat.Dense                // the same for whole matrices; nil: entry by entry
	constant   func(g *mat.Dense) float64                          // a factor; nil: 1
	arrange    func(g *mat.Dense) *mat.Dense                       // puts entries elsewhere; nil: none
	round      func(v float64) float64                             // each entry, at the end; nil: none
	remember   func(calls int, before, g *mat.Dense)               // what earlier calls did, and the node's gradient before (nil in the first pass); nil: nothing
	afterwards func(s *miniflow.Sigmoid)                           // is done when the gradient is set; nil: nothing
	instead    func(s *miniflow.Sigmoid)                           // is done instead of all the rest; nil: nothing
}

// backward makes a Backward that starts without a memory.
func (a answer) backward() func(*miniflow.Sigmoid) {
	calls := 0
	return func(s *miniflow.Sigmoid) {
		if a.instead != nil {
			a.instead(s)
			return
		}
		calls++
		in := s.Inbound()[0]
		before := s.Gradient(in)
		g := a.gradient(in.Value(), s.Value(), upstream(s))
		if a.remember != nil {
			a.remember(calls, before, g)
		}
		s.SetGradient(in, g)
		if a.afterwards != nil {
			a.afterwards(s)
		}
	}
}

// upstream is what each output of s sends back.
func upstream(s *miniflow.Sigmoid) []*mat.Dense {
	var all []*mat.Dense
	for _, n := range s.Outbound() {
		all = append(all, n.Gradient(s))
	}
	return all
}

// gradient computes the answer's gradient for the input x from the value and the
// upstream gradients, all of one shape.
func (a answer) gradient(x, value *mat.Dense, up []*mat.Dense) *mat.Dense {
	g := a.joined(x, value, up)
	if a.constant != nil {
		g.Scale(a.constant(g), g)
	}
	if a.arrange != nil {
		g = a.arrange(g)
	}
	if a.round != nil {
		g.Apply(func(_, _ int, v float64) float64 { return a.round(v) }, g)
	}
	return g
}

// joined is the gradient before anything is done to it as a whole.
func (a answer) joined(x, value *mat.Dense, up []*mat.Dense) *mat.Dense {
	var total, d, g mat.Dense
	d.Apply(func(i, j int, x float64) float64 { return a.slope(x, value.At(i, j)) }, x)
	if a.woven != nil {
		g.Apply(func(i, j int, x float64) float64 { return a.woven(&a, a.entries(up, i, j), x, value.At(i, j)) }, x)
		return &g
	}
	total.Apply(func(i, j int, _ float64) float64 { return a.total(a.entries(up, i, j)) }, x)
	if a.product != nil {
		return a.product(&total, &d)
	}
	g.Apply(func(i, j int, total float64) float64 { return a.enter(total, d.At(i, j), len(up)) }, &total)
	return &g
}

func (a answer) enter(total, d float64, outputs int) float64 {
	if a.join != nil {
		return a.join(total, d, outputs)
	}
	return total * d
}

// entries is what the outputs send back at one place.
func (a answer) entries(up []*mat.Dense, i, j int) []float64 {
	all := make([]float64, len(up))
	for k, u := range up {
		all[k] = u.At(i, j)
		if a.upstream != nil {
			all[k] = a.upstream(all[k])
		}
	}
	return all
}

func (a answer) total(up []float64) float64 {
	if a.outputs != nil {
		return a.outputs(up)
	}
	return sum(up)
}

func (a answer) slope(x, s float64) float64 {
	if a.derivative != nil {
		return a.derivative(x, s)
	}
	return s * (1 - s)
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
