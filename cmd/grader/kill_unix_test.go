//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mixedClass writes a class of n students whose files come to different ends.
func mixedClass(t *testing.T, n int) string {
	t.Helper()
	class := t.TempDir()
	for i := range n {
		body := fmt.Sprintf("package miniflow\n\n// %d\n", i) + []string{
			"func (s *Sigmoid) Backward() { s.ZeroGradients() }\n",
			"func (s *Sigmoid) Backward() { undefined() }\n",
			"func (s *Sigmoid) Backward() { panic(\"no\") }\n",
			"",
			"func (s *Sigmoid) Backward() { println(1); s.ZeroGradients() }\n",
		}[i%5]
		require.NoError(t, os.WriteFile(filepath.Join(class, fmt.Sprintf("s%02d.go", i)), []byte(body), 0o644))
	}
	return class
}

var durations = regexp.MustCompile(`"duration_ms":[0-9.e-]+`)

// outputFiles are the files of an output folder that people read, by name, without
// durations. A folder that isn't there yet has none.
func outputFiles(t *testing.T, out string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	require.NoError(t, filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if path == out && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || d.Name() == journalName {
			return err
		}
		content, err := os.ReadFile(path)
		rel, _ := filepath.Rel(out, path)
		files[rel] = durations.ReplaceAllString(string(content), "")
		return err
	}))
	return files
}

func batchCommand(t *testing.T, class, out string) *exec.Cmd {
	t.Helper()
	return command(t, "batch", "--confirm", "never", "--jobs", "2", "--out", out, class)
}

// TestKilledBatch kills runs at random moments until one has come to its end. At
// every moment what has a name is whole, and in the end nothing tells that there
// was a kill.
func TestKilledBatch(t *testing.T) {
	t.Parallel()
	const students = 40
	class, plain, out := mixedClass(t, students), t.TempDir(), t.TempDir()
	begin := time.Now()
	text, err := batchCommand(t, class, plain).CombinedOutput()
	require.NoError(t, err, "%s", text)
	whole := time.Since(begin)
	want := outputFiles(t, plain)
	require.Len(t, want, 3+students)

	kills, finished := 0, 0
	for finished == 0 || kills < 15 && finished < 60 {
		cmd := batchCommand(t, class, out)
		var errOut bytes.Buffer
		cmd.Stderr = &errOut
		require.NoError(t, cmd.Start())
		killer := time.AfterFunc(time.Duration(rand.Int64N(int64(whole))), func() { cmd.Process.Kill() })
		err := cmd.Wait()
		killer.Stop()
		got := outputFiles(t, out)
		if err == nil {
			finished++
			require.Equal(t, want, got)
			if kills < 15 { // and once more from nothing
				require.NoError(t, os.RemoveAll(out))
			}
			continue
		}
		require.Equal(t, -1, cmd.ProcessState.ExitCode(), "%s", &errOut)
		kills++
		for name, content := range got {
			if filepath.Base(name)[0] != '.' { // else in the making
				require.Equal(t, want[name], content, name)
			}
		}
	}
	assert.GreaterOrEqual(t, kills, 1)
	t.Logf("%d kills, %d runs that came to their end", kills, finished)
	text, err = batchCommand(t, class, out).CombinedOutput()
	require.NoError(t, err, "%s", text)
	require.Equal(t, want, outputFiles(t, out))
}

// TestKilledBatchOfZIP kills a batch of a ZIP file in the middle: no part of the
// file is left anywhere, and the next run goes on.
func TestKilledBatchOfZIP(t *testing.T) {
	t.Parallel()
	const students = 40
	folder, plain := mixedClass(t, students), t.TempDir()
	text, err := batchCommand(t, folder, plain).CombinedOutput()
	require.NoError(t, err, "%s", text)
	class, temp := filepath.Join(t.TempDir(), "class.zip"), t.TempDir()
	f, err := os.Create(class)
	require.NoError(t, err)
	w := zip.NewWriter(f)
	require.NoError(t, w.AddFS(os.DirFS(folder)))
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())

	out := ""
	for killed := false; !killed; {
		out = t.TempDir()
		cmd := batchCommand(t, class, out)
		cmd.Env = append(cmd.Env, "TMPDIR="+temp)
		require.NoError(t, cmd.Start())
		ended := make(chan error)
		go func() { ended <- cmd.Wait() }()
		for begun := false; !begun; time.Sleep(time.Millisecond) {
			select {
			case err := <-ended:
				require.NoError(t, err)
				begun = true
			default:
				if files, _ := filepath.Glob(filepath.Join(out, "feedback", "*.md")); len(files) > 0 {
					require.NoError(t, cmd.Process.Kill())
					begun, killed = true, <-ended != nil
				}
			}
		}
	}
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	assert.Empty(t, left, "what was unpacked, and is left")
	text, err = batchCommand(t, class, out).CombinedOutput()
	require.NoError(t, err, "%s", text)
	require.Equal(t, outputFiles(t, plain), outputFiles(t, out), "as from the folder")
}

// TestFullDisk runs a batch that may write files of a few kilobytes only, and
// then one that may write what it likes.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	const students = 20
	class, plain := mixedClass(t, students), t.TempDir()
	text, err := batchCommand(t, class, plain).CombinedOutput()
	require.NoError(t, err, "%s", text)
	want := outputFiles(t, plain)
	self, err := os.Executable()
	require.NoError(t, err)
	for _, blocks := range []string{"0", "1", "8", "16"} { // of 512 or 1024 bytes
		out := t.TempDir()
		// The command's name decides whether a test binary is the command.
		grader := filepath.Join(t.TempDir(), "grader")
		require.NoError(t, os.Symlink(self, grader))
		cmd := exec.CommandContext(t.Context(), "sh", "-c", `ulimit -f "$0" && exec "$@"`, blocks,
			grader, "batch", "--confirm", "never", "--out", out, class)
		text, err := cmd.CombinedOutput()
		require.Error(t, err, "%s", text)
		require.Equal(t, exitReview, cmd.ProcessState.ExitCode(), "%s", text)
		require.Regexp(t, `(?m)^grader: .*(file too large|no space)`, string(text))
		for name := range outputFiles(t, out) {
			require.Equal(t, "feedback", filepath.Dir(name), "no half file, and nothing in the making")
		}
		text, err = batchCommand(t, class, out).CombinedOutput()
		require.NoError(t, err, "%s", text)
		require.Equal(t, want, outputFiles(t, out))
	}
}
