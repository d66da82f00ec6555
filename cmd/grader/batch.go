package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/worker"
	"github.com/spf13/cobra"
)

// batchFlags are those of grader batch.
type batchFlags struct {
	gradingFlags
	out     string
	jobs    int
	regrade bool

	nameRegex string
	roster    string
	gradebook string
	column    string

	shared sharedFlags
}

func (a *app) batchCommand() *cobra.Command {
	var b batchFlags
	cmd := &cobra.Command{
		Use:   "batch FOLDER|ZIP",
		Short: "Grade a class folder",
		Long: `Grade every submission of a class folder, which holds FOLDER/STUDENT/…/*.go or
FOLDER/STUDENT.go. A student with several Go files has to call one of them
sigmoid.go. Downloads from Canvas, Moodle, Gradescope and GitHub Classroom are
recognised, also as a ZIP file; the newest of several attempts counts.

The output folder gets report.html, the class at a glance for the course staff;
grades.csv for a spreadsheet; feedback/STUDENT.md for each student; and
results.jsonl, a line of JSON for each student. The table is for reading. A later
run with the same output folder grades only what has changed since: a submission,
the cases, the grader or its limits.`,
		Example: `  grader batch submissions
  grader batch --out week3 --jobs 8 --cases mycases handed-in
  grader batch --serve :4222 submissions
  grader batch --gradebook canvas.csv --column Sigmoid submissions.zip`,
		Args: exactly("FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := b.shared.check(b.jobs); err != nil {
				return err
			}
			opinions := a.opinions()
			defer opinions.close()
			turns := worker.NewTurns(max(b.jobs, 1))
			grader, err := b.grader(opinions, turns)
			if err != nil {
				return err
			}
			return a.guarded(func() error { return a.batch(cmd.Context(), &b, grader, opinions, args[0]) })
		},
	}
	b.register(cmd.Flags())
	b.shared.register(cmd.Flags())
	cmd.Flags().StringVar(&b.out, "out", "grades", "write the results into `DIR`")
	cmd.Flags().IntVar(&b.jobs, "jobs", runtime.NumCPU(), "run `N` submissions at a time")
	cmd.Flags().BoolVar(&b.regrade, "regrade", false, "grade also what has not changed since an earlier run")
	cmd.Flags().StringVar(&b.roster, "roster", "", "join the class list in the file `CSV`, and tell who handed in nothing")
	cmd.Flags().StringVar(&b.gradebook, "gradebook", "", "fill a copy of the exported gradebook in the file `CSV`")
	cmd.Flags().StringVar(&b.column, "column", "", "fill the column called `NAME` of the gradebook")
	cmd.Flags().StringVar(&b.nameRegex, "name-regex", "", "find students by this `EXPR`, whose group (?P<name>…) matches the name in\nthe path of a Go file; groups id and attempt may be there too")
	return cmd
}

func (a *app) batch(ctx context.Context, b *batchFlags, grader *harness.Grader, opinions *opinions, path string) error {
	collectOften()
	class, err := openClass(path, b.out, b.nameRegex)
	if err != nil {
		return err
	}
	defer class.folder.Close()
	if err := class.join(b.roster); err != nil {
		return err
	}
	ledger, err := openLedger(b.gradebook, b.column, b.out)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.out, 0o755); err != nil {
		return pathError(b.out, err)
	}
	journal, err := b.journal(b.out, grader.Suite().Digest(), b.regrade)
	if err != nil {
		return err
	}
	defer journal.Close()
	read := batch.Reader(class.folder)
	books, err := newBooks(b.out, grader.Suite(), class.Class, read)
	if err != nil {
		return fault{err}
	}
	defer books.discard()

	if b.shared.url != "" || b.shared.serve != "" {
		collectAsUsual()
	} else {
		collectFlat()
	}
	opinions.folder = b.out
	table := batch.NewTable(a.out, class.Students(), columns(a.out), colorful(a.out, b.noColor))
	table.PassMark(grader.Suite().PassMark)
	var faults batch.Sink = func(g batch.Graded) error {
		a.lacks(g.Result)
		if g.Result.Fault != nil {
			fmt.Fprintf(a.errOut, "grader: %s\n", printable(g.Student+": "+g.Result.Fault.Error()))
		}
		return nil
	}
	progress := newProgress(a.errOut, class.Len())
	workers, err := a.workers(ctx, b, grader, opinions, progress)
	if err != nil {
		return err
	}
	interrupted := batch.Run(ctx, class.All(), workers.inHand, journal.Each(read, workers, keep),
		append(books.sinks(journal), journal.Sink, progress.around(table.Row), faults, opinions.sink, ledger.sink)...)
	progress.end()
	if err := workers.close(interrupted == nil); err != nil {
		return fault{err}
	}
	if interrupted != nil && !errors.Is(interrupted, context.Canceled) {
		return fault{interrupted}
	}
	for _, p := range class.absent {
		if err := books.absent(p); err != nil {
			return fault{err}
		}
	}
	if err := books.commit(); err != nil { // what was graded is kept
		return fault{err}
	}
	if err := errors.Join(table.Summary(b.out), a.notes(class.Notes)); err != nil {
		return fault{err}
	}
	if err := opinions.summary(a.out); err != nil {
		return fault{err}
	}
	if interrupted == nil {
		if err := ledger.fill(a); err != nil {
			return fault{err}
		}
	}
	if table.NeedReview() > 0 {
		a.code = exitReview
	}
	return interrupted
}
