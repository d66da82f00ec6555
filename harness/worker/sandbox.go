package worker

// Sandbox is what a worker could take away from itself.
type Sandbox struct {
	Layers  []string       `json:"layers"`  // in force, in a fixed order
	Missing []MissingLayer `json:"missing"` // wanted on this machine but not to be had
}

// MissingLayer is a layer of the sandbox that a worker could not put up.
type MissingLayer struct {
	Layer  string `json:"layer"`
	Reason string `json:"reason"`
}

func (s *Sandbox) add(layer string, err error) {
	if err != nil {
		s.Missing = append(s.Missing, MissingLayer{Layer: layer, Reason: err.Error()})
		return
	}
	s.Layers = append(s.Layers, layer)
}
