package problem

import "strings"

// Problem is a network with its inputs: all of a case that a student's code may
// ever see. A Problem that package cases has loaded is sound: its names resolve,
// its shapes fit and its numbers are finite.
type Problem struct {
	Name    string
	Graph   []Statement // in the order in which the case file writes them
	Feed    []Matrix    // the inputs' values, in the order of the case file
	Compare []string    // names of fed inputs whose gradients count
	Descent *Descent    // gradient descent after the two passes, or nil
}

// Statement is one line of the graph text: Name = Op(Args...). Op is "Linear",
// "Sigmoid" or "MSE".
type Statement struct {
	Name string   `json:"name"`
	Op   string   `json:"op"`
	Args []string `json:"args"`
}

// String gives the statement as the graph text writes it.
func (s Statement) String() string {
	return s.Name + " = " + s.Op + "(" + strings.Join(s.Args, ", ") + ")"
}

// Descent asks for gradient descent with the student's gradients: Steps times,
// one forward and backward pass and then, for every input named in Update,
// x ← x − LearningRate·gradient.
type Descent struct {
	Steps        int
	LearningRate float64
	Update       []string
}

// Fed returns the value of the input called name, and whether it is fed at all.
func (p *Problem) Fed(name string) (Matrix, bool) {
	for _, m := range p.Feed {
		if m.Name == name {
			return m, true
		}
	}
	return Matrix{}, false
}
