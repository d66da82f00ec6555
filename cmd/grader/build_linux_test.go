package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBuildID: it is the Go command's, and differs with the sources.
func TestBuildID(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made := func(source string, flags ...string) string {
		path := filepath.Join(dir, "program")
		require.NoError(t, os.WriteFile(path+".go", []byte("package main\n\nfunc main() { "+source+" }\n"), 0o644))
		text, err := exec.CommandContext(t.Context(), "go", append(append([]string{"build"}, flags...), "-o", path, path+".go")...).CombinedOutput()
		require.NoError(t, err, string(text))
		return path
	}
	id := buildID(made("println(1)"))
	text, err := exec.CommandContext(t.Context(), "go", "tool", "buildid", filepath.Join(dir, "program")).Output()
	require.NoError(t, err)
	assert.Equal(t, strings.TrimSpace(string(text)), id)
	assert.NotEmpty(t, id)
	assert.NotEqual(t, id, buildID(made("println(2)")))
	assert.Equal(t, id, buildID(made("println(1)")))

	assert.Empty(t, buildID(made("println(1)", "-ldflags=-buildid=")))
	assert.Empty(t, buildID(filepath.Join(dir, "program.go")))
	assert.Empty(t, buildID(filepath.Join(dir, "none")))
	one, err := digest(filepath.Join(dir, "program"))
	require.NoError(t, err)
	two, err := digest(made("println(2)", "-ldflags=-buildid="))
	require.NoError(t, err)
	assert.NotEqual(t, one, two)
}
