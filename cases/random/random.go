package random

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/miniflow/grader/cases"
)

// Spec says which random case is wanted.
type Spec struct {
	Seed   uint64
	N      int    // the number of the case among the seed's, from 1
	Prefix string // of its name, before a dash and the number; "random" if empty
	Hidden bool   // whether it is a hidden case
}

// Name is the name of the case, and of its file but for the ending.
func (s Spec) Name() string {
	prefix := s.Prefix
	if prefix == "" {
		prefix = "random"
	}
	return fmt.Sprintf("%s-%03d", prefix, s.N)
}

// maxAttempts bounds how many networks are tried for one case. On average, a few
// are.
const maxAttempts = 10_000

// fans are how many outputs the Sigmoid with the most of them is to have, case by
// case.
var fans = []int{1, 2, 1, 3, 2}

// trainedEvery is after how many cases there is one with gradient descent.
const trainedEvery = 6

// Case makes the case. It is read from the text that its YAML gives.
func (s Spec) Case() (*cases.Case, error) {
	src := newSource(s.Seed, s.N)
	for range maxAttempts {
		n := grow(src, fans[s.N%len(fans)])
		if s.N%trainedEvery == 0 {
			n.Descent = &cases.Descent{Steps: src.upTo(3, 20), LearningRate: float64(src.upTo(5, 30)) / 100, Update: n.update()}
		}
		want, ok := wellConditioned(&n.Problem)
		if !ok {
			continue
		}
		return s.write(n, want)
	}
	return nil, fmt.Errorf("no case %d of seed %d in %d attempts", s.N, s.Seed, maxAttempts)
}

// write makes a case file of a network, and reads it as any other.
func (s Spec) write(n *network, want *cases.Outcome) (*cases.Case, error) {
	most, sigmoids := n.outputs()
	c := &cases.Case{
		Problem:     n.Problem,
		Description: describe(n, most, sigmoids),
		Points:      1,
		Hidden:      s.Hidden,
		Tolerance:   cases.DefaultTolerance(),
	}
	c.Name = s.Name()
	switch {
	case most > 1:
		c.Teaches = "several outputs"
	case sigmoids > 1:
		c.Teaches = "chain rule"
	default:
		c.Teaches = "the derivative of the logistic function"
	}
	for _, g := range want.Passes[0].Gradients {
		pinned := g
		pinned.Data = make(cases.Floats, len(g.Data))
		for i, v := range g.Data {
			pinned.Data[i] = tenDigits(v)
		}
		c.Expect = append(c.Expect, pinned)
	}
	return cases.Parse(s.Name()+".yaml", c.YAML())
}

func describe(n *network, most, sigmoids int) string {
	text := "A random network with 1 Sigmoid"
	switch {
	case sigmoids > 1 && most > 1:
		text = fmt.Sprintf("A random network with %d Sigmoids, of which one has %d outputs", sigmoids, most)
	case sigmoids > 1:
		text = fmt.Sprintf("A random network with %d Sigmoids", sigmoids)
	case most > 1:
		text += fmt.Sprintf(" that has %d outputs", most)
	}
	if n.Descent != nil {
		text += fmt.Sprintf(", trained for %d steps", n.Descent.Steps)
	}
	return text + "."
}

// tenDigits rounds to ten digits: more than the comparison with what is pinned
// looks at, and few enough to be the same on machines that round differently.
func tenDigits(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 10, 64), 64)
	if err != nil {
		return v // near the largest float64, which no gradient here comes
	}
	return rounded
}

// Extend returns a suite that has so many random cases after its own, all hidden.
// Their names are new whatever the suite's are.
func Extend(suite *cases.Suite, seed uint64, count int) (*cases.Suite, error) {
	prefix := "random"
	for i := 2; taken(suite, prefix); i++ {
		prefix = fmt.Sprintf("random%d", i)
	}
	more := make([]*cases.Case, count)
	for i := range more {
		c, err := Spec{Seed: seed, N: i + 1, Prefix: prefix, Hidden: true}.Case()
		if err != nil {
			return nil, err
		}
		more[i] = c
	}
	return suite.With(more...)
}

// taken says whether a case's name could be that of a random one.
func taken(suite *cases.Suite, prefix string) bool {
	return slices.ContainsFunc(suite.Cases, func(c *cases.Case) bool {
		number, ok := strings.CutPrefix(c.Name, prefix+"-")
		return ok && number != "" && strings.Trim(number, "0123456789") == ""
	})
}
