package miniflow

// The errors of TopologicalSort, for errors.As. They are not in the students'
// kit, where each exported type would take a name away from their own code.

// CycleError is a graph with a cycle.
type CycleError struct {
	Nodes []Node // each computes with the one before it, and the first with the last
	text  string
}

// UnfedError is an input without a matrix or with an empty one, or another node
// without inputs, such as new(Linear).
type UnfedError struct {
	Node Node
	text string
}

// UnknownInputError is an input that is fed, but is nil or not part of a graph.
type UnknownInputError struct {
	Input *Input
	text  string
}

// EndError is a graph that doesn't end in one MSE.
type EndError struct {
	Nodes []Node // all those without outbound nodes
	text  string
}

// ShapeError is a node whose inbound nodes' shapes don't fit.
type ShapeError struct {
	Node   Node      // the Linear or the MSE
	Of     [2]Node   // the two inbound nodes that are at odds
	Shapes [2][2]int // theirs: rows and columns
	text   string
}

func (e *CycleError) Error() string        { return e.text }
func (e *UnfedError) Error() string        { return e.text }
func (e *UnknownInputError) Error() string { return e.text }
func (e *EndError) Error() string          { return e.text }
func (e *ShapeError) Error() string        { return e.text }

// As sets target, a pointer to a pointer to one of the errors above, if that is
// what e is.
func (e *graphError) As(target any) bool {
	switch target := target.(type) {
	case **CycleError:
		if e.problem == "cycle" {
			*target = &CycleError{e.nodes, e.Error()}
			return true
		}
	case **UnfedError:
		if e.problem == "unfed" {
			*target = &UnfedError{e.nodes[0], e.Error()}
			return true
		}
	case **UnknownInputError:
		if e.problem == "unknown" {
			*target = &UnknownInputError{e.nodes[0].(*Input), e.Error()}
			return true
		}
	case **EndError:
		if e.problem == "end" {
			*target = &EndError{e.nodes, e.Error()}
			return true
		}
	case **ShapeError:
		if e.problem == "shape" {
			*target = &ShapeError{e.nodes[0], [2]Node(e.nodes[1:]), [2][2]int(e.shapes), e.Error()}
			return true
		}
	}
	return false
}
