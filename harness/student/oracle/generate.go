package oracle

import (
	"fmt"

	"github.com/miniflow/grader/harness/student/oracle/randgo"
)

// Generate returns the random program of a seed; see package randgo.
func Generate(seed uint64) Program {
	return Program{Name: fmt.Sprintf("seed %d", seed), Source: randgo.Source(seed)}
}
