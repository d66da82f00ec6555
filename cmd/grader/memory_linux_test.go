//go:build !race

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBatchMemory grades a small class and one of ten times its size, of students
// whose files say nothing: what the grader itself holds hardly differs.
func TestBatchMemory(t *testing.T) {
	t.Parallel()
	g := newGrader(t)
	taken := func(students int) int64 {
		class := t.TempDir()
		for i := range students {
			dir := filepath.Join(class, fmt.Sprintf("student%05d", i))
			require.NoError(t, os.Mkdir(dir, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "sigmoid.go"), nil, 0o644))
		}
		cmd := exec.CommandContext(t.Context(), g.program, "batch", "--confirm", "never", "--out", t.TempDir(), class)
		require.NoError(t, cmd.Start())
		stop, most := make(chan struct{}), make(chan int64)
		go func() { most <- peak(cmd.Process.Pid, stop) }()
		err := cmd.Wait()
		close(stop)
		require.NoError(t, err)
		return <-most
	}
	few, many := taken(1_000), taken(10_000)
	t.Logf("%d and %d KiB", few, many)
	assert.Less(t, many-few, int64(16<<10), "KiB")
}
