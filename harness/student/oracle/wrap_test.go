package oracle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWrapRenamesWhatClashes(t *testing.T) {
	t.Parallel()
	w, err := newWrapper()
	require.NoError(t, err)
	wrapped, err := w.wrap(Program{Name: "clash.go", Source: []byte(`// run

package main

import "fmt"

type Node struct{ next *Node }

type Linear struct {
	Node
	*Input
	main int
}

type Input struct{}

func (n Node) Forward() int { return 1 }

var (
	mat     = Linear{Node: Node{}, Input: nil, main: 2}
	float64 = 3
)

type pair[T any] struct{ Node Node; T T }

func conformanceMain() {}

func main() {
	Node := mat.Node.Forward() + mat.Forward() + mat.main
	f := main
	_ = f
	{
		main := "main.Node of main.go and domain.x"
		fmt.Println(main, Node, mat.Input, float64, pair[int]{T: 1}.Node)
	}
	var y struct{ pair[bool] }
	_ = y.pair.Node
}
`)})
	require.NoError(t, err)
	assert.Equal(t, []string{"Input", "Linear", "Node", "float64", "mat"}, wrapped.Renamed)
	assert.Contains(t, string(wrapped.Source), `// run

package miniflow

import "fmt"

type NodeOfProgram struct{ next *NodeOfProgram }

type LinearOfProgram struct {
	NodeOfProgram
	*InputOfProgram
	main int
}

type InputOfProgram struct{}

func (n NodeOfProgram) Forward() int { return 1 }

var (
	matOfProgram     = LinearOfProgram{NodeOfProgram: NodeOfProgram{}, InputOfProgram: nil, main: 2}
	float64OfProgram = 3
)

type pair[T any] struct{ Node NodeOfProgram; T T }

func conformanceMain() {}

func conformanceMain1() {
	Node := matOfProgram.NodeOfProgram.Forward() + matOfProgram.Forward() + matOfProgram.main
	f := conformanceMain1
	_ = f
	{
		main := "miniflow.Node of miniflow.go and domain.x"
		fmt.Println(main, Node, matOfProgram.InputOfProgram, float64OfProgram, pair[int]{T: 1}.Node)
	}
	var y struct{ pair[bool] }
	_ = y.pair.Node
}

var conformanceRan bool

func (s *Sigmoid) Backward() {
	if !conformanceRan {
		conformanceRan = true
		conformanceMain1()
	}
`)
	checker, err := newTypeChecker()
	require.NoError(t, err)
	_, faults, err := checker.check(wrapped.Source)
	assert.NoError(t, err)
	assert.Empty(t, faults)
}

func TestWrapRefusesWhatIsNoProgram(t *testing.T) {
	t.Parallel()
	w, err := newWrapper()
	require.NoError(t, err)
	for _, src := range []string{"", "package main\n", "package main\n\nfunc main() { undefined() }\n", "package main\n\nfunc main() {"} {
		_, err := w.wrap(Program{Source: []byte(src)})
		assert.Error(t, err, "%q", src)
	}
}

func TestIsConformance(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		"// run\n\npackage main\n":                             true,
		"// run\n\npackage main\n\nimport \"fmt\"\n":           true,
		"// run -gcflags=-l\n\npackage main\n":                 false,
		"// errorcheck\n\npackage main\n":                      false,
		"// run\n\npackage other\n":                            false,
		"// run\n\npackage main\n\nimport \"os\"\n":            false,
		"// run\n\npackage main\n\nimport \"C\"\n":             false,
		"// run\n//go:build !wasm\n\npackage main\n":           false,
		"// run\n// +build linux\n\npackage main\n":            false,
		"// run\n\npackage main\n\n//go:noinline\nfunc f() {}": false,
		"// run\n\npackage":                                    false,
	} {
		assert.Equal(t, want, isConformance([]byte(src)), "%q", src)
	}
}
