package harness_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/miniflow/grader"

// notAtRunTime are the parts of package student that only tests and go generate
// use: the compiler to compare with, and what writes the tables.
var notAtRunTime = []string{"harness/student/oracle", "harness/student/host/gen", "harness/student/rt/gen"}

// The import rules. Each says what the packages of a tree (without tests) may or
// must not import. Names of ours are relative to the module.
var importRules = []struct {
	why    string
	tree   string   // the packages that the rule is about: this one and those below
	but    []string // trees that it is not about
	only   []string // of ours, these trees and no others, directly or by way of others; nil: no such rule
	never  []string // trees of ours never, directly or by way of others
	direct []string // packages of others never directly; a slash at the end stands for a tree
}{
	{
		why:  "the engine is what the student has, and stands alone",
		tree: "reference/miniflow", only: []string{"reference/miniflow"},
	},
	{
		why:  "the model solution knows the engine only",
		tree: "reference", but: []string{"reference/miniflow", "reference/kit"}, only: []string{"reference/miniflow"},
	},
	{
		why:  "the kit must not be able to carry the answer",
		tree: "reference/kit", only: []string{"reference/miniflow", "reference/kit"},
	},
	{
		why:  "what a worker knows of a case holds nothing to compare with",
		tree: "cases/problem", only: []string{"cases/problem", "reference/miniflow"},
	},
	{
		why:  "cases are judged above, not here",
		tree: "cases", never: []string{"harness", "cmd"},
	},
	{
		why:  "student code can reach what the interpreter's package can",
		tree: "harness/student", but: notAtRunTime,
		only:  []string{"harness/student", "harness/lazy", "reference/miniflow", "reference/kit"},
		never: notAtRunTime, direct: []string{"os/exec", "net", "net/"},
	},
	{
		why:  "a worker never holds what is wanted, nor the model solution",
		tree: "harness/worker", only: []string{"harness/worker", "harness/lazy", "cases/problem", "reference/miniflow"},
	},
	{
		why:  "a diagnosis is of numbers alone",
		tree: "harness/diagnose", only: []string{"harness/diagnose", "cases", "reference"},
	},
	{
		why:  "only package student interprets",
		tree: "", but: []string{"harness/student"}, direct: []string{"github.com/traefik/yaegi/"},
	},
	{
		why:  "only the command knows flags and the terminal",
		tree: "", but: []string{"cmd"},
		direct: []string{"flag", "github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term", "os/signal"},
	},
	{
		why:  "nothing but the command starts student code's interpreter or the oracle",
		tree: "harness", but: []string{"harness/student"}, never: []string{"harness/student", "cmd"},
	},
	{
		why:  "reports are made of results alone",
		tree: "harness/report", never: []string{"harness/batch"},
	},
	{
		why:  "so are those of classes",
		tree: "harness/classreport", never: []string{"harness/batch"},
	},
	{
		why:  "tests and generators stay out of the binary",
		tree: "cmd", never: notAtRunTime, direct: []string{"testing", "github.com/stretchr/testify/"},
	},
}

func TestImports(t *testing.T) {
	t.Parallel()
	packages := listPackages(t)
	for _, rule := range importRules {
		matched := 0
		for path, imports := range packages {
			if !within(path, rule.tree) || slices.ContainsFunc(rule.but, func(tree string) bool { return within(path, tree) }) {
				continue
			}
			matched++
			for _, other := range reachable(packages, path) {
				if rule.only != nil {
					assert.True(t, other == path || inAny(other, rule.only), "%s reaches %s: %s", path, other, rule.why)
				}
				assert.False(t, inAny(other, rule.never), "%s reaches %s: %s", path, other, rule.why)
			}
			for _, imported := range imports {
				for _, forbidden := range rule.direct {
					assert.False(t, imported == forbidden || strings.HasSuffix(forbidden, "/") && strings.HasPrefix(imported, forbidden),
						"%s imports %s: %s", path, imported, rule.why)
				}
			}
		}
		assert.Positive(t, matched, "no package is in %q", rule.tree)
	}
}

// listPackages returns what the packages of this module import, without their
// tests. Names of the module's packages are relative to it.
func listPackages(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	packages := make(map[string][]string)
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		require.NoError(t, dec.Decode(&p))
		for i := range p.Imports {
			p.Imports[i] = strings.TrimPrefix(p.Imports[i], module+"/")
		}
		packages[strings.TrimPrefix(p.ImportPath, module+"/")] = p.Imports
	}
	require.NotEmpty(t, packages)
	return packages
}

// reachable returns the packages of ours that path imports, and so on.
func reachable(packages map[string][]string, path string) []string {
	var found []string
	seen := make(map[string]bool)
	var visit func(string)
	visit = func(p string) {
		for _, next := range packages[p] {
			if _, ours := packages[next]; ours && !seen[next] {
				seen[next] = true
				found = append(found, next)
				visit(next)
			}
		}
	}
	visit(path)
	return found
}

func within(path, tree string) bool {
	return tree == "" || path == tree || strings.HasPrefix(path, tree+"/")
}

func inAny(path string, trees []string) bool {
	return slices.ContainsFunc(trees, func(tree string) bool { return within(path, tree) })
}
