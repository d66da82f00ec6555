package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/miniflow/grader/cases"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGeneratedFileIsFresh(t *testing.T) {
	t.Parallel()
	want, err := generate("..")
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join("..", target))
	require.NoError(t, err)
	assert.True(t, string(want) == string(got), "%s is stale: run go generate in cases", target)
}

func TestRun(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.ErrorContains(t, run(folder), "builtin")
	require.NoError(t, os.CopyFS(filepath.Join(folder, "builtin"), os.DirFS("../builtin")))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "builtin", "suite.yaml"), []byte("title: \"A \\\"title\\\"\"\nlimits: {timeout: 3s}\n"), 0o644))
	require.NoError(t, run(folder))
	text, err := os.ReadFile(filepath.Join(folder, target))
	require.NoError(t, err)
	assert.Contains(t, string(text), `Title: "A \"title\""`)
	assert.Contains(t, string(text), "Timeout: 3000000000,")
}

// What Go has no constant for must not become another number.
func TestNoConstant(t *testing.T) {
	t.Parallel()
	for _, x := range []float64{math.Copysign(0, -1), math.Inf(1), math.NaN()} {
		_, err := source(&cases.Suite{Cases: []*cases.Case{{Points: x}}})
		require.ErrorContains(t, err, "can't be written as a constant", "%v", x)
	}
}
