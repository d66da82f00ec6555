package cases

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzCase: a file that is accepted reads back from what YAML writes, and one
// that is refused is so with a place in it.
func FuzzCase(f *testing.F) {
	names, err := fs.Glob(builtin, "builtin/*.yaml")
	require.NoError(f, err)
	require.NotEmpty(f, names)
	for _, name := range names {
		raw, err := fs.ReadFile(builtin, name)
		require.NoError(f, err)
		f.Add(raw)
	}
	for _, m := range readMalformed(f) {
		f.Add(m.raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, _, errs := decode("x.yaml", raw, noSuiteFile)
		if len(errs) > 0 {
			lines := 1 + strings.Count(newSource(caseKind, "x.yaml", raw).text, "\n")
			for _, e := range errs {
				assert.NotEmpty(t, e.Msg)
				assert.True(t, utf8.ValidString(e.Msg), "%q", e.Msg)
				assert.GreaterOrEqual(t, e.Column, 1, "%v", e)
				assert.True(t, 1 <= e.Line && e.Line <= lines, "%v: the file has %d lines", e, lines)
			}
			return
		}
		again, _, errs := decode("x.yaml", c.YAML(), noSuiteFile)
		require.Empty(t, errs, "%s", c.YAML())
		assert.Equal(t, settled(c), settled(again))
		_, err := c.Want()
		assert.NoError(t, err)
	})
}

// FuzzSettings: a suite file that is refused is so with a place in it, and one
// that is accepted sets only what makes sense.
func FuzzSettings(f *testing.F) {
	f.Add([]byte(allSettings))
	for _, bad := range badSettings {
		f.Add([]byte(bad.text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		set, errs := decodeSettings("suite.yaml", raw)
		if len(errs) > 0 {
			lines := 1 + strings.Count(newSource(suiteKind, "suite.yaml", raw).text, "\n")
			for _, e := range errs {
				assert.NotEmpty(t, e.Msg)
				assert.True(t, utf8.ValidString(e.Msg), "%q", e.Msg)
				assert.True(t, 1 <= e.Line && e.Line <= lines && e.Column >= 1, "%v: the file has %d lines", e, lines)
			}
			return
		}
		l := set.limits
		assert.True(t, l.Timeout == 0 || minTimeout <= l.Timeout && l.Timeout <= maxTimeout, "%v", l.Timeout)
		assert.True(t, l.Memory == 0 || MinMemory <= l.Memory && l.Memory <= maxMemory, "%v", l.Memory)
		assert.True(t, l.Output == 0 || minOutput <= l.Output && l.Output <= maxOutput, "%v", l.Output)
		assert.True(t, 0 <= set.passMark && set.passMark <= 100 && 0 <= set.points && set.points <= maxPoints)
		assert.True(t, 0 <= set.tolerance.Relative && set.tolerance.Relative < 1)
	})
}

// settled is c without what was computed from it.
func settled(c *Case) *Case {
	return &Case{Problem: c.Problem, Description: c.Description, Teaches: c.Teaches, Points: c.Points,
		Hidden: c.Hidden, Tolerance: c.Tolerance, Expect: c.Expect}
}

// FuzzGraph: a graph text that is accepted is what its statements say, and one
// that is refused is so with a place in it.
func FuzzGraph(f *testing.F) {
	for _, text := range []string{
		"f = Linear(X, W, b)\na = Sigmoid(f)\ncost = MSE(y, a)\n",
		"  \t# a comment\n\na=Sigmoid( x , ) # another",
		"a = b = c", "= Sigmoid(x)", "a = Sigmoid(", "a = Sigmoid)x(", "a = Sigmoid(x) b", "θ₁ = Sigmoid(x)",
		"MSE = MSE(MSE, MSE)", "1 = Sigmoid(2)", "a = Sigmoid(,)", "a = \x00\xff", "a = Linear(x, w)",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		places := linesOf(text)
		var failed []position
		fail := func(at position, format string, args ...any) {
			assert.NotEmpty(t, format)
			failed = append(failed, at)
		}
		statements := parseGraph(text, places, fail)
		for _, at := range failed {
			assert.True(t, slices.Contains(places, at), "%v", at)
		}
		var b strings.Builder
		for _, s := range statements {
			b.WriteString(plain(s).String() + "\n")
		}
		again := parseGraph(b.String(), linesOf(b.String()), func(at position, format string, args ...any) {
			t.Errorf("%v: "+format, append([]any{at}, args...)...)
		})
		require.Len(t, again, len(statements))
		for i, s := range statements {
			assert.Equal(t, plain(s), plain(again[i]))
		}
	})
}

// linesOf gives each character's place in a text that is a file by itself.
func linesOf(text string) []position {
	at := position{1, 1}
	places := []position{at}
	for _, r := range text {
		at.column++
		if r == '\n' {
			at = position{at.line + 1, 1}
		}
		places = append(places, at)
	}
	return places
}

func plain(s statement) Statement {
	p := Statement{Name: s.name, Op: s.op.name}
	for _, arg := range s.args {
		p.Args = append(p.Args, arg.name)
	}
	return p
}
