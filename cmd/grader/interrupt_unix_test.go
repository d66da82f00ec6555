//go:build unix

package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const loops = `package miniflow

func (s *Sigmoid) Backward() {
	for {
	}
}
`

// command is this binary as the grader.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Args[0] = "grader"
	return cmd
}

func TestInterruptedBatchKeepsWhatWasGraded(t *testing.T) {
	t.Parallel()
	class, out := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(class, "anna.go"), []byte("package miniflow\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(class, "ben.go"), []byte(loops), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(class, "carla.go"), []byte(loops), 0o644))

	cmd := command(t, "batch", "--jobs", "1", "--timeout", "10m", "--out", out, class)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "anna") {
	}
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	var rest []string
	for lines.Scan() {
		rest = append(rest, lines.Text())
	}
	require.Error(t, cmd.Wait())
	assert.Equal(t, 130, cmd.ProcessState.ExitCode())
	assert.Equal(t, "grader: interrupted\n", errOut.String())
	assert.Equal(t, []string{"", "1 of 3 submissions: 1 missing_backward", "results: " + out}, rest)
	text, err := os.ReadFile(filepath.Join(out, "results.jsonl"))
	require.NoError(t, err)
	assert.Equal(t, 1, bytes.Count(text, []byte("\n")))
	assert.True(t, bytes.HasPrefix(text, []byte(`{"student":"anna",`)), string(text))
}

func TestInterruptedSubmit(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sigmoid.go")
	require.NoError(t, os.WriteFile(file, []byte(loops), 0o644))
	typed, keyboard, err := os.Pipe() // nobody ever types
	require.NoError(t, err)
	t.Cleanup(func() { typed.Close(); keyboard.Close() })

	for name, args := range map[string][]string{
		"a loop":  {"submit", "--timeout", "10m", file},
		"a stdin": {"submit", "-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errOut bytes.Buffer
			cmd := command(t, args...)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = typed, &out, &errOut
			require.NoError(t, cmd.Start())
			// A process that has not come to its signal handler yet dies of the
			// signal; what is tested is one that has.
			time.Sleep(2 * time.Second)
			begin := time.Now()
			require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
			require.Error(t, cmd.Wait())
			assert.Equal(t, 130, cmd.ProcessState.ExitCode())
			assert.Equal(t, "grader: interrupted\n", errOut.String())
			assert.Empty(t, out.String())
			assert.Less(t, time.Since(begin), 10*time.Second)
		})
	}
}
