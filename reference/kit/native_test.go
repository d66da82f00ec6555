package kit_test

import (
	"fmt"
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/miniflow/grader/reference/kit"
)

// write writes the kit, with sigmoid in place of the starter unless it is
// empty.
func write(t *testing.T, sigmoid string) (dir string) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the kit's module is tried with the go command, and there is none here")
	}
	dir = t.TempDir()
	require.NoError(t, kit.Write(dir))
	if sigmoid != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "miniflow", "sigmoid.go"), []byte(sigmoid), 0o644))
	}
	return dir
}

// goCommand runs the go command in the module as a student would, but for the
// network: what go.sum lacks can't be fetched unnoticed.
func goCommand(dir string, args ...string) (stdout, stderr string, err error) {
	var out, errOut strings.Builder
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local")
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	return out.String(), errOut.String(), err
}

// model is the model solution as a student would hand it in.
func model(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../model.go")
	require.NoError(t, err)
	replaced := string(source)
	for _, r := range [][2]string{
		{"\npackage reference\n", "\npackage miniflow\n"},
		{"\n\t\"github.com/miniflow/grader/reference/miniflow\"\n", "\n"},
		{"func Backward(s *miniflow.Sigmoid) {", "func (s *Sigmoid) Backward() {"},
	} {
		require.Equal(t, 1, strings.Count(replaced, r[0]), "%q", r[0])
		replaced = strings.Replace(replaced, r[0], r[1], 1)
	}
	return replaced
}

func TestTheModuleVets(t *testing.T) {
	t.Parallel()
	dir := write(t, "")
	before := tree(t, dir)
	_, stderr, err := goCommand(dir, "vet", "./...")
	assert.NoError(t, err, stderr)
	assert.Empty(t, stderr)
	assert.Equal(t, before, tree(t, dir), "go.mod and go.sum are complete")
}

func TestTheStarterRuns(t *testing.T) {
	t.Parallel()
	stdout, stderr, err := goCommand(write(t, ""), "run", ".")
	require.NoError(t, err, stderr)
	assert.Equal(t, `X
⎡0.00000000e+00  0.00000000e+00⎤
⎣0.00000000e+00  0.00000000e+00⎦

y
⎡9.99983299e-01⎤
⎣1.99998330e+00⎦

W
⎡0.00000000e+00⎤
⎣0.00000000e+00⎦

b
[0.00000000e+00]
`, strings.TrimSuffix(stdout, "\n"))
}

// The comment at the end of main.go is what a right sigmoid.go prints.
func TestTheModelPrintsWhatIsPromised(t *testing.T) {
	t.Parallel()
	_, comment, found := strings.Cut(string(kit.Files()["main.go"]), "// With a right sigmoid.go, go run . prints:\n//\n")
	require.True(t, found)
	var want strings.Builder
	for line := range strings.Lines(comment) {
		require.True(t, strings.HasPrefix(line, "//"), "%q", line)
		want.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "//"), "\t"))
	}
	require.Contains(t, want.String(), "-3.34017280e-05  -5.01025919e-05", "the lesson's numbers")

	stdout, stderr, err := goCommand(write(t, model(t)), "run", ".")
	require.NoError(t, err, stderr)
	assert.Equal(t, want.String(), strings.TrimSuffix(stdout, "\n"))
}

// A student may give a method to Sigmoid that has the name of anything within
// the node, and a name to anything that the engine beside the kit calls its
// own.
func TestNamesAreFree(t *testing.T) {
	t.Parallel()
	source := model(t)
	_, methods := declarations(t, sources())
	names := []string{"inbound", "outbound", "value", "gradients", "backward", "Plug", "Internals"}
	for _, m := range methods["vertex"] {
		if !ast.IsExported(m) {
			names = append(names, m)
		}
	}
	require.Contains(t, names, "connect")
	for _, name := range names {
		source += fmt.Sprintf("\nfunc (s *Sigmoid) %s() {}\n", name)
	}
	for _, name := range []string{
		"Sources", "Internals", "CycleError", "UnfedError", "UnknownInputError", "EndError", "ShapeError", "shapeError",
		"sources", "node", "input", "linear", "sigmoid", "mse", "graph", "logistic", "gradient", "shape", "dims", "sum", "ones", "main",
	} {
		source += fmt.Sprintf("\nfunc %s() {}\n", name)
	}
	stdout, stderr, err := goCommand(write(t, source), "run", ".")
	require.NoError(t, err, stderr)
	assert.Contains(t, stdout, "-3.34017280e-05  -5.01025919e-05")
}

// A method of Sigmoid that is one of the graph's can't be replaced: the
// compiler says so, so the graph is the same with any submission.
func TestTheGraphsMethodsAreTaken(t *testing.T) {
	t.Parallel()
	names := []string{"Forward", "Inbound", "Outbound", "Value", "Gradient", "ZeroGradients", "SetGradient"}
	source := model(t)
	for _, name := range names {
		source += fmt.Sprintf("\nfunc (s *Sigmoid) %s() {}\n", name)
	}
	_, stderr, err := goCommand(write(t, source), "build", "./miniflow")
	require.Error(t, err)
	for _, name := range names {
		assert.Contains(t, stderr, "method Sigmoid."+name+" already declared")
	}
}
