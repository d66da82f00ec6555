package miniflow

// graphError is why TopologicalSort refuses a graph.
type graphError struct {
	problem string // unknown, unfed, cycle, end or shape
	text    string
	nodes   []Node   // those that it is about
	shapes  [][2]int // rows and columns of the last two, where a shape doesn't fit
}

func (e *graphError) Error() string { return "miniflow: " + e.text }
