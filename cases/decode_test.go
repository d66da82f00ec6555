package cases

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const oneLayer = "graph: |\n  f = Linear(X, W, b)\n  a = Sigmoid(f)\n  cost = MSE(y, a)\n"

func mustDecode(t *testing.T, file, text string) *Case {
	t.Helper()
	c, _, errs := decode(file, []byte(text), noSuiteFile)
	require.Empty(t, errs, "%s", text)
	return c
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, "some/folder/steep slope.yaml", oneLayer+"feed: {X: [[1, 2]], W: [3, 4], b: 5, y: 6}")
	assert.Equal(t, "steep slope", c.Name)
	assert.Equal(t, "some/folder/steep slope.yaml", c.File)
	assert.Equal(t, []string{"X", "W", "b", "y"}, c.Compare)
	assert.Equal(t, DefaultTolerance(), c.Tolerance)
	assert.InDelta(t, 1.0, c.Points, 0)
	assert.False(t, c.Hidden)
	assert.Nil(t, c.Descent)
	assert.Empty(t, c.Expect)
	assert.Empty(t, c.Description)
}

func TestAllFields(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, "x.yaml", oneLayer+`feed: {X: [[1, 2]], W: [0.3, 4], b: 0.5, y: 6}
name: one
description: |
  Two lines
  of text.
compare: [b, X]
tolerance: {relative: 0, absolute: 0.5}
points: 0
visibility: hidden
teaches: "a: b"
descent: {steps: 3, learning_rate: 1e-2, update: [W]}
`)
	half := 0.5
	assert.Equal(t, "one", c.Name)
	assert.Equal(t, "Two lines\nof text.", c.Description)
	assert.Equal(t, []string{"b", "X"}, c.Compare)
	assert.Equal(t, Tolerance{Absolute: &half}, c.Tolerance)
	assert.Zero(t, c.Points)
	assert.True(t, c.Hidden)
	assert.Equal(t, "a: b", c.Teaches)
	assert.Equal(t, &Descent{Steps: 3, LearningRate: 0.01, Update: []string{"W"}}, c.Descent)
	want, err := c.Want()
	require.NoError(t, err)
	assert.Len(t, want.Descent, 3)
	again, err := c.Want()
	require.NoError(t, err)
	assert.Same(t, want, again)
}

func TestFeedShapes(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, "x.yaml", `
graph: |
  a = Linear(s, V, c)       # out of order

  s = Sigmoid(f)
  f = Linear(X, W, b)
  cost = MSE(y, a)
feed:
  X:                        # nested lists are rows
    - [1, 2]
    - [3, 4]
    - - 5
      - 6
  W: [[1, 2, 3], [4, 5, 6]]
  b: [7, 8, 9]              # a flat list is a row for a bias
  V: [1, 2, 3]              # and a column for anything else
  c: -1                     # a number is 1×1
  y: [.5, +2.5e-1, 3.]
`[1:])
	shapes := make(map[string]string)
	for _, m := range c.Feed {
		shapes[m.Name] = m.Shape()
	}
	assert.Equal(t, map[string]string{"X": "3×2", "W": "2×3", "b": "1×3", "V": "3×1", "c": "1×1", "y": "3×1"}, shapes)
	y, ok := c.Fed("y")
	require.True(t, ok)
	assert.Equal(t, Floats{0.5, 0.25, 3}, y.Data)
	_, ok = c.Fed("z")
	assert.False(t, ok)
}

// One list of numbers can be a bias and something else if it has one number.
func TestOneNumberIsRowAndColumn(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, "x.yaml", "graph: |\n  f = Linear(X, b, b)\n  a = Sigmoid(f)\n  cost = MSE(y, a)\nfeed: {X: [1, 2], b: [3], y: [4, 5]}\n")
	want, err := c.Want()
	require.NoError(t, err)
	assert.Len(t, want.Passes[0].Gradients[1].Data, 1)
}

// The same case in other clothes.
func TestOtherForms(t *testing.T) {
	t.Parallel()
	block := oneLayer + "feed:\n  X: [[1, 2]]\n  W: [3, 4]\n  b: 5\n  y: 6\n"
	want := settled(mustDecode(t, "x.yaml", block))
	for name, text := range map[string]string{
		"JSON": `{"graph": "f = Linear(X, W, b)\na = Sigmoid(f)\ncost = MSE(y, a)\n",
			"feed": {"X": [[1, 2]], "W": [3, 4], "b": 5, "y": 6}}`,
		"JSON on one line, with a name": `{"name":"x","graph":"f = Linear(X, W, b)\na = Sigmoid(f)\ncost = MSE(y, a)","feed":{"X":[[1,2]],"W":[3,4],"b":[5],"y":[[6]]}}`,
		"byte order mark":               "\ufeff" + block,
		"carriage returns":              strings.ReplaceAll(block, "\n", "\r\n"),
		"a separator and an end":        "---\n" + block + "...\n",
		"comments":                      "# a\n" + strings.ReplaceAll(block, "\n  X", " # b\n\n  # c\n  X"),
		"no space around":               strings.NewReplacer(" = ", "=", ", ", ",").Replace(block),
		"a comma at the end":            strings.Replace(block, "W, b)", "W, b, )", 1),
		"tabs between":                  strings.Replace(block, " = Linear(X,", "\t=\tLinear( X\t,", 1),
		"feed first":                    block[len(oneLayer):] + oneLayer,
		"blanks at the ends of lines":   strings.NewReplacer(")\n", ")  \n", "5\n", "5   \n").Replace(block),
	} {
		assert.Equal(t, want, settled(mustDecode(t, "x.yaml", text)), name)
	}
}

// A pinned gradient may be as far off as the case's own tolerance allows.
func TestExpectWithALooseTolerance(t *testing.T) {
	t.Parallel()
	const feed = "feed: {X: [[-1, -2], [-1, -2]], W: [2, 3], b: -3, y: [1, 2]}\n"
	const off = "expect: {b: [-5.01033e-05]}\n" // by 1 part in 100,000
	_, _, errs := decode("x.yaml", []byte(oneLayer+feed+off), noSuiteFile)
	assert.Len(t, errs, 1)
	mustDecode(t, "x.yaml", oneLayer+feed+off+"tolerance: {relative: 1e-4}\n")
	mustDecode(t, "x.yaml", oneLayer+feed+off+"tolerance: {absolute: 1e-6}\n")
	c := mustDecode(t, "x.yaml", oneLayer+feed+"expect: {b: [-5.0102870866e-05]}\ntolerance: {relative: 1e-15, absolute: 0}\n")
	assert.Len(t, c.Expect, 1)
}

func TestTooMuch(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return "[" + strings.Repeat("1,", n-1) + "1]" }
	column := "graph: |\n  a = Sigmoid(x)\n  cost = MSE(y, a)\n"
	product := "graph: |\n  f = Linear(x, w, b)\n  a = Sigmoid(f)\n  cost = MSE(a, y)\n"
	chain := "graph: |\n" + strings.Repeat("  a = Sigmoid(a)\n", maxStatements+1)
	for name, tt := range map[string]struct{ text, want string }{
		"entries":    {column + "feed: {x: " + long(60_000) + ", y: " + long(60_000) + "}", "x.yaml:4:"},
		"values":     {product + "feed:\n  x: " + long(20_000) + "\n  w: [" + long(20_000) + "]\n  b: " + long(20_000) + "\n  y: 1", "x.yaml:2:3: the values of the nodes up to"},
		"work":       {column + "feed:\n  x: " + long(45_000) + "\n  y: " + long(45_000) + "\ndescent: {steps: 10000, learning_rate: 1, update: [x]}", "x.yaml:1:1: running the case would take some 247.5 seconds; at most 2 are allowed"},
		"statements": {chain + "feed: {x: 1, y: 2}", "x.yaml:1002:3: the graph has more than 1000 definitions"},
		"bytes":      {column + "feed: {x: 1, y: 2}\n# " + strings.Repeat("x", maxFileSize), "more than 1048576 bytes"},
		"keys":       {column + "feed:\n" + strings.Repeat("  x: 1\n", maxKeys), "x.yaml:2003:4: the file has too many keys"},
		"errors":     {column + "feed: {x: [" + strings.Repeat("a,", 50) + "], y: 1}", "x.yaml:4:52: too many errors: 30 more from here on"},
	} {
		if name == "bytes" {
			_, err := readFile(mapFS("x.yaml", tt.text), "x.yaml")
			require.ErrorContains(t, err, tt.want)
			continue
		}
		_, _, errs := decode("x.yaml", []byte(tt.text), noSuiteFile)
		assert.Contains(t, errs.Error(), tt.want, name)
	}
}
