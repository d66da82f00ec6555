package main

import (
	"bytes"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/worker"
	"github.com/stretchr/testify/assert"
)

func TestLackingLayersAreSaidOnce(t *testing.T) {
	t.Parallel()
	var errOut bytes.Buffer
	a := &app{errOut: &errOut}
	a.lacks(&harness.Result{Sandbox: []string{"seccomp"}})
	assert.Empty(t, errOut.String())
	for range 2 {
		a.lacks(&harness.Result{Missing: []worker.MissingLayer{{Layer: "landlock", Reason: "the kernel has none"}}})
	}
	assert.Equal(t, "grader: the sandbox is without its layer landlock: the kernel has none\n"+
		"grader: see grader doctor; with --require-sandbox nothing is graded without it\n", errOut.String())
}
