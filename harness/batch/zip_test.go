package batch_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/reference/kit"
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

// openZip opens a ZIP file until the test ends.
func openZip(t *testing.T, file string) batch.Folder {
	t.Helper()
	folder, err := batch.OpenZip(file)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, folder.Close()) })
	return folder
}

// handedIn is what the students of a class hand in, or what is wrong with it.
func handedIn(t *testing.T, folder batch.Folder) map[string]string {
	t.Helper()
	c, err := batch.Find(folder, batch.Options{})
	require.NoError(t, err)
	got := make(map[string]string)
	for e := range c.All() {
		sub := batch.Reader(folder)(e)
		got[e.Student] = string(sub.Source)
		if sub.Err != nil {
			got[e.Student] = sub.Err.Error()
		}
	}
	return got
}

func TestOpenZip(t *testing.T) {
	t.Parallel()
	assert.Equal(t, map[string]string{
		"anna": "A", "ben": "B", "carla": "this is a symbolic link, not a file", "dora": "no Go file in the folder",
		"emil": "the file is larger than 1024 KiB", "Zoë": "Z", "finn": "F", "gina": "no Go file in the folder",
		"hana": "this is a symbolic link, not a folder", "ida": "I", "ida-b": "J", "ida.x": "no Go file in the folder",
	}, handedIn(t, openZip(t, makeZip(t, "week3.zip",
		zipped{name: "anna/", mode: fs.ModeDir}, zipped{name: "anna/sigmoid.go", content: "A"}, zipped{name: `ben\sub\sigmoid.go`, content: "B"},
		zipped{name: "carla/sigmoid.go", content: "/etc/passwd", mode: fs.ModeSymlink}, zipped{name: "dora/work.zip", content: "PK"},
		zipped{name: "emil/sigmoid.go", content: strings.Repeat("x", harness.MaxSource*3)}, zipped{name: "Zo\x89/sigmoid.go", content: "Z"},
		zipped{name: "__MACOSX/x.go"}, zipped{name: "./finn/./sigmoid.go", content: "F"}, zipped{name: "gina/", mode: fs.ModeDir},
		zipped{name: "hana", content: "anna", mode: fs.ModeSymlink}, zipped{name: "ida-b.go", content: "J"}, zipped{name: "ida.x/notes/x.txt"},
		zipped{name: "ida/miniflow/a/sigmoid.go", content: "I"}, zipped{name: "ida/miniflow/linear.go", content: string(kit.Files()["miniflow/linear.go"])},
	))))
}

// A ZIP file is read as the folder would be that it was made of.
func TestOpenZipIsTheFolder(t *testing.T) {
	t.Parallel()
	for layout, files := range map[string]map[string]string{
		"plain":            names("anna/sigmoid.go", "anna/sigmoid-1.go", "anna/x/y/z.go", "ben.go", "Carla/a.txt", "dora/.git/x.go"),
		"Canvas":           names("leeanna_101_9001_sigmoid.go", "leeanna_101_9007_sigmoid-1.go", "odeben_LATE_102_9002_answer-12.go", "extra/x.go"),
		"Moodle":           names("Anna Lee_501_assignsubmission_file_/sigmoid.go", "Zoë_503_assignsubmission_file_/a/b.txt"),
		"Gradescope":       {"submission_metadata.yml": "submission_1:\n  :submitters:\n  - :name: Anna\n  - :name: Ben\n", "submission_1/x.go": "X", "submission_2/y.go": "Y"},
		"GitHub Classroom": names("w-submissions/w-anna/sigmoid.go", "w-submissions/w-ben/x.go"),
	} {
		dir := tree(t, files)
		var zip []zipped
		for name, content := range files {
			zip = append(zip, zipped{name: name, content: content})
		}
		if layout == "GitHub Classroom" {
			dir = filepath.Join(dir, "w-submissions")
		}
		archive := openZip(t, makeZip(t, "x.zip", zip...))
		want, err := batch.Find(batch.Dir(dir), batch.Options{})
		require.NoError(t, err)
		got, err := batch.Find(archive, batch.Options{})
		require.NoError(t, err)
		assert.Equal(t, layout, got.Layout)
		assert.Equal(t, want.Layout, got.Layout)
		assert.Equal(t, want.Notes, got.Notes)
		assert.Equal(t, slices.Collect(want.All()), slices.Collect(got.All()), layout)
		assert.Equal(t, handedIn(t, batch.Dir(dir)), handedIn(t, archive))
	}
}

func TestOpenZipFindsTheClass(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zip, file, want string }{
		{"week3.zip", "Week3/anna/sigmoid.go", "anna"},
		{"week3.zip", "anna/sigmoid.go", "anna"},
		{"week3.zip", "other/anna/sigmoid.go", "other"},
		{"x.zip", "lab-submissions/lab-anna/sigmoid.go", "anna"},
		{"x.zip", "all/Anna Lee_5_assignsubmission_file_/sigmoid.go", "Anna Lee"},
		{"x.zip", "Anna Lee_5_assignsubmission_file_/sigmoid.go", "Anna Lee"},
	} {
		got := handedIn(t, openZip(t, makeZip(t, test.zip, zipped{name: test.file, content: "x"}, zipped{name: "__MACOSX/y.go"})))
		assert.Equal(t, map[string]string{test.want: "x"}, got, "%s in %s", test.file, test.zip)
	}
}

func TestOpenZipRefuses(t *testing.T) {
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
		`"a/b/x.go" in it: it lies in "a/b", which is no folder`:  {{name: "a/b", content: "/", mode: fs.ModeSymlink}, {name: "a/b/x.go"}, {name: "a/b.go"}},
		`"a/pipe.go" in it: neither a file nor a folder`:          {{name: "a/pipe.go", mode: fs.ModeNamedPipe}},
		"unpacks to more than":                                    bomb,
	} {
		_, err := batch.OpenZip(makeZip(t, "c.zip", files...))
		require.ErrorContains(t, err, want)
	}
	notZip := filepath.Join(t.TempDir(), "x.zip")
	require.NoError(t, os.WriteFile(notZip, []byte("PK\x03\x04"), 0o644))
	_, err := batch.OpenZip(notZip)
	require.ErrorContains(t, err, "not a ZIP file that can be read")

	damaged := makeZip(t, "x.zip", zipped{name: "anna/sigmoid.go", content: "package miniflow"}, zipped{name: "ben/sigmoid.go", content: "package miniflow"})
	text, err := os.ReadFile(damaged)
	require.NoError(t, err)
	text[bytes.Index(text, []byte("sigmoid.go"))+len("sigmoid.go")+2] ^= 0xff
	require.NoError(t, os.WriteFile(damaged, text, 0o644))
	_, err = batch.OpenZip(damaged)
	require.ErrorContains(t, err, `"anna/sigmoid.go" in it: `)
}
