package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/report"
)

// ledger is a platform's gradebook, of which a copy gets a column filled.
type ledger struct {
	*batch.Ledger
	path   string // of the copy
	graded []batch.Graded
}

// openLedger reads the gradebook that the flags name; nil if they name none. Its
// errors are the user's.
func openLedger(path, column, out string) (*ledger, error) {
	switch {
	case path == "" && column == "":
		return nil, nil
	case column == "":
		return nil, errors.New("--gradebook: which of its columns is to be filled? Name it with --column")
	case path == "":
		return nil, errors.New("--column: in which gradebook? Name its file with --gradebook")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, pathError(path, err)
	}
	l, err := batch.ReadLedger(text, column)
	if err != nil {
		return nil, pathError(path, err)
	}
	return &ledger{Ledger: l, path: filepath.Join(out, "filled-"+filepath.Base(path))}, nil
}

// sink keeps of a result what filling needs.
func (l *ledger) sink(g batch.Graded) error {
	if l != nil {
		l.graded = append(l.graded, batch.Graded{Entry: g.Entry, Result: &harness.Result{Score: g.Result.Score}})
	}
	return nil
}

// fill writes the copy, and tells a what is in it and whom it is not about.
func (l *ledger) fill(a *app) error {
	if l == nil {
		return nil
	}
	f := l.Fill(l.graded)
	file, err := batch.CreateFile(l.path)
	if err != nil {
		return err
	}
	defer file.Discard()
	if _, err := file.Write(f.Text); err != nil {
		return err
	}
	if err := file.Commit(); err != nil {
		return err
	}
	scale := ""
	if l.Worth() != 0 && l.Worth() != harness.MaxScore {
		scale = fmt.Sprintf(", where %v is full marks", l.Worth())
	}
	fmt.Fprintf(a.out, "gradebook: %s: %d scores filled in%s\n", printable(l.path), f.Filled, scale)
	for _, list := range []struct {
		title string
		names []string
	}{
		{"replaced", f.Changed}, {"left alone, no score yet", f.Without},
		{"not in the gradebook", f.Unknown}, {"in the gradebook, but handed in nothing", f.Missing},
	} {
		if len(list.names) == 0 {
			continue
		}
		indent := ""
		for _, line := range report.Wrap(printable(list.title+": "+strings.Join(list.names, "; ")), logColumns-2) {
			fmt.Fprintf(a.out, "  %s%s\n", indent, line)
			indent = "  "
		}
	}
	return nil
}
