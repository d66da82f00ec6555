package student

import _ "embed"

// stubs is the kit as one file without function bodies and comments, and without the
// imports that only those use: all that most submissions need of it. stubs_test.go
// writes it, with -update.
//
//go:embed kit_stubs.go.txt
var stubs []byte

// kitImports are the names of the packages that the kit's files import, which a
// submission can't declare.
var kitImports = []string{"fmt", "mat", "math", "slices"}
