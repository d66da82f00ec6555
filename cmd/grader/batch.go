package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/spf13/cobra"
)

func (a *app) batchCommand() *cobra.Command {
	var (
		grading gradingFlags
		out     string
		jobs    int
	)
	cmd := &cobra.Command{
		Use:   "batch FOLDER",
		Short: "Grade a class folder",
		Long: `Grade every submission of a class folder, which holds FOLDER/STUDENT/…/*.go or
FOLDER/STUDENT.go. A student with several Go files has to call one of them
sigmoid.go. The output folder gets grades.csv for a spreadsheet, feedback/STUDENT.md
for each student, and results.jsonl, a line of JSON for each student; the table is
for reading.`,
		Example: `  grader batch submissions
  grader batch --out week3 --jobs 8 --cases mycases handed-in`,
		Args: exactly("FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if jobs < 1 {
				return fmt.Errorf("--jobs %d: somebody has to do the work", jobs)
			}
			opinions := a.opinions()
			defer opinions.close()
			grader, err := grading.grader(opinions)
			if err != nil {
				return err
			}
			return a.batch(cmd.Context(), grader, opinions, args[0], out, jobs, colorful(a.out, grading.noColor))
		},
	}
	grading.register(cmd.Flags())
	cmd.Flags().StringVar(&out, "out", "grades", "write the results into `DIR`")
	cmd.Flags().IntVar(&jobs, "jobs", runtime.NumCPU(), "grade `N` submissions at a time")
	return cmd
}

func (a *app) batch(ctx context.Context, grader *harness.Grader, opinions *opinions, folder, out string, jobs int, color bool) error {
	entries, err := batch.Discover(folder, out)
	if err != nil {
		return pathError(folder, err)
	}
	if len(entries) == 0 {
		return fmt.Errorf("%s: no submissions in there: a class folder holds STUDENT/…/*.go or STUDENT.go", folder)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return pathError(out, err)
	}
	path := filepath.Join(out, "results.jsonl")
	lines, err := batch.CreateFile(path)
	if err != nil {
		return pathError(path, err)
	}
	defer lines.Discard()
	read := batch.Reader(folder)
	books, err := newBooks(out, grader.Suite(), entries, read)
	if err != nil {
		return fault{err}
	}
	defer books.discard()

	opinions.folder = out
	table := batch.NewTable(a.out, entries, columns(a.out), color)
	var faults batch.Sink = func(g batch.Graded) error {
		if g.Result.Fault != nil {
			fmt.Fprintf(a.errOut, "grader: %s\n", printable(g.Student+": "+g.Result.Fault.Error()))
		}
		return nil
	}
	interrupted := batch.Run(ctx, entries, jobs, batch.Each(read, grader), batch.Lines(lines), books.feedback, books.grades.Row, table.Row, faults, opinions.sink)
	if interrupted != nil && !errors.Is(interrupted, context.Canceled) {
		return fault{interrupted}
	}
	if err := lines.Commit(); err != nil { // what was graded is kept
		return fault{pathError(path, err)}
	}
	if err := books.commit(); err != nil {
		return fault{err}
	}
	if err := table.Summary(out); err != nil {
		return fault{err}
	}
	if err := opinions.summary(a.out); err != nil {
		return fault{err}
	}
	if table.NeedReview() > 0 {
		a.code = exitReview
	}
	return interrupted
}
