//go:build unix

package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWorkerStartsEarly looks at which packages a worker initialises before it
// asks for work, of which there is none here.
func TestWorkerStartsEarly(t *testing.T) {
	t.Parallel()
	cmd := command(t)
	cmd.Args[0] = "(miniflow worker)"
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	require.Error(t, cmd.Run())
	require.Equal(t, 70, cmd.ProcessState.ExitCode(), "%s", &errOut)
	var initialised []string
	for _, m := range regexp.MustCompile(`(?m)^init (\S+) @`).FindAllStringSubmatch(errOut.String(), -1) {
		initialised = append(initialised, m[1])
	}
	assert.Contains(t, initialised, "github.com/miniflow/grader/harness/student")
	for _, late := range []string{"net", "crypto/tls", "net/http", "github.com/spf13/cobra"} {
		assert.NotContains(t, initialised, late)
	}
	// What is allocated before it is sampled still.
	unprofiled := slices.Index(initialised, "github.com/miniflow/grader/cmd/grader/unprofiled")
	require.GreaterOrEqual(t, unprofiled, 0)
	assert.Less(t, unprofiled, slices.Index(initialised, "os"))
}
