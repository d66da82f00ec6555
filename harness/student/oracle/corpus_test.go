package oracle_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// misplaced is a file whose panic the compiler puts where the function
// returns: it is in a deferred built-in.
const misplaced = "panic-close-of-closed"

// TestCorpus runs every file of the corpus both ways, also over the graphs of
// the built-in suite, but for those that are
// unstable, or loop for ever, by design.
func TestCorpus(t *testing.T) {
	t.Parallel()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	graphs := slices.Clone(oracle.Graphs)
	for _, c := range suite.Cases {
		graph := oracle.GraphOf(&c.Problem)
		require.Len(t, graph.Nodes, len(c.Problem.Graph), c.Problem.Name)
		graphs = append(graphs, graph)
	}
	var programs []oracle.Program
	for _, kind := range []string{"correct", "wrong", "refused"} {
		files, err := filepath.Glob(filepath.Join("..", "testdata", kind, "*.txtar"))
		require.NoError(t, err)
		require.NotEmpty(t, files, kind)
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			if !strings.HasPrefix(name, "unstable-") && !strings.HasPrefix(name, "loops-") {
				programs = append(programs, oracle.Program{Name: name, Source: corpusSource(t, file), Graphs: graphs})
			}
		}
	}
	for i, v := range judge(t, programs) {
		if v.Class == oracle.Misplaced && programs[i].Name == misplaced {
			continue
		}
		assert.Equal(t, oracle.Same, v.Class, "%s: %s", programs[i].Name, v.Detail)
	}
}

func corpusSource(t *testing.T, file string) []byte {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".go") {
			return f.Data
		}
	}
	require.Fail(t, "no Go file", file)
	return nil
}
