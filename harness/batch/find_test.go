package batch_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/reference/kit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree writes files below a new folder. A name that ends in a slash is an empty
// folder.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if name[len(name)-1] == '/' {
			require.NoError(t, os.MkdirAll(path, 0o755))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return dir
}

func names(files ...string) map[string]string {
	m := make(map[string]string)
	for _, f := range files {
		m[f] = "package miniflow // " + f
	}
	return m
}

// find returns what is found in a class folder.
func find(folder, except string) ([]batch.Entry, error) {
	c, err := batch.Find(batch.Dir(folder), batch.Options{Except: except})
	if err != nil {
		return nil, err
	}
	return slices.Collect(c.All()), nil
}

func TestFindPlain(t *testing.T) {
	t.Parallel()
	dir := tree(t, names(
		"ben/sigmoid.go", "anna.go", "carla/week 3/answer.go", "dora/notes.txt", "emil/",
		"finn.GO", "anna/sigmoid.go", "grades/results.jsonl",
		"README.md", "go.mod", ".git/hooks/x.go", ".hidden.go", "_old/sigmoid.go", "__MACOSX/ben/sigmoid.go",
	))
	entries, err := find(dir, filepath.Join(dir, "grades"))
	require.NoError(t, err)
	none := &batch.NoFileError{}
	assert.Equal(t, []batch.Entry{
		{Student: "anna", Path: "anna/sigmoid.go"},
		{Student: "anna.go", Path: "anna.go"},
		{Student: "ben", Path: "ben/sigmoid.go"},
		{Student: "carla", Path: "carla/week 3/answer.go"},
		{Student: "dora", Err: none},
		{Student: "emil", Err: none},
		{Student: "finn", Path: "finn.GO"},
	}, entries)

	entries, err = find(dir, "elsewhere")
	require.NoError(t, err)
	assert.Len(t, entries, 8, "grades is a student's folder unless results go there")
}

func TestFindNamesAreUnique(t *testing.T) {
	t.Parallel()
	for _, files := range [][]string{
		{"anna.go", "anna/sigmoid.go"},
		{"anna.go", "anna/sigmoid.go", "anna.go.go"},
		{"anna.go/sigmoid.go", "anna/sigmoid.go", "anna.GO"},
		{"a.go", "a.Go", "a.gO", "a.GO", "a/x.go"},
	} {
		entries, err := find(tree(t, names(files...)), "")
		require.NoError(t, err)
		seen := make(map[string]bool)
		for _, e := range entries {
			assert.False(t, seen[e.Student], "%v: %s twice", files, e.Student)
			seen[e.Student] = true
		}
		assert.Len(t, entries, len(files))
	}
}

func TestFindNoFolder(t *testing.T) {
	t.Parallel()
	dir := tree(t, names("file.go"))
	for _, path := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "file.go")} {
		_, err := find(path, "")
		require.Error(t, err)
	}
}

func TestFindFile(t *testing.T) {
	t.Parallel()
	kitWith := func(more map[string]string, without ...string) map[string]string {
		files := make(map[string]string)
		for name, content := range kit.Files() {
			files[name] = string(content)
		}
		for name, content := range more {
			files[name] = content
		}
		for _, name := range without {
			delete(files, name)
		}
		return files
	}
	for name, test := range map[string]struct {
		files map[string]string
		want  string
		err   string
	}{
		"one":                       {names("a.go"), "a.go", ""},
		"one below":                 {names("x/y/z/a.go", "a.txt", "a_test.go"), "x/y/z/a.go", ""},
		"sigmoid.go among others":   {names("a.go", "b/sigmoid.go", "c.go"), "b/sigmoid.go", ""},
		"the kit":                   {kitWith(nil), "miniflow/sigmoid.go", ""},
		"the kit with a helper":     {kitWith(names("miniflow/helper.go")), "miniflow/sigmoid.go", ""},
		"the kit, the file renamed": {kitWith(names("miniflow/mine.go"), "miniflow/sigmoid.go"), "miniflow/mine.go", ""},
		"the kit, changed": {
			kitWith(names("miniflow/mine.go", "miniflow/linear.go"), "miniflow/sigmoid.go"), "",
			"several Go files, and not just one of them is called sigmoid.go: miniflow/linear.go, miniflow/mine.go",
		},
		"none":         {names("a.txt", ".a.go", "_a.go", ".git/a.go", "a_test.go"), "", "no Go file in the folder"},
		"two sigmoids": {names("old/sigmoid.go", "new/sigmoid.go"), "", "several Go files, and not just one of them is called sigmoid.go: new/sigmoid.go, old/sigmoid.go"},
		"very many": {
			names("a.go", "b.go", "c.go", "d.go", "e.go", "f.go", "g.go"), "",
			"several Go files, and not just one of them is called sigmoid.go: a.go, b.go, c.go, d.go, e.go and 2 more",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := batch.FindFile(tree(t, test.files))
			if test.err != "" {
				require.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}
