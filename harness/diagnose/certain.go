package diagnose

import (
	"fmt"
	"math"
	"strconv"
)

// certain says what is beyond doubt when nothing explains everything.
func (e *evidence) certain() Finding {
	found := word(deviation{Unexplained, "No single mistake that is known here explains all of your numbers. " + e.extent()}, e.failing())
	if p := e.parting(); p != nil {
		found.Message, found.Hint = "Certain is: your gradient is "+p.where+".", p.hint
	}
	return found
}

// ambiguous is certain for numbers that more than one idea explains.
func (e *evidence) ambiguous(fits []*explanation) []Finding {
	var ways []string
	seen := make(map[string]bool)
	for _, x := range fits {
		way := ""
		for _, d := range x.deviations() {
			if way != "" {
				way += ", and "
			}
			way += "“" + entryOf(d.id).Title + "”"
		}
		if !seen[way] {
			seen[way] = true
			ways = append(ways, way)
		}
	}
	if len(ways) > 2 {
		return []Finding{e.certain()}
	}
	found := e.certain()
	found.Message = fmt.Sprintf("Two mistakes would give your numbers: %s; or %s.", ways[0], ways[1])
	return []Finding{found}
}

// divide tells entries apart: those where is is true, and the others.
type divide struct {
	is        func(s *site, k int) bool
	yes, no   string // where that is
	hint      string // for when the entries where it is true are wrong
	otherHint string // for when the others are
}

// parting is a divide with everything wrong on one side.
type parting struct{ where, hint string }

const loopHint = "Follow your loop over the outputs by hand for such a node."

var divides = []divide{
	{is: func(s *site, _ int) bool { return len(s.up) > 1 },
		yes: "where a node has several outputs", no: "whenever it has one",
		hint:      "Follow your loop over the outputs by hand for two of them. What does the second turn do with what the first one has found?",
		otherHint: loopHint},
	{is: func(s *site, _ int) bool { return s.first != nil },
		yes: "in the second pass over a network", no: "in the first",
		hint:      "What is left over from the first pass when Backward is called again?",
		otherHint: "What is different in the first call of Backward for a node?"},
	{is: func(s *site, _ int) bool { return s.has("Sigmoid") },
		yes: "where an output is a Sigmoid", no: "where none is", hint: loopHint, otherHint: loopHint},
	{is: func(s *site, _ int) bool { return s.has("Linear") },
		yes: "where an output is a Linear", no: "where none is", hint: loopHint, otherHint: loopHint},
	{is: func(s *site, _ int) bool { return s.has("MSE") },
		yes: "where an output is the cost", no: "where none is", hint: loopHint, otherHint: loopHint},
	{is: func(s *site, _ int) bool { return len(s.kinds) == 1 && s.kinds[0] == "MSE" },
		yes: "where the cost is the node's only output", no: "elsewhere", hint: costHint, otherHint: costHint},
	{is: func(s *site, _ int) bool { return s.input == "" },
		yes: "where the node's input is fed", no: "where it is another node", hint: inputHint, otherHint: inputHint},
	{is: func(s *site, _ int) bool { return s.input == "Sigmoid" },
		yes: "where the node's input is a Sigmoid", no: "elsewhere", hint: inputHint, otherHint: inputHint},
	{is: func(s *site, _ int) bool { return s.input == "Linear" },
		yes: "where the node's input is a Linear", no: "elsewhere", hint: inputHint, otherHint: inputHint},
	{is: func(s *site, _ int) bool { return s.rows > 1 },
		yes: "where there are several rows", no: "where there is one row", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, _ int) bool { return s.cols > 1 },
		yes: "where there are several columns", no: "where there is one column", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, _ int) bool { return s.rows == s.cols },
		yes: "where there are as many rows as columns", no: "elsewhere", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, _ int) bool { return s.rows > s.cols },
		yes: "where there are more rows than columns", no: "elsewhere", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, _ int) bool { return s.rows < s.cols },
		yes: "where there are more columns than rows", no: "elsewhere", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, k int) bool { return k/s.cols == 0 },
		yes: "in the first row", no: "in the other rows", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, k int) bool { return k/s.cols == s.rows-1 },
		yes: "in the last row", no: "in the other rows", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, k int) bool { return k%s.cols == 0 },
		yes: "in the first column", no: "in the other columns", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, k int) bool { return k%s.cols == s.cols-1 },
		yes: "in the last column", no: "in the other columns", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, k int) bool { return k == 0 },
		yes: "in the first entry of every matrix", no: "in the other entries", hint: indexHint, otherHint: indexHint},
	{is: func(s *site, k int) bool { return s.x[k] < 0 },
		yes: "where the node's input is negative", no: "where it is not", hint: branchHint, otherHint: branchHint},
	{is: func(s *site, k int) bool { return s.x[k] > 0 },
		yes: "where the node's input is positive", no: "where it is not", hint: branchHint, otherHint: branchHint},
	{is: func(s *site, k int) bool { return s.right(k) < 0 },
		yes: "where it should be negative", no: "where it should not", hint: branchHint, otherHint: branchHint},
}

const (
	inputHint  = "Does your code take it for granted what kind of node the input is?"
	costHint   = "What does your code do otherwise for such a node? What the cost sends back is what any output sends back."
	indexHint  = "Print the indices that your loops run through for a matrix of two rows and three columns."
	branchHint = "Is there an if, a math.Abs, a min or a max on the way to these entries?"
	limitHint  = "What happens to each step of your formula with numbers as large as that?"
)

func (s *site) has(kind string) bool {
	for _, k := range s.kinds {
		if k == kind {
			return true
		}
	}
	return false
}

// minSide is how many entries, at least, there have to be on either side of a
// parting.
const minSide = 2

// parting finds the first divide with every wrong entry on one side and every
// right one on the other, or nil.
func (e *evidence) parting() *parting {
	for _, d := range divides {
		// count[is][right]
		var count [2][2]int
		e.each(func(s *site, k int, right bool) { count[index(d.is(s, k))][index(right)]++ })
		switch {
		case count[1][0] >= minSide && count[1][1] == 0 && count[0][1] >= minSide && count[0][0] == 0:
			return &parting{"wrong " + d.yes + ", and right " + d.no, d.hint}
		case count[0][0] >= minSide && count[0][1] == 0 && count[1][1] >= minSide && count[1][0] == 0:
			return &parting{"right " + d.yes + ", and wrong " + d.no, d.otherHint}
		}
	}
	for _, d := range []struct {
		what string
		of   func(s *site, k int) float64
	}{
		{"the node's input is", func(s *site, k int) float64 { return math.Abs(s.x[k]) }},
		{"what the outputs send back is", (*site).strength},
	} {
		if limit := e.limit(d.of); limit != "" {
			return &parting{"right where " + d.what + " within ±" + limit + ", and wrong where it is further from zero", limitHint}
		}
	}
	return nil
}

func index(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// each calls f for all entries that are right or wrong.
func (e *evidence) each(f func(s *site, k int, right bool)) {
	for _, s := range e.sites {
		for k := range s.got {
			if m := s.mark(k); m != neutral {
				f(s, k, m == correct)
			}
		}
	}
}

// limit finds a round number that all right entries are below and all wrong
// ones above, if that is so and there are enough of both.
func (e *evidence) limit(of func(s *site, k int) float64) string {
	below, above := 0.0, math.Inf(1)
	var count [2]int
	e.each(func(s *site, k int, right bool) {
		if s.first == nil {
			count[index(right)]++
		}
		if right {
			below = max(below, of(s, k))
		} else {
			above = min(above, of(s, k))
		}
	})
	if count[0] < minEntries || count[1] < minEntries || below >= above || below == 0 {
		return ""
	}
	for digits := 1; digits <= 3; digits++ {
		text := strconv.FormatFloat((below+above)/2, 'g', digits, 64)
		if v, err := strconv.ParseFloat(text, 64); err == nil && v >= below && v < above {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return ""
}

// extent says how much is right, and what the wrong entries have in common
// nevertheless.
func (e *evidence) extent() string {
	right, zeros, signs, sizes, odd, wrongs := 0, 0, 0, 0, 0, 0
	e.each(func(s *site, k int, isRight bool) {
		if isRight {
			right++
			return
		}
		wrongs++
		got, want := s.got[k], s.right(k)
		switch {
		case got == 0:
			zeros++
		case math.IsNaN(got) || math.IsInf(got, 0):
			odd++
		case got > 0 == (want > 0):
			signs++
		}
		if math.Abs(math.Abs(got)-math.Abs(want)) <= 1e-8*math.Abs(want) {
			sizes++
		}
	})
	switch {
	case wrongs == 0:
		return "Certain is only that something is wrong."
	case zeros == wrongs && right > 0:
		return "Certain is: some entries are left at zero, and all others are right."
	case odd == wrongs && right > 0:
		return "Certain is: some entries are not numbers (NaN or infinite), and all others are right."
	case sizes == wrongs:
		return "Certain is: every entry has the right size, and some have the wrong sign."
	case signs == wrongs && wrongs >= 2*minEntries:
		return "Certain is: every entry has the right sign, and some have the wrong size."
	}
	sound, all := 0, 0
	for _, s := range e.sites {
		if r, w := s.marks(); s.first == nil && r+w > 0 {
			all++
			sound += index(w == 0)
		}
	}
	if sound == 0 {
		return "Certain is: it is wrong at every node, so the smallest network shows it."
	}
	return fmt.Sprintf("Certain is: it is right at %d of %d nodes.", sound, all)
}
