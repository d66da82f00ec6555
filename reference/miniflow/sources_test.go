package miniflow_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/reference/miniflow"
)

// A file that is added to the engine goes into the kit too, unless it is
// listed here.
func TestSourcesAreAllFilesOfTheKit(t *testing.T) {
	t.Parallel()
	engineOnly := []string{"errortypes.go", "plug.go", "sources.go"}
	var want []string
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			want = append(want, name)
		}
	}
	require.Subset(t, want, engineOnly)

	got, err := fs.Glob(miniflow.Sources(), "*")
	require.NoError(t, err)
	assert.ElementsMatch(t, want, append(engineOnly, got...))
	for _, name := range got {
		embedded, err := fs.ReadFile(miniflow.Sources(), name)
		require.NoError(t, err)
		onDisk, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, string(onDisk), string(embedded), name)
	}
}
