package problem

import "embed"

//go:embed binary.go matrix.go outcome.go problem.go run.go
var sources embed.FS

// Sources returns the files of this package but plug.go and this one, for
// programs that run problems over another package miniflow, such as the
// students' kit. They need a function plug of their own.
func Sources() embed.FS { return sources }
