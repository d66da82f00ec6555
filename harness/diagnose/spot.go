package diagnose

import "math"

// Spot is a Sigmoid node at which a gradient goes wrong: what Backward made there
// of what it was given is not right, whatever went wrong before. Its numbers are
// those of the worst entry.
type Spot struct {
	Node, Input string
	Second      bool      // only in the second pass over the network
	Row, Col    int       // from 0
	X, Value    float64   // the input's and the node's own
	Outputs     []string  // the nodes that send something back
	Upstream    []float64 // what they send back, in the same order
	Got, Want   float64
}

// Spots lists the nodes at which gradients of a case go wrong, in the order of
// the case's graph.
func Spots(c Case) []Spot {
	e := observe([]Case{c})
	byName := make(map[string]Spot)
	for _, s := range e.sites {
		k := s.worst()
		if k < 0 {
			continue
		}
		if old, found := byName[s.node]; found && (s.first != nil || !old.Second) {
			continue // the first pass tells enough
		}
		spot := Spot{
			Node: s.node, Input: s.inputNode, Second: s.first != nil,
			Row: k / s.cols, Col: k % s.cols,
			X: s.x[k], Value: s.s[k], Outputs: s.outputs, Got: s.got[k], Want: s.right(k),
		}
		for _, u := range s.up {
			spot.Upstream = append(spot.Upstream, u[k])
		}
		byName[s.node] = spot
	}
	var spots []Spot
	for _, statement := range c.Case.Graph {
		if spot, found := byName[statement.Name]; found {
			spots = append(spots, spot)
		}
	}
	return spots
}

// worst is the wrong entry that is furthest from what is right, or -1 if none is
// wrong. What is not a number is further than any that is.
func (s *site) worst() int {
	worst, most := -1, -1.0
	for k := range s.got {
		if s.mark(k) != wrong {
			continue
		}
		distance := math.Abs(s.got[k] - s.right(k))
		if math.IsNaN(distance) {
			distance = math.Inf(1)
		}
		if distance > most {
			worst, most = k, distance
		}
	}
	return worst
}
