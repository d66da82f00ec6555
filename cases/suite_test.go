package cases

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func mapFS(name, text string) fs.FS {
	return fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}}
}

// folder writes files, names and texts in turn, to a folder.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o644))
	}
	return dir
}

func TestBuiltin(t *testing.T) {
	t.Parallel()
	suite, err := Builtin()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(suite.Cases), 12)
	numbered := regexp.MustCompile(`^builtin/[0-9]{2}-(.*)\.yaml$`)
	points := 0.0
	for _, c := range suite.Cases {
		match := numbered.FindStringSubmatch(c.File)
		require.NotNil(t, match, c.File)
		assert.Equal(t, match[1], c.Name)
		assert.NotEmpty(t, c.Description, c.Name)
		assert.NotEmpty(t, c.Teaches, c.Name)
		assert.False(t, c.Hidden, c.Name)
		points += c.Points
	}
	assert.InDelta(t, points, suite.Points(), 1e-9)
	assert.Equal(t, "quiz", suite.Cases[0].Name)
	again, err := Builtin()
	require.NoError(t, err)
	assert.Equal(t, suite.Digest(), again.Digest())
}

// TestBuiltinIsItsFiles: what has been generated is what the files say.
func TestBuiltinIsItsFiles(t *testing.T) {
	t.Parallel()
	suite, err := Builtin()
	require.NoError(t, err)
	require.Same(t, &readBuiltin, suite, "zbuiltin.go is stale: run go generate in cases")
	read, err := Load("builtin")
	require.NoError(t, err)
	assert.Equal(t, read.Digest(), suite.Digest())
	assert.Equal(t, read.Title, suite.Title)
	assert.Equal(t, read.PassMark, suite.PassMark)
	assert.Equal(t, read.Limits, suite.Limits)
	require.Len(t, suite.Cases, len(read.Cases))
	for i, c := range suite.Cases {
		assert.Equal(t, settled(read.Cases[i]), settled(c))
		assert.Equal(t, filepath.ToSlash(read.Cases[i].File), c.File)
	}
}

// TestBuiltinThatHasChanged: a file counts as it is, generated or not.
func TestBuiltinThatHasChanged(t *testing.T) {
	t.Parallel()
	changed := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(builtin, "builtin", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := builtin.ReadFile(name)
		changed[d.Name()] = &fstest.MapFile{Data: raw}
		return err
	}))
	suite, err := builtinOf(changed)
	require.NoError(t, err)
	assert.Same(t, &readBuiltin, suite)

	const quiz = "01-quiz.yaml"
	before := string(changed[quiz].Data)
	changed[quiz].Data = []byte(before + "# a remark\n")
	suite, err = builtinOf(changed)
	require.NoError(t, err)
	assert.NotEqual(t, readBuiltin.Digest(), suite.Digest())
	assert.Equal(t, settled(readBuiltin.Cases[0]), settled(suite.Cases[0]))

	changed[quiz].Data = []byte(strings.Replace(before, "0.9999833", "0.9998833", 1))
	_, err = builtinOf(changed)
	require.ErrorContains(t, err, "builtin/01-quiz.yaml:20:8: the gradient of y is pinned to 0.9998833")
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := folder(t,
		"b.yml", sound,
		"a.yaml", sound,
		"C.JSON", `{"graph": "a = Sigmoid(x)\ncost = MSE(y, a)", "feed": {"x": 1, "y": 2}, "visibility": "hidden"}`,
		"case.schema.json", "{}",
		".hidden.yaml", "not a case",
		"notes.txt", "not a case",
		"README.md", "not a case",
	)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "below"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "below", "d.yaml"), []byte("not a case"), 0o644))
	suite, err := Load(dir)
	require.NoError(t, err)
	var names []string
	for _, c := range suite.Cases {
		names = append(names, c.Name)
		assert.Equal(t, dir, filepath.Dir(c.File))
	}
	assert.Equal(t, []string{"C", "a", "b"}, names)
	assert.InDelta(t, 3, suite.Points(), 0)
	assert.True(t, suite.Cases[0].Hidden)
}

func TestLoadFollowsLinks(t *testing.T) {
	t.Parallel()
	target := folder(t, "elsewhere", sound)
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(target, "elsewhere"), filepath.Join(dir, "linked.yaml")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	suite, err := Load(dir)
	require.NoError(t, err)
	assert.Equal(t, "linked", suite.Cases[0].Name)
}

func TestDigest(t *testing.T) {
	t.Parallel()
	digest := func(files ...string) string {
		suite, err := Load(folder(t, files...))
		require.NoError(t, err)
		assert.Regexp(t, "^[0-9a-f]{64}$", suite.Digest())
		return suite.Digest()
	}
	one := digest("a.yaml", sound, "b.yaml", sound)
	assert.Equal(t, one, digest("b.yaml", sound, "a.yaml", sound))
	assert.NotEqual(t, one, digest("a.yaml", sound, "c.yaml", sound))
	assert.NotEqual(t, one, digest("a.yaml", sound+"\n", "b.yaml", sound))
	assert.NotEqual(t, one, digest("a.yaml", sound))
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(folder(t, "x.yaml", sound), "x.yaml")
	missing := filepath.Join(t.TempDir(), "missing")
	withFolder := folder(t, "a.yaml", sound)
	require.NoError(t, os.Mkdir(filepath.Join(withFolder, "b.yaml"), 0o755))
	for name, tt := range map[string]struct {
		dir  string
		want []string // DIR stands for dir
	}{
		"a folder that isn't there": {missing, []string{"DIR: no folder of cases: no such file or directory"}},
		"a file":                    {file, []string{"DIR: this is not a folder; a suite is a folder of case files"}},
		"an empty folder":           {t.TempDir(), []string{"DIR: the folder has no case files (*.yaml)"}},
		"a folder of other things":  {folder(t, "README.md", "", "case.schema.json", "{}"), []string{"DIR: the folder has no case files (*.yaml)"}},
		"a folder like a case":      {withFolder, []string{"DIR/b.yaml: this is a folder, not a file"}},
		"a large file":              {folder(t, "a.yaml", strings.Repeat("# large\n", 1<<18)), []string{"DIR/a.yaml: the file has more than 1048576 bytes; it has to be smaller"}},
		"no points": {folder(t, "a.yaml", sound+"points: 0\n", "b.yaml", sound+"points: 0\n"),
			[]string{"DIR: all cases together are worth 0 points; at least one has to be worth more"}},
		"names that meet by default": {folder(t, "a.yaml", sound, "a.yml", sound),
			[]string{"DIR/a.yml:1:1: the name \"a\" is already that of the case in DIR/a.yaml"}},
		"a name given twice": {folder(t, "a.yaml", sound+"name: quiz\n", "b.yaml", sound+"name: quiz\n"),
			[]string{"DIR/b.yaml:5:7: the name \"quiz\" is already that of the case in DIR/a.yaml"}},
		"a name given and a default": {folder(t, "a.yaml", sound+"name: b\n", "b.yaml", sound),
			[]string{"DIR/b.yaml:1:1: the name \"b\" is already that of the case in DIR/a.yaml"}},
		"every file's errors": {folder(t, "a.yaml", sound+"points: x\nvisibility: y\n", "b.yaml", sound, "c.yaml", "", "d.yaml", "a: [\n"),
			[]string{
				"DIR/a.yaml:5:9: points has to be a number: \"x\" is not one",
				"DIR/a.yaml:6:13: visibility has to be visible or hidden, not \"y\"",
				"DIR/c.yaml:1:1: the file is empty; a case needs at least graph and feed",
				"DIR/d.yaml:1:4: not YAML: sequence end token ']' not found",
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite, err := Load(tt.dir)
			require.Nil(t, suite)
			var list ErrorList
			require.ErrorAs(t, err, &list)
			require.Len(t, list, len(tt.want))
			for i, e := range list {
				want := filepath.FromSlash(strings.ReplaceAll(tt.want[i], "DIR", filepath.ToSlash(tt.dir)))
				assert.Equal(t, want, e.Error())
			}
			assert.Equal(t, len(tt.want)-1, strings.Count(err.Error(), "\n"))
			var one *Error
			require.ErrorAs(t, err, &one)
			assert.True(t, slices.Contains(list, one))
		})
	}
}

func TestLoadRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	dir := folder(t, "a.yaml", sound)
	if err := os.Symlink(os.DevNull, filepath.Join(dir, "b.yaml")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "c.yaml")))
	_, err := Load(dir)
	require.ErrorContains(t, err, filepath.Join(dir, "b.yaml")+": this is not a regular file\n")
	require.ErrorContains(t, err, filepath.Join(dir, "c.yaml")+": ")
}

// Whatever a folder gives, the error is an ErrorList.
func TestUnreadableFolder(t *testing.T) {
	t.Parallel()
	_, err := load(brokenFS{}, "dir", filepath.Join)
	require.Equal(t, ErrorList{{File: "dir", Msg: "the disk is gone"}}, err)
}

type brokenFS struct{}

func (brokenFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("the disk is gone")}
}

func TestYAMLReadsBack(t *testing.T) {
	t.Parallel()
	suite, err := Builtin()
	require.NoError(t, err)
	for _, c := range suite.Cases {
		again := mustDecode(t, "x.yaml", string(c.YAML()))
		assert.Equal(t, settled(c), settled(again))
		assert.Equal(t, c.YAML(), again.YAML())
	}
	c := mustDecode(t, "x.yaml", sound+"name: \"\\\"<é>: #\\\"\"\ndescription: \"a\\n\\tb\"\nvisibility: hidden\ntolerance: {relative: 0.5, absolute: 1e-300}\n")
	assert.Equal(t, settled(c), settled(mustDecode(t, "y.yaml", string(c.YAML()))))
}

// BenchmarkBuiltin measures what a start of the grader pays for the built-in suite.
func BenchmarkBuiltin(b *testing.B) {
	for b.Loop() {
		_, err := Builtin()
		require.NoError(b, err)
	}
}

// BenchmarkLoad measures what such a suite costs that is read from its files.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		_, err := Load("builtin")
		require.NoError(b, err)
	}
}
