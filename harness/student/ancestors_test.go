package student

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Without the fields a panic still runs right, but a program with thousands of
// them would not come to its end in time.
func TestInterpretersNodesAreAsExpected(t *testing.T) {
	t.Parallel()
	assert.True(t, nodes().ok)
}
