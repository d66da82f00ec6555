package oracle

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGeneratedProgramsTypeCheck also sees to it that every template of
// package randgo is used.
func TestGeneratedProgramsTypeCheck(t *testing.T) {
	t.Parallel()
	checker, err := newTypeChecker()
	require.NoError(t, err)
	scenes := map[string]bool{}
	for seed := range uint64(150) {
		p := Generate(seed)
		_, _, err := checker.check(p.Source)
		assert.NoError(t, err, p.Name)
		for _, m := range regexp.MustCompile(`(?m)^func scene_([a-z]+)`).FindAllStringSubmatch(string(p.Source), -1) {
			scenes[m[1]] = true
		}
	}
	templates, err := os.ReadDir("randgo/scenes")
	require.NoError(t, err)
	require.NotEmpty(t, templates)
	for _, template := range templates {
		assert.True(t, scenes[strings.TrimSuffix(template.Name(), ".tmpl")], "%s was never used", template.Name())
	}
}

func TestTypeCheckerFindsFaults(t *testing.T) {
	t.Parallel()
	checker, err := newTypeChecker()
	require.NoError(t, err)
	src := "package miniflow\n\nfunc (s *Sigmoid) Backward() { x := 1; undefined() }\n"
	_, faults, err := checker.check([]byte(src))
	require.Error(t, err)
	assert.ElementsMatch(t, []int{strings.Index(src, "x :="), strings.Index(src, "undefined")}, faults)

	_, faults, err = checker.check([]byte("package miniflow\n"))
	assert.Error(t, err, "the kit alone doesn't compile: Sigmoid isn't a Node")
	assert.Empty(t, faults)
}
