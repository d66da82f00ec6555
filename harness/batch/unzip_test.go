package batch_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// zipped is a file of a ZIP file in the making.
type zipped struct {
	name, content string
	mode          fs.FileMode
	flags         uint16
}

func makeZip(t testing.TB, name string, files ...zipped) string {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Flags: f.flags}
		h.SetMode(f.mode | 0o644)
		e, err := w.CreateHeader(h)
		require.NoError(t, err)
		if !strings.HasSuffix(f.name, "/") {
			_, err = e.Write([]byte(f.content))
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, buf.Bytes(), 0o644))
	return path
}

func TestUnzip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder, err := batch.Unzip(makeZip(t, "week3.zip",
		zipped{name: "anna/", mode: fs.ModeDir}, zipped{name: "anna/sigmoid.go", content: "A"}, zipped{name: `ben\sub\sigmoid.go`, content: "B"},
		zipped{name: "carla/sigmoid.go", content: "/etc/passwd", mode: fs.ModeSymlink}, zipped{name: "dora/work.zip", content: "PK"},
		zipped{name: "emil/sigmoid.go", content: strings.Repeat("x", harness.MaxSource*3)}, zipped{name: "Zo\x89/sigmoid.go", content: "Z"},
		zipped{name: "__MACOSX/x.go"}, zipped{name: "./finn/./sigmoid.go", content: "F"},
	), dir)
	require.NoError(t, err)
	assert.Equal(t, dir, folder)
	c, err := batch.Find(folder, batch.Options{})
	require.NoError(t, err)
	got := make(map[string]string)
	for _, e := range c.Entries {
		sub := batch.Reader(folder)(e)
		got[e.Student] = string(sub.Source)
		if sub.Err != nil {
			got[e.Student] = sub.Err.Error()
		}
	}
	assert.Equal(t, map[string]string{
		"anna": "A", "ben": "B", "carla": "this is a symbolic link, not a file", "dora": "no Go file in the folder",
		"emil": "the file is larger than 1024 KiB", "Zoë": "Z", "finn": "F",
	}, got)
}

func TestUnzipFindsTheClass(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zip, file, want string }{
		{"week3.zip", "Week3/anna/sigmoid.go", "Week3"},
		{"week3.zip", "anna/sigmoid.go", ""},
		{"x.zip", "lab-submissions/lab-anna/sigmoid.go", "lab-submissions"},
		{"x.zip", "all/Anna Lee_5_assignsubmission_file_/sigmoid.go", "all"},
		{"x.zip", "Anna Lee_5_assignsubmission_file_/sigmoid.go", ""},
	} {
		dir := t.TempDir()
		folder, err := batch.Unzip(makeZip(t, test.zip, zipped{name: test.file, content: "x"}), dir)
		require.NoError(t, err)
		assert.Equal(t, filepath.Join(dir, test.want), folder, test.file)
	}
}

func TestUnzipRefuses(t *testing.T) {
	t.Parallel()
	var bomb []zipped
	for i := range 70 {
		bomb = append(bomb, zipped{name: strings.Repeat("s", i+1) + "/sigmoid.go", content: strings.Repeat("x", 1<<20)})
	}
	for want, files := range map[string][]zipped{
		`"../evil.go" in it: a path that leads out of the folder`: {{name: "../evil.go"}},
		`"a/../../evil.go" in it: a path that leads out`:          {{name: "a/../../evil.go"}},
		`"a/../b.go" in it: a path that leads out`:                {{name: "a/../b.go"}},
		`"/etc/evil.go" in it: an absolute path`:                  {{name: "/etc/evil.go"}},
		`"C:/evil.go" in it: an absolute path`:                    {{name: `C:\evil.go`}},
		`"../../evil.go" in it: a path that leads out`:            {{name: `..\..\evil.go`}},
		`"a/x.go" in it: it is encrypted`:                         {{name: "a/x.go", flags: 1}},
		`"a/X.go" in it: two files have this name, perhaps with`:  {{name: "a/x.go"}, {name: "a/X.go"}},
		`"a/x.go" in it: two files have this name`:                {{name: "a/x.go"}, {name: "a/x.go"}},
		`"a/b/x.go" in it: `:                                      {{name: "a/b", content: "/", mode: fs.ModeSymlink}, {name: "a/b/x.go"}},
		`"a/pipe.go" in it: neither a file nor a folder`:          {{name: "a/pipe.go", mode: fs.ModeNamedPipe}},
		"unpacks to more than":                                    bomb,
	} {
		parent := t.TempDir()
		dir := filepath.Join(parent, "in")
		require.NoError(t, os.Mkdir(dir, 0o755))
		_, err := batch.Unzip(makeZip(t, "c.zip", files...), dir)
		require.ErrorContains(t, err, want)
		left, err := os.ReadDir(parent)
		require.NoError(t, err)
		assert.Len(t, left, 1, want)
	}
	notZip := filepath.Join(t.TempDir(), "x.zip")
	require.NoError(t, os.WriteFile(notZip, []byte("PK\x03\x04"), 0o644))
	_, err := batch.Unzip(notZip, t.TempDir())
	require.ErrorContains(t, err, "not a ZIP file that can be read")
}
