package miniflow

import "embed"

//go:embed node.go input.go linear.go sigmoid_forward.go mse.go descent.go graph.go shape.go errors.go
var sources embed.FS

// Sources returns the files that the students' kit has of this package: all
// but this one, plug.go and errortypes.go.
func Sources() embed.FS { return sources }
