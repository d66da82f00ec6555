package diagnose

// elsewhere is for answers that give the right gradient at every node, and yet
// something comes out wrong.
func (e *evidence) elsewhere() []Finding {
	if e.failing() == 0 {
		return nil // panics and the like
	}
	if found := e.changes(); len(found) > 0 {
		return found
	}
	if e.blurred() {
		return []Finding{word(deviation{Imprecise, e.offBy()}, e.failing())}
	}
	for i := range e.cases {
		if c := &e.cases[i]; !c.Passed && c.Got != nil && !passesRight(c) {
			return []Finding{word(deviation{ChangesOtherNodes, changesGradients}, e.failing())}
		}
	}
	return []Finding{{
		ID:       Unexplained,
		Message:  "Certain is: your gradients are right in two passes over every network, and go wrong in longer training.",
		Hint:     "Does Backward keep anything from one call to the next: a variable outside of it, or a matrix that it changes?",
		Explains: e.failing(),
	}}
}

const (
	changesValues    = "it changes the value of another node, or of its own, while the network still needs it"
	changesGradients = "something changes the gradients of other nodes, or a gradient after it has been set"
)

// changes finds nodes that had another value than the network gives them.
func (e *evidence) changes() []Finding {
	seen := make(map[int]bool)
	for _, s := range e.sites {
		if s.moved && !e.cases[s.of].Passed {
			seen[s.of] = true
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return []Finding{word(deviation{ChangesOtherNodes, changesValues}, len(seen))}
}

// passesRight says whether all compared gradients of both passes are right.
func passesRight(c *Case) bool {
	want, err := c.Case.Want()
	if err != nil {
		return false
	}
	for p := range want.Passes {
		for i, w := range want.Passes[p].Gradients {
			if i >= len(c.Got.Passes[p].Gradients) {
				return false
			}
			g := c.Got.Passes[p].Gradients[i]
			if !alike(g, w) {
				return false
			}
			for k, v := range g.Data {
				if !c.Case.Tolerance.Within(v, w.Data[k], w.Largest()) {
					return false
				}
			}
		}
	}
	return true
}
