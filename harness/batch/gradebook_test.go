package batch_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGradebook(t *testing.T) {
	t.Parallel()
	entries := []batch.Entry{
		{Student: "Yılmaz, Elif", Path: "elif/sigmoid.go", ID: "007", Late: true, Note: "the newest of 2", Person: &batch.Person{Name: "Elif", Email: "e@x.org"}},
		{Student: "=HYPERLINK(\"http://x\")\n"},
	}
	part := 62.5
	var out bytes.Buffer
	book, err := batch.NewGradebook(&out, []string{"quiz", "=1+1"}, batch.NewFileNames(students(entries...)))
	require.NoError(t, err)
	require.NoError(t, book.Row(batch.Graded{Entry: entries[0], Result: &harness.Result{
		File: "elif/sigmoid.go", Status: harness.Failed, Score: &part, MaxScore: 100, Message: "-1 is \"wrong\", and\nmore",
		Cases: []harness.CaseResult{{Name: "=1+1", Points: 1.5, Status: harness.Passed}, {Name: "quiz"}},
	}}))
	require.NoError(t, book.Row(batch.Graded{Entry: entries[1], Result: &harness.Result{
		Status: harness.NeedsReview, MaxScore: 100, Message: "  @SUM(A1)",
	}}))
	require.NoError(t, book.Absent(batch.Person{Name: "Zoë"}))

	text := out.String()
	assert.True(t, strings.HasPrefix(text, "\ufeffstudent,id,"), text)
	assert.Equal(t, 4, strings.Count(text, "\r\n"))
	assert.Equal(t, 4, strings.Count(text, "\n"))
	rows, err := csv.NewReader(strings.NewReader(text[len("\ufeff"):])).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, [][]string{
		append(append([]string{}, batch.Columns...), "case quiz", "case =1+1"),
		{"Yılmaz, Elif", "007", "Elif", "e@x.org", "failed", "62.5", "100", "1", "2", "late", `'-1 is "wrong", and\nmore`, "the newest of 2",
			"elif/sigmoid.go", "", "feedback/Yılmaz, Elif.md", "0", "1.5"},
		{`'=HYPERLINK("http://x")\n`, "", "", "", "needs_review", "", "100", "0", "0", "", "'  @SUM(A1)", "", "", "",
			rows[2][14], "", ""},
		{"Zoë", "", "Zoë", "", "not_handed_in", "", "100", "", "", "", "", "", "", "", "", "", ""},
	}, rows)
}

func TestGradebookHasNoFormulas(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", "\u00a0=1", "\ufeff=1", "|cmd", "%1"} {
		e := batch.Entry{Student: evil, ID: evil, Note: evil, Person: &batch.Person{Name: evil, Email: evil}}
		var out bytes.Buffer
		book, err := batch.NewGradebook(&out, nil, batch.NewFileNames(students(e)))
		require.NoError(t, err)
		require.NoError(t, book.Row(batch.Graded{Entry: e, Result: &harness.Result{File: evil, Message: evil}}))
		rows, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		for i, cell := range rows[1] {
			if cell != "" {
				assert.NotContains(t, "=+-@＝＋－＠|% \t\r\n\u00a0\ufeff", string([]rune(cell)[0]), "%q: %s", evil, batch.Columns[i])
			}
		}
	}
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	students := []string{
		"anna", "ANNA", "Anna", "ben", "a/b", "a\\b", "a:b", "..", ".", "", " ", "CON", "con.txt", "nul", "x.", "x", "x ",
		"Zoe\u0308", "Zoë", "straße", "STRASSE", "-rf", "~root", "\xff\xfe", "\x1b[2J", "ben-0123456789", "王小明",
		strings.Repeat("é", 300), strings.Repeat("é", 299), "a\u202eb", "com1", "COM¹",
	}
	names := batch.NewFileNames(slices.Values(students))
	dir := t.TempDir()
	seen := make(map[string]string)
	for _, s := range students {
		name := names.Of(s)
		key := strings.ToLower(name)
		require.NotContains(t, seen, key, "%q and %q", s, seen[key])
		seen[key] = s
		assert.Equal(t, name, names.Of(s))
		assert.LessOrEqual(t, len(name), 150)
		assert.Equal(t, name, filepath.Base(name))
		assert.NotRegexp(t, `^[.~\- ]|[/\\:*?"<>|[:cntrl:]]|[. ]$`, name)
		assert.NotRegexp(t, `(?i)^(con|nul|com1)(\.|$)`, name)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".md"), []byte(s), 0o644))
	}
	for _, plain := range []string{"ben", "王小明"} {
		assert.Equal(t, plain, names.Of(plain))
	}
	found, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, found, len(students))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestFeedback(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"anna.go": "package miniflow\n\nvar mine = 1\n", "out/feedback/.anna.md.part17": "half", "out/feedback/.anna.md": "a file of somebody's"})
	feedback := filepath.Join(dir, "out", "feedback")
	require.NoError(t, batch.Sweep(feedback))
	require.NoError(t, batch.Sweep(filepath.Join(dir, "none")))
	entries := []batch.Entry{{Student: "anna", Path: "anna.go"}, {Student: "../../evil", Path: "evil.go"}}
	sink, err := batch.Feedback(feedback, batch.NewFileNames(students(entries...)), batch.Reader(batch.Dir(dir)), 0)
	require.NoError(t, err)

	read := batch.Reader(batch.Dir(dir))(entries[0])
	require.NoError(t, read.Err)
	zero := 0.0
	r := &harness.Result{File: "anna.go", Status: harness.CompileError, Score: &zero, Message: "line 3: undefined: mine",
		Diagnostics: []harness.Diagnostic{{Line: 3, Column: 5, Severity: "error", Message: "undefined: mine"}}}
	require.NoError(t, sink(batch.Graded{Entry: entries[0], Result: r}))
	text, err := os.ReadFile(filepath.Join(feedback, "anna.md"))
	require.NoError(t, err)
	assert.NotContains(t, string(text), "var mine = 1", "the file is another one by now")
	assert.Contains(t, string(text), "undefined: mine")

	r.SHA256 = "deadbeef"
	require.NoError(t, sink(batch.Graded{Entry: entries[1], Result: r}))
	files, err := os.ReadDir(feedback)
	require.NoError(t, err)
	assert.Len(t, files, 3, "nothing half, nothing elsewhere")
	files, err = os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, files, 2)
}

func TestFeedbackShowsLinesAndHidesWhatIsHidden(t *testing.T) {
	t.Parallel()
	const source = "package miniflow\n\nvar mine = 1\n"
	dir := tree(t, map[string]string{"anna.go": source})
	e := batch.Entry{Student: "anna", Path: "anna.go"}
	sink, err := batch.Feedback(dir, batch.NewFileNames(students(e)), batch.Reader(batch.Dir(dir)), 0)
	require.NoError(t, err)
	zero := 0.0
	r := &harness.Result{File: "anna.go", Status: harness.CompileError, Score: &zero, SHA256: digest(source), Message: "line 3: no",
		Diagnostics: []harness.Diagnostic{{Line: 3, Column: 5, Severity: "error", Message: "no"}}}
	require.NoError(t, sink(batch.Graded{Entry: e, Result: r}))
	text, err := os.ReadFile(filepath.Join(dir, "anna.md"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "var mine = 1")

	r = &harness.Result{File: "anna.go", Status: harness.Failed, Score: &zero, Message: "0 of 1 cases passed",
		Cases: []harness.CaseResult{{Name: "secret", Status: harness.Failed, MaxPoints: 1, Hidden: true}}}
	require.NoError(t, sink(batch.Graded{Entry: e, Result: r}))
	text, err = os.ReadFile(filepath.Join(dir, "anna.md"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "secret")
	assert.NotContains(t, string(text), "expected |")
}
