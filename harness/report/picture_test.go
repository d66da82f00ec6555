package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/miniflow/grader/cases/problem"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// network reads lines such as "s = Sigmoid(f)".
func network(t *testing.T, text string) []problem.Statement {
	t.Helper()
	var graph []problem.Statement
	for line := range strings.Lines(strings.TrimSpace(text)) {
		name, call, ok := strings.Cut(strings.TrimSpace(line), " = ")
		require.True(t, ok, line)
		op, args, ok := strings.Cut(strings.TrimSuffix(call, ")"), "(")
		require.True(t, ok, line)
		graph = append(graph, problem.Statement{Name: name, Op: op, Args: strings.Split(args, ", ")})
	}
	return graph
}

func draw(graph []problem.Statement, marked []string, g glyphs) string {
	var b strings.Builder
	for _, line := range layPicture(picture(graph, marked, g), g, 78) {
		b.WriteString(line.text + "\n")
	}
	return b.String()
}

func TestPicture(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, graph   string
		marked        []string
		unicode, lean string // lean: in ASCII
	}{
		{"a chain", `
			f = Linear(X, W, b)
			a = Sigmoid(f)
			cost = MSE(y, a)`, []string{"a"}, `
○  f = Linear(X, W, b)
✗  a = Sigmoid(f)       ← your gradient goes wrong here
○  cost = MSE(y, a)       gradients start here and go up
`, `
o  f = Linear(X, W, b)
X  a = Sigmoid(f)       <- your gradient goes wrong here
o  cost = MSE(y, a)       gradients start here and go up
`},
		{"statements out of order", `
			cost = MSE(y, u)
			u = Sigmoid(t)
			t = Sigmoid(s)
			s = Sigmoid(x)`, []string{"s", "u"}, `
✗  s = Sigmoid(x)    ← your gradient goes wrong here
○  t = Sigmoid(s)
✗  u = Sigmoid(t)
○  cost = MSE(y, u)    gradients start here and go up
`, ""},
		{"two outputs, one of them the cost", `
			f = Linear(X, W, b)
			s = Sigmoid(f)
			p = Linear(s, V, c)
			cost = MSE(p, s)`, nil, `
○    f = Linear(X, W, b)
○    s = Sigmoid(f)
├─╮
○ │  p = Linear(s, V, c)
├─╯
○    cost = MSE(p, s)       gradients start here and go up
`, `
o    f = Linear(X, W, b)
o    s = Sigmoid(f)
+-+
o |  p = Linear(s, V, c)
+-+
o    cost = MSE(p, s)       gradients start here and go up
`},
		{"three outputs", `
			f = Linear(X, W, b)
			s = Sigmoid(f)
			p = Linear(s, V, c)
			q = Linear(s, U, d)
			r = Sigmoid(s)
			m = Linear(p, q, e)
			cost = MSE(r, m)`, []string{"s"}, `
○      f = Linear(X, W, b)
✗      s = Sigmoid(f)       ← your gradient goes wrong here
├─┬─╮
○ │ │  p = Linear(s, V, c)
│ ○ │  q = Linear(s, U, d)
│ │ ○  r = Sigmoid(s)
├─╯ │
○   │  m = Linear(p, q, e)
├───╯
○      cost = MSE(r, m)       gradients start here and go up
`, ""},
		{"lanes that cross", `
			s = Sigmoid(x)
			t = Sigmoid(s)
			u = Sigmoid(s)
			v = Sigmoid(t)
			p = Linear(t, u, b)
			q = Linear(v, p, b)
			cost = MSE(y, q)`, nil, `
○      s = Sigmoid(x)
├─╮
○ │    t = Sigmoid(s)
├─┼─╮
│ ○ │  u = Sigmoid(s)
○ │ │  v = Sigmoid(t)
│ ├─╯
│ ○    p = Linear(t, u, b)
├─╯
○      q = Linear(v, p, b)
○      cost = MSE(y, q)       gradients start here and go up
`, ""},
		{"the same input twice", `
			s = Sigmoid(x)
			q = Linear(s, s, c)
			cost = MSE(y, q)`, nil, `
○  s = Sigmoid(x)
○  q = Linear(s, s, c)
○  cost = MSE(y, q)       gradients start here and go up
`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			graph := network(t, tt.graph)
			assert.Equal(t, strings.TrimPrefix(tt.unicode, "\n"), draw(graph, tt.marked, unicodeGlyphs))
			lean := draw(graph, tt.marked, asciiGlyphs)
			for _, r := range lean {
				assert.Less(t, r, rune(128))
			}
			if tt.lean != "" {
				assert.Equal(t, strings.TrimPrefix(tt.lean, "\n"), lean)
			}
		})
	}
}

// Of any network, every node has its line and its mark, in an order in which it
// could be computed, and no line is too long.
func TestPictureOfAnything(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var graph []problem.Statement
		var marked []string
		for i := range 1 + rng.IntN(40) {
			s := problem.Statement{Name: fmt.Sprintf("n%d_%s", i, strings.Repeat("ü", rng.IntN(60))), Op: "Linear"}
			for range 1 + rng.IntN(3) {
				if i == 0 || rng.IntN(4) == 0 {
					s.Args = append(s.Args, "X")
				} else {
					s.Args = append(s.Args, graph[rng.IntN(i)].Name)
				}
			}
			graph = append(graph, s)
			if rng.IntN(5) == 0 {
				marked = append(marked, s.Name)
			}
		}
		rng.Shuffle(len(graph), func(i, j int) { graph[i], graph[j] = graph[j], graph[i] })
		lines := picture(graph, marked, unicodeGlyphs)
		var order, crossed []string
		for _, d := range lines {
			if d.node == "" {
				continue
			}
			i := slices.IndexFunc(graph, func(s problem.Statement) bool { return s.Name == d.node })
			for _, arg := range graph[i].Args {
				assert.True(t, arg == "X" || slices.Contains(order, arg), "%s before %s", d.node, arg)
			}
			order = append(order, d.node)
			if d.marked {
				crossed = append(crossed, d.node)
				assert.Contains(t, d.lanes, unicodeGlyphs.marked)
			}
		}
		assert.Len(t, order, len(graph))
		assert.ElementsMatch(t, marked, crossed)
		for _, line := range layPicture(lines, unicodeGlyphs, 78) {
			assert.LessOrEqual(t, Width(line.text), 78, line.text)
		}
	}
}

// Statements of a circle can't be drawn, and must not keep anyone waiting.
func TestPictureOfACircle(t *testing.T) {
	t.Parallel()
	assert.Empty(t, picture(network(t, "a = Sigmoid(b)\nb = Sigmoid(a)"), nil, unicodeGlyphs))
}
