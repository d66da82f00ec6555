package kit_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/reference/kit"
)

func TestStarterIsTheHandedOutFile(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `package miniflow

// Backward computes the gradient of the cost with respect to the node's input
// from the gradients that the node's outputs send back.
func (s *Sigmoid) Backward() {
	s.ZeroGradients()
	for _, n := range s.Outbound() {
		gradCost := n.Gradient(s)
		_ = gradCost
		// TODO: your code goes here.
	}
}
`, string(kit.Starter()))
}

func TestSourcesAreTheEngines(t *testing.T) {
	t.Parallel()
	for name, source := range kit.Sources() {
		onDisk := filepath.Join("..", "miniflow", name)
		if name == "sigmoid_struct.go" {
			assert.NoFileExists(t, onDisk, "the engine would declare Sigmoid twice")
			continue
		}
		want, err := os.ReadFile(onDisk)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(source), name)
	}
	assert.NotContains(t, kit.Sources(), "sigmoid.go", "that one is the student's")
}

// Each name that the kit declares is one less for the student to use, and each
// method that it lacks is a broken promise.
func TestDeclaredNames(t *testing.T) {
	t.Parallel()
	names, methods := declarations(t, append(sources(), kit.Starter()))
	assert.Equal(t, []string{
		"ForwardAndBackward", "GradientDescentUpdate", "Input", "Linear", "Logistic", "MSE",
		"NewInput", "NewLinear", "NewMSE", "NewSigmoid", "Node", "Sigmoid", "TopologicalSort",
		"graphError", "topology", "vertex",
	}, names)

	node := []string{"Backward", "Forward", "Gradient", "Inbound", "Outbound", "Value"}
	exported := func(of ...string) (all []string) {
		for _, of := range of {
			for _, m := range methods[of] {
				if ast.IsExported(m) {
					all = append(all, m)
				}
			}
		}
		slices.Sort(all)
		return all
	}
	assert.Equal(t, node, exported("Node"))
	assert.Equal(t, node, exported("Input", "vertex"))
	assert.Equal(t, node, exported("Linear", "vertex"))
	assert.Equal(t, node, exported("MSE", "vertex"))
	// Sigmoid spells out even what it has from vertex.
	assert.Equal(t, []string{
		"Backward", "Forward", "Gradient", "Inbound", "Outbound", "SetGradient", "Value", "ZeroGradients",
	}, exported("Sigmoid"))
}

func TestGoFilesAreFormatted(t *testing.T) {
	t.Parallel()
	for name, content := range kit.Files() {
		if filepath.Ext(name) == ".go" {
			formatted, err := format.Source(content)
			require.NoError(t, err, name)
			assert.Equal(t, string(formatted), string(content), name)
		}
	}
}

// The student's module has the Go version and the gonum of this one.
func TestRequirementsAreThisModules(t *testing.T) {
	t.Parallel()
	lines := func(content []byte, about ...string) (found []string) {
		for line := range strings.Lines(string(content)) {
			line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "require "))
			line = strings.TrimSuffix(line, " // indirect")
			if slices.ContainsFunc(about, func(prefix string) bool { return strings.HasPrefix(line, prefix) }) {
				found = append(found, line)
			}
		}
		return found
	}
	goMod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	got := lines(kit.Files()["go.mod"], "go ", "gonum.org/")
	assert.Len(t, got, 2)
	assert.Equal(t, lines(goMod, "go ", "gonum.org/"), got)

	goSum, err := os.ReadFile("../../go.sum")
	require.NoError(t, err)
	got = lines(kit.Files()["go.sum"], "gonum.org/")
	assert.Len(t, got, 2)
	assert.Equal(t, lines(goSum, "gonum.org/"), got)
}

func TestFilesAreCopies(t *testing.T) {
	t.Parallel()
	kit.Starter()[0] = 'x'
	assert.True(t, strings.HasPrefix(string(kit.Starter()), "package"))
	kit.Sources()["node.go"][0] = 'x'
	assert.Equal(t, byte('/'), kit.Sources()["node.go"][0])
}

func sources() (all [][]byte) {
	for _, source := range kit.Sources() {
		all = append(all, source)
	}
	return all
}

// declarations lists the package's own names, sorted, and each type's methods.
func declarations(t *testing.T, sources [][]byte) (names []string, methods map[string][]string) {
	t.Helper()
	methods = make(map[string][]string)
	for _, source := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil {
					names = append(names, decl.Name.Name)
					continue
				}
				receiver := decl.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				of := receiver.(*ast.Ident).Name
				methods[of] = append(methods[of], decl.Name.Name)
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							names = append(names, name.Name)
						}
					case *ast.TypeSpec:
						names = append(names, spec.Name.Name)
						if i, ok := spec.Type.(*ast.InterfaceType); ok {
							for _, m := range i.Methods.List {
								methods[spec.Name.Name] = append(methods[spec.Name.Name], m.Names[0].Name)
							}
						}
					}
				}
			}
		}
	}
	slices.Sort(names)
	return names, methods
}
