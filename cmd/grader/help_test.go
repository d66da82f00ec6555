//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// notRun are examples that are only parsed here: they don't end by themselves, or
// need what another test makes, or a port of the machine.
var notRun = []string{"grader watch", "grader serve", "grader worker", "grader batch --serve", "grader queue", "grader export gradescope"}

// TestExamples runs the examples of every command's help in a folder that has what
// they speak of.
func TestExamples(t *testing.T) {
	t.Parallel()
	dir, bin := t.TempDir(), t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(bin, "grader")))
	right, err := os.ReadFile("../../submissions/Amara Okafor/sigmoid.go")
	require.NoError(t, err)
	for _, file := range []string{"sigmoid.go", "submission/sigmoid.go", "submissions/anna.go", "handed-in/ben/sigmoid.go"} {
		put(t, filepath.Join(dir, file), right)
	}
	put(t, filepath.Join(dir, "canvas.csv"), []byte("Student,ID,Sigmoid\nanna,1,\n"))
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	f, err := z.Create("anna.go")
	require.NoError(t, err)
	_, err = f.Write(right)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	put(t, filepath.Join(dir, "submissions.zip"), archive.Bytes())
	shell := func(line string) (string, int) {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GITHUB_ACTIONS=", "PATH="+bin+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			require.NoError(t, err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	for _, line := range []string{"grader init miniflow-lesson", "grader cases random --count 2 --out mycases"} {
		out, code := shell(line)
		require.Zero(t, code, out)
	}
	require.NoError(t, os.Rename(filepath.Join(dir, "mycases"), filepath.Join(dir, "cases-kept")))

	ran := 0
	for _, cmd := range commands((&app{}).command()) {
		if !cmd.Runnable() || cmd.HasSubCommands() {
			continue
		}
		require.NotEmpty(t, cmd.Example, "%s has no example", cmd.CommandPath())
		for line := range strings.Lines(cmd.Example) {
			example, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "  ")
			require.True(t, ok && strings.HasPrefix(example, "grader "), "%s: %q", cmd.CommandPath(), line)
			words := strings.Fields(strings.Split(example, " > ")[0])[1:]
			found, rest, err := (&app{}).command().Find(words)
			require.NoError(t, err, example)
			require.Equal(t, cmd.CommandPath(), found.CommandPath(), "an example of another command: %s", example)
			require.NoError(t, found.ParseFlags(rest), example)
			require.NoError(t, found.ValidateArgs(found.Flags().Args()), example)
			if skipped(example) {
				continue
			}
			// Each finds the same cases, but none where it is to make some.
			if strings.Contains(example, "--out mycases") {
				require.NoError(t, os.RemoveAll(filepath.Join(dir, "mycases")))
			} else {
				require.NoError(t, os.CopyFS(filepath.Join(dir, "mycases-next"), os.DirFS(filepath.Join(dir, "cases-kept"))))
				require.NoError(t, os.RemoveAll(filepath.Join(dir, "mycases")))
				require.NoError(t, os.Rename(filepath.Join(dir, "mycases-next"), filepath.Join(dir, "mycases")))
			}
			out, code := shell(example)
			assert.Contains(t, []int{0, 1}, code, "%s\n%s", example, out)
			ran++
		}
	}
	assert.GreaterOrEqual(t, ran, 12)
}

func skipped(example string) bool {
	for _, prefix := range notRun {
		if strings.HasPrefix(example, prefix) {
			return true
		}
	}
	return false
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, content, 0o600))
}

// putProgram writes what is to be run next. A process that a test beside it starts
// in the meantime would for a moment have the file open for writing too, and what
// is open for writing can't be run.
func putProgram(t *testing.T, path string, content []byte) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	require.NoError(t, os.WriteFile(path, content, 0o755))
}

// commands are a command and all below it.
func commands(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		all = append(all, commands(c)...)
	}
	return all
}
