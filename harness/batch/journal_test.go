package batch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/report"
	"github.com/miniflow/grader/harness/worker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// counting is a grader whose worker always fails, and counts how often it ran.
func counting(t testing.TB, ran *atomic.Int32) *harness.Grader {
	t.Helper()
	suite, err := cases.Builtin()
	require.NoError(t, err)
	return harness.New(suite, harness.Options{Confirm: harness.ConfirmNever, Run: func(context.Context, worker.Job, worker.Limits) (*worker.Report, error) {
		ran.Add(1)
		return nil, errors.New("no worker today")
	}})
}

func always(*harness.Result) bool { return true }

func open(t testing.TB, path, setup string, fresh bool) *batch.Journal {
	t.Helper()
	j, err := batch.OpenJournal(path, setup, fresh)
	require.NoError(t, err)
	t.Cleanup(func() { j.Close() })
	return j
}

// source reads submissions whose content is their path and what they end in.
func source(version string) batch.Read {
	return func(e batch.Entry) harness.Submission {
		return harness.NewSubmission(e.Path, []byte("package miniflow // "+e.Path+version))
	}
}

func TestJournalGradesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	entries := []batch.Entry{{Student: "anna", Path: "anna.go"}, {Student: "ben", Path: "ben.go"}}
	run := func(setup, version string, fresh bool) (graded int, lines []string) {
		var ran atomic.Int32
		j, err := batch.OpenJournal(path, setup, fresh)
		require.NoError(t, err)
		grade := j.Each(source(version), counting(t, &ran), always)
		for _, e := range entries {
			r, err := grade(t.Context(), e)
			require.NoError(t, err)
			r.DurationMS = 0
			line, err := report.JSON(r)
			require.NoError(t, err)
			lines = append(lines, string(line))
		}
		before := int(ran.Load())
		assert.Equal(t, before == 0, j.Reused() == len(entries))
		require.NoError(t, j.Close())
		return before, lines
	}
	first, want := run("a", "", false)
	require.Positive(t, first)
	again, got := run("a", "", false)
	assert.Zero(t, again)
	assert.Equal(t, want, got)
	for name, change := range map[string]struct {
		setup, version string
		fresh          bool
	}{"setup": {"b", "", false}, "content": {"a", "2", false}, "regrade": {"a", "", true}} {
		n, _ := run(change.setup, change.version, change.fresh)
		assert.Equal(t, first, n, name)
		n, _ = run(change.setup, change.version, false)
		assert.Zero(t, n, name)
	}
	again, got = run("a", "", false)
	assert.Zero(t, again, "what was graded before a change is still there")
	assert.Equal(t, want, got)
	entries[0].Path = "other.go"
	one, _ := run("a", "", false)
	assert.Equal(t, first/2, one, "the name is part of a result")
}

// Whatever of a journal a crash or a bad disk has left: no wrong result comes out
// of it, and nothing but what was hit is graded again.
func TestJournalTornOrSpoilt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "journal")
	const n = 3
	var ran atomic.Int32
	g := counting(t, &ran)
	j := open(t, path, "x", false)
	grade := j.Each(source(""), g, always)
	entry := func(i int) batch.Entry { return batch.Entry{Path: fmt.Sprintf("%d.go", i)} }
	for i := range n {
		_, err := grade(t.Context(), entry(i))
		require.NoError(t, err)
	}
	require.NoError(t, j.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	each := int(ran.Load()) / n
	lines := bytes.SplitAfter(whole, []byte("\n"))

	check := func(name string, content []byte, lost int) {
		path := filepath.Join(dir, "copy")
		require.NoError(t, os.WriteFile(path, content, 0o644))
		for _, lost := range []int{lost, 0} { // and what is added to it can be read again
			ran.Store(0)
			j, err := batch.OpenJournal(path, "x", false)
			require.NoError(t, err, name)
			grade := j.Each(source(""), g, always)
			for i := range n {
				r, err := grade(t.Context(), entry(i))
				require.NoError(t, err)
				require.Equal(t, entry(i).Path, r.File)
			}
			require.NoError(t, j.Err())
			require.NoError(t, j.Close())
			require.EqualValues(t, lost*each, ran.Load(), name)
		}
	}
	check("whole", whole, 0)
	check("empty", nil, n)
	for cut := 0; cut < len(whole); cut += 7 {
		kept := bytes.Count(whole[:cut], []byte("\n"))
		check(fmt.Sprintf("cut at %d", cut), whole[:cut], n-kept)
	}
	for at := 0; at < len(lines[1]); at += 11 {
		spoilt := bytes.Clone(whole)
		spoilt[len(lines[0])+at] ^= 1
		check(fmt.Sprintf("bit at %d", at), spoilt, 1)
	}
	check("zeros", append(bytes.Clone(whole), make([]byte, 5000)...), 0)
	check("zeros between", append(append(append([]byte{}, lines[0]...), make([]byte, 5000)...), bytes.Join(lines[1:], nil)...), 1)
}

func TestJournalThatCantBeWritten(t *testing.T) {
	t.Parallel()
	j := open(t, filepath.Join(t.TempDir(), "journal"), "", false)
	require.NoError(t, j.Sink(batch.Graded{}))
	require.NoError(t, j.Close())
	var ran atomic.Int32
	r, err := j.Each(source(""), counting(t, &ran), always)(t.Context(), batch.Entry{Path: "a.go"})
	require.NoError(t, err)
	assert.NotNil(t, r, "graded all the same")
	require.ErrorContains(t, j.Sink(batch.Graded{}), "the journal of what is graded can't be written: ")
	require.ErrorIs(t, j.Err(), os.ErrClosed)
}

func TestLasting(t *testing.T) {
	t.Parallel()
	assert.True(t, batch.Lasting(&harness.Result{Status: harness.Failed}))
	assert.True(t, batch.Lasting(&harness.Result{Status: harness.NeedsReview}))
	assert.False(t, batch.Lasting(&harness.Result{}))
	assert.False(t, batch.Lasting(&harness.Result{Status: harness.Failed, Unconfirmed: errors.New("x")}))
}

// A result out of the journal is written as in the run that made it.
func TestJournalKeepsResultsAsTheyAre(t *testing.T) {
	t.Parallel()
	score := 62.4999
	nan, tiny := harness.Number(math.NaN()), harness.Number(5e-324)
	for _, r := range []harness.Result{
		{Schema: 1, Status: harness.NeedsReview, Message: "\u2028<&>\x7f", Diagnostics: []harness.Diagnostic{}, Cases: []harness.CaseResult{}, Diagnosis: []harness.Finding{}},
		{Score: &score, Stdout: "\x00\xff", Diagnostics: []harness.Diagnostic{{Line: 1}}, Diagnosis: []harness.Finding{{ID: "x", Line: 2}}, Cases: []harness.CaseResult{
			{Name: "a", Hidden: true}, {Gradients: []harness.Gradient{{Worst: &[2]int{0, 0}, MaxAbsError: &nan, MaxRelError: &tiny,
				Got: [][]harness.Number{{nan, harness.Number(math.Inf(-1))}, {}}, Want: [][]harness.Number{{harness.Number(math.Copysign(0, -1))}}}}},
		}},
	} {
		now, later, err := batch.Remembered(r)
		require.NoError(t, err)
		require.NotNil(t, later)
		want, err := report.JSON(now)
		require.NoError(t, err)
		got, err := report.JSON(later)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
		assert.Contains(t, string(want), fmt.Sprintf(`"status":"%s"`, r.Status))
	}
}
