package worker

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestDeepRecursion tells memory that an endless recursion used up from memory
// that something else did.
func TestDeepRecursion(t *testing.T) {
	t.Parallel()
	const head = "runtime: out of memory: cannot allocate 4194304-byte block\nfatal error: out of memory\n\ngoroutine 1 [running]:\n"
	assert.True(t, deep(head+"...57012 frames elided...\n"))
	assert.False(t, deep(head+"...312 frames elided...\n"))
	assert.False(t, deep(head))

	e, err := (&notice{What: noticeStack}).ending()
	assert.NoError(t, err)
	assert.Equal(t, Crashed, e.End)
	assert.Equal(t, CauseStackOverflow, e.Cause)
}
