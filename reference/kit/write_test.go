package kit_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/reference/kit"
)

// tree reads all files of a folder, by slash-separated path.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(content)
		return err
	}))
	return files
}

func kitTree() map[string]string {
	files := make(map[string]string)
	for name, content := range kit.Files() {
		files[name] = string(content)
	}
	return files
}

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "course", "week 3")
	require.NoError(t, kit.Write(dir))
	got := tree(t, dir)
	assert.Equal(t, kitTree(), got)
	for _, name := range []string{"README.md", "go.mod", "go.sum", "main.go", "miniflow/node.go", "miniflow/sigmoid.go"} {
		assert.NotEmpty(t, got[name], name)
	}
}

func TestWriteBesideOtherFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o644))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "miniflow"), 0o755))
	require.NoError(t, kit.Write(dir))
	want := kitTree()
	want["notes.txt"] = "mine"
	assert.Equal(t, want, tree(t, dir))
}

func TestWriteOverwritesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := map[string]string{"README.md": "notes", "miniflow/sigmoid.go": "a week's work"}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "miniflow"), 0o755))
	for name, content := range mine {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
	}
	err := kit.Write(dir)
	var exist *kit.ExistError
	require.ErrorAs(t, err, &exist)
	require.ErrorIs(t, err, fs.ErrExist)
	assert.Equal(t, []string{"README.md", "miniflow/sigmoid.go"}, exist.Files)
	assert.EqualError(t, err, dir+" has README.md, miniflow/sigmoid.go already: nothing was written")
	assert.Equal(t, mine, tree(t, dir))
}

func TestWriteTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, kit.Write(dir))
	err := kit.Write(dir)
	var exist *kit.ExistError
	require.ErrorAs(t, err, &exist)
	assert.Len(t, exist.Files, len(kit.Files()))
	assert.Equal(t, kitTree(), tree(t, dir))
}

func TestWriteIntoAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o644))
	require.Error(t, kit.Write(file))
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(content))
}

// The files of the module come before those of its package, which there is no
// place for: they must not stay behind.
func TestWriteThatFailsHalfWayLeavesNoFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "miniflow")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o644))
	require.Error(t, kit.Write(dir))
	assert.Equal(t, map[string]string{"notes.txt": "mine"}, tree(t, dir))
}
