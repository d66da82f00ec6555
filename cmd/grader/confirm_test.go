package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/confirm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// overruled is a result that the compiler has set right.
func overruled() *harness.Result {
	const source = "package miniflow\n\nfunc (s *Sigmoid) Backward() {}"
	return &harness.Result{
		SHA256: "0123456789abcdef0123456789abcdef", Status: harness.Passed, Message: "passed, 1 case",
		Confirmed: "go1.99.1", Grader: "v1", Suite: "s",
		Overruled: &harness.Overruled{
			First:       &harness.Result{Status: harness.NeedsReview, Message: "a person\x1b[2J has to look", Fault: errors.New("reflect: oops")},
			Differences: []string{"needs_review, compiled passed"},
			Source:      []byte(source),
		},
	}
}

func TestOverruledIsKept(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	o := (&app{errOut: &errOut}).opinions()
	defer o.close()
	o.folder = t.TempDir()
	for range 2 { // the same file from two students is one report
		require.NoError(t, o.sink(batch.Graded{Entry: batch.Entry{Student: "Anna"}, Result: overruled()}))
	}
	require.NoError(t, o.sink(batch.Graded{Result: &harness.Result{Confirmed: "go1.99.1"}}))
	require.NoError(t, o.summary(&out))
	assert.Equal(t, "checked with go1.99.1: 3 of the verdicts; 2 overruled: "+filepath.Join(o.folder, "overruled")+"\n", out.String())
	assert.Empty(t, errOut.String())
	files, err := os.ReadDir(filepath.Join(o.folder, "overruled"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	archive, err := txtar.ParseFile(filepath.Join(o.folder, "overruled", "0123456789abcdef.txtar"))
	require.NoError(t, err)
	assert.Contains(t, string(archive.Comment), "needs_review, compiled passed")
	assert.Contains(t, string(archive.Comment), "reflect: oops")
	assert.NotContains(t, string(archive.Comment), "Anna")
	assert.NotContains(t, string(archive.Comment), "\x1b")
	require.Len(t, archive.Files, 1)
	assert.Equal(t, "sigmoid.go", archive.Files[0].Name)
	assert.Equal(t, string(overruled().Overruled.Source)+"\n", string(archive.Files[0].Data))
}

func TestOverruledIsSaid(t *testing.T) {
	t.Parallel()
	var errOut bytes.Buffer
	o := (&app{errOut: &errOut}).opinions()
	defer o.close()
	require.NoError(t, o.note("", overruled()))
	assert.Equal(t, "grader: the interpreter got this wrong, please report it: needs_review, compiled passed\n", errOut.String())
}

func TestUnconfirmedIsSaid(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	o := (&app{errOut: &errOut}).opinions()
	defer o.close()
	for range 3 {
		require.NoError(t, o.note("anna", &harness.Result{Unconfirmed: &confirm.Unavailable{Reason: "no go"}}))
	}
	require.NoError(t, o.note("ben", &harness.Result{Unconfirmed: errors.New("the compiler took longer than 20s")}))
	require.NoError(t, o.summary(&out))
	assert.Empty(t, out.String())
	assert.Equal(t, "grader: no verdict is checked with the Go compiler: no go\n"+
		"grader: ben: the verdict is not checked with the Go compiler: the compiler took longer than 20s\n", errOut.String())
}
