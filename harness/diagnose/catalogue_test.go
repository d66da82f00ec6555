package diagnose_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/miniflow/grader/harness/diagnose"
)

// Every ID of the catalogue has an answer in these tests that gets it.
func TestEveryEntryIsTested(t *testing.T) {
	t.Parallel()
	tested := map[diagnose.ID]bool{diagnose.Unexplained: true}
	for _, m := range allMistakes() {
		for _, id := range m.want {
			tested[id] = true
		}
	}
	seen := make(map[diagnose.ID]bool)
	for _, e := range diagnose.Catalogue() {
		assert.False(t, seen[e.ID], "%s is there twice", e.ID)
		seen[e.ID] = true
		assert.True(t, tested[e.ID], "%s is in no test", e.ID)
		assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, string(e.ID))
		assert.NotEmpty(t, e.Idea)
		assert.NotEmpty(t, e.Title)
		assert.LessOrEqual(t, utf8.RuneCountInString(e.Title), 45)
	}
	for id := range tested {
		assert.True(t, seen[id], "%s is not in the catalogue", id)
	}
}

// formulas are what nobody may be told.
var formulas = regexp.MustCompile(`(?i)\b[sav]\s*[*·(]?\s*\(?\s*1\s*[-−]|value times one minus its value\b|1\s*[-−]\s*[sav]\b`)

// checkWords holds a finding to the rules for what is said to students.
func checkWords(t testing.TB, f diagnose.Finding) {
	t.Helper()
	for _, text := range []string{f.Message, f.Hint} {
		assert.NotEmpty(t, text, f.ID)
		assert.NotContains(t, text, "\n", f.ID)
		assert.NotContains(t, text, "%!", f.ID)
		assert.NotContains(t, text, "  ", f.ID)
		assert.LessOrEqual(t, utf8.RuneCountInString(text), 230, "%s: %s", f.ID, text)
		assert.NotRegexp(t, formulas, text, f.ID)
		assert.Contains(t, ".?", text[len(text)-1:], "%s: %s", f.ID, text)
		assert.Equal(t, strings.TrimSpace(text), text)
	}
}
