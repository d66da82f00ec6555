package batch_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFileAppearsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "results.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))

	f, err := batch.CreateFile(path)
	require.NoError(t, err)
	_, err = f.Write([]byte(strings.Repeat("new", 10_000)))
	require.NoError(t, err)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "old", string(content))
	f.Discard()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, files, 1, "nothing is left of a file that was given up")

	f, err = batch.CreateFile(path)
	require.NoError(t, err)
	_, err = f.Write([]byte("new"))
	require.NoError(t, err)
	require.NoError(t, f.Commit())
	f.Discard()
	content, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "new", string(content))
	files, err = os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, files, 1)
	require.Error(t, f.Commit(), "once")

	_, err = batch.CreateFile(filepath.Join(dir, "no", "such", "folder"))
	require.Error(t, err)
}

func TestLines(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "results.jsonl")
	f, err := batch.CreateFile(path)
	require.NoError(t, err)
	sink := batch.Lines(f)
	for _, student := range []string{"anna", "Zoë \"\x1b\" <b>\n"} {
		require.NoError(t, sink(batch.Graded{
			Entry:  batch.Entry{Student: student},
			Result: &harness.Result{Schema: 1, Status: harness.Passed, Message: "x"},
		}))
	}
	require.NoError(t, f.Commit())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	require.Len(t, lines, 2)
	assert.True(t, bytes.HasPrefix(lines[0], []byte(`{"student":"anna","schema":1,"file":"",`)), string(lines[0]))
	var line batch.Line
	require.NoError(t, json.Unmarshal(lines[1], &line))
	assert.Equal(t, "Zoë \"\x1b\" <b>\n", line.Student)
	assert.Equal(t, harness.Passed, line.Status)
}

func TestTable(t *testing.T) {
	t.Parallel()
	entries := []batch.Entry{{Student: "anna"}, {Student: strings.Repeat("very long ", 5)}, {Student: "evil\x1b[2J\n"}, {Student: "last"}}
	full, part := 100.0, 62.5
	results := []*harness.Result{
		{Status: harness.Passed, Score: &full, Message: "passed, 1 case", Cases: []harness.CaseResult{{Name: "quiz", Status: harness.Passed}}},
		{Status: harness.Failed, Score: &part, Cases: []harness.CaseResult{
			{Name: "secret", Status: harness.Failed, Hidden: true}, {Name: "a", Status: harness.Passed},
			{Name: "fan-out", Status: harness.Failed, Message: "X, W, b: 0.5 times what it should be"},
		}},
		{Status: harness.NeedsReview, Message: "the interpreter \x1b[31m could not run this file faithfully"},
	}
	var out bytes.Buffer
	table := batch.NewTable(&out, students(entries...), 0, false)
	for i, r := range results {
		require.NoError(t, table.Row(batch.Graded{Entry: entries[i], Result: r}))
	}
	require.NoError(t, table.Summary("out/results.jsonl"))
	assert.Equal(t, 1, table.NeedReview())
	assert.Equal(t, strings.TrimPrefix(`
student                   status              score  right
anna                      passed                100    1/1
very long very long ver…  failed               62.5    1/3  fan-out: X, W, b: 0…
evil\x1b[2J\n             needs_review            -         the interpreter \x1…

3 of 4 submissions: 1 needs_review, 1 passed, 1 failed
results: out/results.jsonl
`, "\n"), out.String())

	out.Reset()
	table = batch.NewTable(&out, students(entries[:1]...), 100, true)
	require.NoError(t, table.Row(batch.Graded{Entry: entries[0], Result: results[0]}))
	assert.Contains(t, out.String(), "\x1b[32mpassed          \x1b[0m")
	assert.NotContains(t, strings.SplitN(out.String(), "\n", 2)[0], "\x1b", "the heading has no colour")
	assert.Zero(t, table.NeedReview())
}
