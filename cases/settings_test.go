package cases

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const allSettings = `# what holds for all cases
title: Week 3, "several outputs"
tolerance: {relative: 1e-4, absolute: 1e-8}
points: 2.5
limits:
  timeout: 1.5s
  memory: 512MiB
  output: 64KiB
pass_mark: 60
`

func TestSettings(t *testing.T) {
	t.Parallel()
	eighth := 1e-8
	for _, name := range []string{"suite.yaml", "suite.yml", "SUITE.YAML"} {
		suite, err := Load(folder(t, name, allSettings,
			"a.yaml", sound,
			"b.yaml", sound+"points: 1\ntolerance: {relative: 1e-9}\n",
			"c.yaml", sound+"tolerance: {relative: 1e-9, absolute: 0}\n",
		))
		require.NoError(t, err)
		assert.Equal(t, `Week 3, "several outputs"`, suite.Title)
		assert.InDelta(t, 60, suite.PassMark, 0)
		assert.Equal(t, Limits{Timeout: 1500 * time.Millisecond, Memory: 512 << 20, Output: 64 << 10}, suite.Limits)
		require.Len(t, suite.Cases, 3)
		a, b, c := suite.Cases[0], suite.Cases[1], suite.Cases[2]
		assert.Equal(t, Tolerance{Relative: 1e-4, Absolute: &eighth}, a.Tolerance)
		assert.InDelta(t, 2.5, a.Points, 0)
		assert.Equal(t, Tolerance{Relative: 1e-9, Absolute: &eighth}, b.Tolerance, "each part on its own")
		assert.InDelta(t, 1, b.Points, 0)
		assert.Equal(t, Tolerance{Relative: 1e-9, Absolute: new(float64)}, c.Tolerance)
		assert.InDelta(t, 6, suite.Points(), 0)
	}
}

func TestSettingsAreOptional(t *testing.T) {
	t.Parallel()
	for _, files := range [][]string{
		{"a.yaml", sound},
		{"a.yaml", sound, "suite.json", "{}"},
		{"a.yaml", sound, "suite.txt", allSettings},
	} {
		suite, err := Load(folder(t, files...))
		require.NoError(t, err)
		assert.Empty(t, suite.Title)
		assert.Zero(t, suite.PassMark)
		assert.Zero(t, suite.Limits)
		require.Len(t, suite.Cases, 1)
		assert.Equal(t, DefaultTolerance(), suite.Cases[0].Tolerance)
		assert.InDelta(t, 1, suite.Cases[0].Points, 0)
	}
}

// A tolerance that holds for all cases holds for what they pin, too.
func TestSettingsAndPins(t *testing.T) {
	t.Parallel()
	pinned := sound + "expect: {x: -0.6918}\n"
	_, err := Load(folder(t, "a.yaml", pinned))
	require.ErrorContains(t, err, "the gradient of x is pinned to -0.6918")
	_, err = Load(folder(t, "a.yaml", pinned, "suite.yaml", "tolerance: {relative: 0.6}"))
	require.NoError(t, err)
}

func TestSettingsCountForTheDigest(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, files := range [][]string{
		{"a.yaml", sound},
		{"a.yaml", sound, "suite.yaml", "{}"},
		{"a.yaml", sound, "suite.yaml", "title: x"},
		{"a.yaml", sound, "suite.yml", "title: x"},
	} {
		suite, err := Load(folder(t, files...))
		require.NoError(t, err)
		assert.False(t, seen[suite.Digest()])
		seen[suite.Digest()] = true
	}
}

const settingsKeys = "title, tolerance, points, limits, pass_mark"

var badSettings = []struct{ text, want string }{
	{"", "1:1: the file is empty; without settings, a suite needs no such file"},
	{"- 1", "1:1: a suite file has to be a mapping with the keys " + settingsKeys + "; this is a list"},
	{"titel: x", `1:1: unknown key "titel"; the keys of a suite file are ` + settingsKeys},
	{"title: x\npoints: 1\ntitle: y", `3:1: the key "title" is repeated; it is already in line 1`},
	{"title: 3", "1:8: title has to be text: put 3 in quotes"},
	{"title: ''", "1:8: title is empty"},
	{"title: [x]", "1:8: title has to be text; this is a list"},
	{"title: \"a\\nb\"", `1:8: title has to be one line of printable characters, not "a\nb"`},
	{"title: " + string(bytes.Repeat([]byte("x"), 201)), "1:8: title is longer than 200 characters"},
	{"title: a\x1bb", "1:9: the character U+001B is not allowed in a suite file"},
	{"tolerance: 1e-6", `1:12: tolerance has to be a mapping with the keys relative, absolute; this is "1e-6"`},
	{"tolerance: {relative: 1}", "1:23: relative has to be below 1, or an answer of zeros would pass; this is 1"},
	{"tolerance:\n  absolute: -1", "2:13: absolute has to be at least 0, not -1"},
	{"tolerance: {abs: 1}", `1:13: unknown key "abs"; the keys of tolerance are relative, absolute`},
	{"points: many", `1:9: points has to be a number: "many" is not one`},
	{"points: -1", "1:9: points have to be from 0 to 1000000, not -1"},
	{"limits: none", `1:9: limits has to be a mapping with the keys timeout, memory, output; this is "none"`},
	{"limits:\n  time: 2s", `2:3: unknown key "time"; the keys of limits are timeout, memory, output`},
	{"limits: {timeout: 2}", `1:19: timeout has to be a time with its unit, such as 2s or 500ms; this is "2"`},
	{"limits: {timeout: [2s]}", "1:19: timeout has to be a time with its unit, such as 2s or 500ms; this is a list"},
	{"limits: {timeout: -2s}", "1:19: timeout has to be from 100ms to 10m0s, not -2s"},
	{"limits: {timeout: 11m}", "1:19: timeout has to be from 100ms to 10m0s, not 11m"},
	{"limits: {memory: lots}", `1:18: memory has to be a size, such as 256MiB; this is "lots"`},
	{"limits: {memory: 64MiB}", "1:18: memory has to be from 128MiB to 64GiB, not 64MiB"},
	{"limits: {output: {}}", "1:18: output has to be a size, such as 256MiB; this is a mapping"},
	{"limits: {output: 1023}", "1:18: output has to be from 1KiB to 1GiB, not 1023"},
	{"limits: {output: 2GiB}", "1:18: output has to be from 1KiB to 1GiB, not 2GiB"},
	{"pass_mark: half", `1:12: pass_mark has to be a number: "half" is not one`},
	{"pass_mark: 0", "1:12: pass_mark has to be above 0 and at most 100, the score of a submission that passes every case; not 0"},
	{"pass_mark: 101", "1:12: pass_mark has to be above 0 and at most 100, the score of a submission that passes every case; not 101"},
	{"title: &a x", "1:8: anchors (&) are not allowed in a suite file: write the value out where it is used"},
	{"title: x\n---\ntitle: y", "2:1: a second document begins here: a suite file holds one suite's settings"},
	{"title: [", "1:8: not YAML: sequence end token ']' not found"},
	{"graph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\nfeed: {x: 1, y: 2}",
		`1:1: unknown key "graph"; the keys of a suite file are ` + settingsKeys + "\nDIR/suite.yaml:" +
			`4:1: unknown key "feed"; the keys of a suite file are ` + settingsKeys},
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	for _, tt := range badSettings {
		dir := folder(t, "a.yaml", sound, "suite.yaml", tt.text)
		suite, err := Load(dir)
		assert.Nil(t, suite, tt.text)
		var list ErrorList
		require.ErrorAs(t, err, &list, tt.text)
		at := filepath.Join(dir, "suite.yaml")
		want := bytes.ReplaceAll([]byte("DIR/suite.yaml:"+tt.want), []byte("DIR/suite.yaml"), []byte(at))
		assert.Equal(t, string(want), err.Error(), tt.text)
	}
}

func TestSettingsFiles(t *testing.T) {
	t.Parallel()
	dir := folder(t, "suite.yaml", "title: x")
	_, err := Load(dir)
	require.EqualError(t, err, dir+": the folder has settings, but no case files (*.yaml)")

	dir = folder(t, "a.yaml", sound, "suite.json", "{}", "suite.yaml", "titel: x")
	_, err = Load(dir)
	require.EqualError(t, err, filepath.Join(dir, "suite.yaml")+":1:1: the suite's settings are already in "+filepath.Join(dir, "suite.json"))

	dir = folder(t, "a.yaml", sound+"points: x\n", "suite.yaml", "points: y")
	_, err = Load(dir)
	require.ErrorContains(t, err, filepath.Join(dir, "a.yaml")+":5:9: ")
	require.ErrorContains(t, err, filepath.Join(dir, "suite.yaml")+":1:9: ")
}

func TestTheSuiteSchema(t *testing.T) {
	t.Parallel()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(SuiteSchema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("suite.schema.json", doc))
	s, err := c.Compile("suite.schema.json")
	require.NoError(t, err)
	require.Len(t, s.Properties, len(settingsFields))
	for _, f := range settingsFields {
		assert.Contains(t, s.Properties, f.key)
	}
	validate := func(text string) error {
		src := newSource(suiteKind, "suite.yaml", []byte(text))
		top := parseYAML(src)
		if len(src.errs) > 0 {
			return nil // not for a schema to say
		}
		return s.Validate(generic(top))
	}
	for _, text := range []string{allSettings, "{}", "limits: {timeout: 1m30s, output: 4096}", "limits: {timeout: 500ms, memory: '1g'}"} {
		require.NoError(t, validate(text), text)
		_, errs := decodeSettings("suite.yaml", []byte(text))
		assert.Empty(t, errs, text)
	}
	refused := 0
	for _, tt := range badSettings {
		if validate(tt.text) != nil {
			refused++
		}
	}
	assert.GreaterOrEqual(t, refused, 20)
}

func TestWith(t *testing.T) {
	t.Parallel()
	suite, err := Load(folder(t, "a.yaml", sound, "suite.yaml", allSettings))
	require.NoError(t, err)
	digest := suite.Digest()
	b, err := Parse("b.yaml", []byte(sound))
	require.NoError(t, err)
	c, err := Parse("c.yaml", []byte(sound+"name: other\n"))
	require.NoError(t, err)

	both, err := suite.With(b, c)
	require.NoError(t, err)
	assert.Equal(t, []*Case{suite.Cases[0], b, c}, both.Cases)
	assert.Equal(t, suite.Limits, both.Limits)
	assert.Equal(t, suite.Title, both.Title)
	assert.Len(t, suite.Cases, 1)
	assert.Equal(t, digest, suite.Digest())
	again, err := suite.With(b, c)
	require.NoError(t, err)
	assert.Equal(t, both.Digest(), again.Digest())
	for _, more := range [][]*Case{{}, {b}, {c}, {c, b}} {
		other, err := suite.With(more...)
		require.NoError(t, err)
		assert.NotEqual(t, both.Digest(), other.Digest())
		assert.NotEqual(t, digest, other.Digest())
	}

	a, err := Parse("elsewhere/a.yaml", []byte(sound))
	require.NoError(t, err)
	_, err = suite.With(b, a, b)
	require.EqualError(t, err, "elsewhere/a.yaml: the name \"a\" is already that of another case\nb.yaml: the name \"b\" is already that of another case")
	_, err = Parse("x.yaml", []byte("name: x"))
	var list ErrorList
	require.ErrorAs(t, err, &list)
	assert.Equal(t, "x.yaml", list[0].File)
}
