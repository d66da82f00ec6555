package harness

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/problem"
)

// compareOutcomes compares what a worker claims with what the reference gives
// for the same case. The gradients come in the order of the case's compare,
// then what descent left behind; what is wrong there is said only if all else is
// right. A gradient that goes wrong only in the second
// pass over the graph is shown as that pass had it. The message names what is
// wrong, the gradients that have the same fault together, as in
//
//	W, X: 0.5 times what it should be; b: all zeros
//
// and is empty if everything passed.
func compareOutcomes(c *cases.Case, got, want *problem.Outcome) ([]Gradient, string) {
	var gradients []Gradient
	var faults faultList
	for i, w := range want.Passes[0].Gradients {
		g, fault := compareMatrix(c.Tolerance, nth(got.Passes[0].Gradients, i), w)
		if fault == "" {
			again, late := compareMatrix(c.Tolerance, nth(got.Passes[1].Gradients, i), want.Passes[1].Gradients[i])
			if late != "" {
				g, fault = again, late+keptState
			}
		}
		gradients = append(gradients, g)
		faults.add(w.Name, fault)
	}
	var late faultList
	for i, w := range want.Descent {
		g, fault := compareMatrix(c.Tolerance, nth(got.Descent, i), w)
		gradients = append(gradients, g)
		late.add(w.Name, fault)
	}
	if len(faults) == 0 { // else descent by wrong gradients goes wrong anyway
		faults = late
	}
	return gradients, faults.String()
}

// keptState is said of a gradient that is right in the first pass only.
const keptState = ", in the second pass only: something is kept from the first"

// faultList collects what is wrong with which gradients.
type faultList []struct {
	fault string
	names []string
}

func (l *faultList) add(name, fault string) {
	if fault == "" {
		return
	}
	for i := range *l {
		if (*l)[i].fault == fault {
			(*l)[i].names = append((*l)[i].names, name)
			return
		}
	}
	*l = append(*l, struct {
		fault string
		names []string
	}{fault, []string{name}})
}

func (l faultList) String() string {
	var all []string
	for _, f := range l {
		all = append(all, strings.Join(f.names, ", ")+": "+f.fault)
	}
	return strings.Join(all, "; ")
}

// nth returns the i-th matrix, or an empty one if a worker sent too few.
func nth(all []problem.Matrix, i int) problem.Matrix {
	if i >= len(all) {
		return problem.Matrix{}
	}
	return all[i]
}

// compareMatrix compares got with want, entry by entry, under the case's
// tolerance: see [cases.Tolerance]. The second result says what is wrong, to be
// read after the gradient's name and a colon, or is empty.
func compareMatrix(tol cases.Tolerance, got, want problem.Matrix) (Gradient, string) {
	g := Gradient{Name: want.Name, Status: Failed, Shape: [2]int{want.Rows, want.Cols}, Got: Rows{}, Want: rows(want)}
	if len(got.Data) != got.Rows*got.Cols {
		return g, fmt.Sprintf("not the numbers of a %s matrix", got.Shape())
	}
	g.Got = rows(got)
	c := tol.Compare(got, want)
	if !c.Fits {
		return g, fmt.Sprintf("%s instead of %s", got.Shape(), want.Shape())
	}
	maxAbs, maxRel := Number(c.MaxAbs), Number(c.MaxRel)
	g.MaxAbsError, g.MaxRelError = &maxAbs, &maxRel
	g.Worst = &[2]int{c.Worst / want.Cols, c.Worst % want.Cols}
	if c.Wrong == 0 {
		g.Status = Passed
		return g, ""
	}
	return g, extent(c.Wrong, got, want)
}

// extent says how many entries of got are wrong and what they have in common.
func extent(wrong int, got, want problem.Matrix) string {
	if largest := got.Largest(); largest == 0 {
		return "all zeros"
	} else if math.IsNaN(largest) || math.IsInf(largest, 0) {
		return "not a finite number"
	}
	switch factor := commonFactor(got, want); {
	case factor == -1:
		return "wrong sign"
	case factor != 0:
		return strconv.FormatFloat(factor, 'g', 4, 64) + " times what it should be"
	case wrong < len(got.Data):
		return fmt.Sprintf("wrong in %d of %d entries", wrong, len(got.Data))
	default:
		return "wrong"
	}
}

// commonFactor returns the factor that takes want to got, if one does so for
// every entry to within six digits, and 0 otherwise. Only factors that are whole,
// or parts of one, are told: a gradient of few entries has some factor in common
// with any other, which means nothing.
func commonFactor(got, want problem.Matrix) float64 {
	factor := 0.0
	for i, w := range want.Data {
		if w == 0 && got.Data[i] == 0 {
			continue
		}
		ratio := got.Data[i] / w
		if factor == 0 {
			factor = ratio
		}
		if ratio == 0 || math.IsInf(ratio, 0) || math.Abs(ratio-factor) > 1e-6*math.Abs(factor) {
			return 0
		}
	}
	switch {
	case whole(factor):
		factor = math.Round(factor)
	case !whole(1 / factor):
		return 0
	}
	if factor == 1 {
		return 0
	}
	return factor
}

// whole reports whether f is, but for rounding, a whole number of a size that
// somebody may have multiplied by.
func whole(f float64) bool {
	return f != 0 && math.Abs(f) < 50 && math.Abs(f-math.Round(f)) < 1e-6*math.Abs(f)
}

// rows turns a matrix into the rows that results show.
func rows(m problem.Matrix) Rows {
	if len(m.Data) == 0 {
		return Rows{} // m may claim a billion rows of nothing
	}
	all := make(Rows, 0, m.Rows)
	for i := range m.Rows {
		row := make([]Number, 0, m.Cols)
		for j := range m.Cols {
			row = append(row, Number(m.At(i, j)))
		}
		all = append(all, row)
	}
	return all
}
