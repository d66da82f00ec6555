package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/report"
	"github.com/spf13/cobra"
)

func (a *app) submitCommand() *cobra.Command {
	var (
		grading gradingFlags
		format  string
		files   outputs
		handed  bool
	)
	cmd := &cobra.Command{
		Use:   "submit FILE|DIR|-",
		Short: "Grade one submission",
		Long: `Grade one submission: a Go file, a folder that holds one (the kit's, for
instance), or - for standard input.`,
		Example: `  grader submit sigmoid.go
  grader submit miniflow-lesson
  grader submit --format json --output markdown=feedback.md sigmoid.go
  grader submit --handed-in --output gradescope=results.json submission`,
		Args: exactly("FILE, DIR or -"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := report.Lookup(format)
			if err != nil {
				return err
			}
			opinions := a.opinions()
			defer opinions.close()
			grader, err := grading.grader(opinions, nil)
			if err != nil {
				return err
			}
			sub, path, err := a.open(cmd.Context(), args[0], handed)
			if err != nil {
				return err
			}
			doc := report.Document{Source: sub.Source, Path: repositoryPath(path), Color: colorful(a.out, grading.noColor), ASCII: asciiOnly()}
			return a.submit(cmd.Context(), grader, opinions, sub, doc, f, files)
		},
	}
	grading.register(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", report.Names()[0], "write the result to standard output as `FORMAT`:\n"+formats())
	cmd.Flags().BoolVar(&handed, "handed-in", false, "what a student handed in stands there: a missing or unclear file is an\ninvalid_file and no error, and links are not followed")
	cmd.Flags().Var(&files, "output", "write the result to a file too; may be given more than once")
	names := cobra.FixedCompletions(report.Names(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("format", names); err != nil {
		panic(err) // the flag is right above
	}
	return cmd
}

// formats lists the formats for the help text, one a line.
func formats() string {
	var b bytes.Buffer
	for _, f := range report.Formats() {
		fmt.Fprintf(&b, "%-18s %s\n", f.Name, f.Describe)
	}
	return b.String()
}

// stdinName is the name that a submission from standard input has.
const stdinName = "stdin.go"

// open reads the submission that a user names, and says which file that is. An
// error is about the path; what is wrong with a file that can be read is for the
// grader to say. Where a student has put it there, that is all for the grader to
// say, and a link may lead to what is not the student's.
func (a *app) open(ctx context.Context, arg string, handedIn bool) (sub harness.Submission, path string, err error) {
	if arg == "-" {
		sub, err = a.readIn(ctx)
		return sub, sub.Name, err
	}
	info, err := os.Stat(arg)
	if handedIn && errors.Is(err, fs.ErrNotExist) {
		return harness.Invalid(filepath.Base(arg), errors.New("there is no such file")), arg, nil
	}
	if err != nil {
		return sub, "", pathError(arg, err)
	}
	path = arg
	if info.IsDir() {
		file, err := batch.FindFile(arg)
		var none *batch.NoFileError
		if handedIn && errors.As(err, &none) {
			return harness.Invalid("sigmoid.go", err), filepath.Join(arg, "sigmoid.go"), nil
		}
		if err != nil {
			return sub, "", pathError(arg, err)
		}
		path = filepath.Join(arg, filepath.FromSlash(file))
	}
	sub = harness.ReadSubmission(filepath.Base(path), path, !handedIn)
	if sub.Missing() && !handedIn {
		return sub, "", pathError(path, sub.Err)
	}
	return sub, path, nil
}

// readIn reads standard input, which may be a person who thinks better of it.
func (a *app) readIn(ctx context.Context) (harness.Submission, error) {
	read := make(chan harness.Submission, 1)
	go func() { read <- harness.ReadFrom(stdinName, a.in) }()
	select {
	case sub := <-read:
		return sub, nil
	case <-ctx.Done():
		return harness.Submission{}, ctx.Err()
	}
}

// pathError puts a path before an error, once.
func pathError(path string, err error) error {
	var inner *fs.PathError
	if errors.As(err, &inner) {
		err = inner.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// submit grades and reports, as doc says. Files come first: where they can't be
// written, nothing that looks like success is on standard output. In GitHub
// Actions the job learns of the result too.
func (a *app) submit(ctx context.Context, grader *harness.Grader, opinions *opinions, sub harness.Submission, doc report.Document, format report.Format, files outputs) error {
	result, err := grader.Grade(ctx, sub)
	if err != nil {
		return err
	}
	if result.Fault != nil {
		fmt.Fprintln(a.errOut, "grader:", printable(result.Fault.Error()))
	}
	a.lacks(result)
	if err := opinions.note("", result); err != nil {
		return fault{err}
	}
	switch {
	case !result.Status.Scored():
		a.code = exitReview
	case result.Status != harness.Passed:
		a.code = exitNotPassed
	}
	doc.Result, doc.PassMark, doc.Graphs = result, grader.Suite().PassMark, graphs(grader.Suite())
	doc.Getenv, doc.Now = os.Getenv, time.Now()
	for _, o := range files {
		plain := doc
		plain.Color, plain.ASCII = false, false
		if err := writeFile(o, plain); errors.Is(err, report.ErrUnscored) {
			fmt.Fprintf(a.errOut, "grader: %s: not written: %v\n", printable(o.path), err)
		} else if err != nil {
			return pathError(o.path, err)
		}
	}
	if err := a.tell(format, doc); err != nil {
		return fault{err}
	}
	return nil
}

// tell writes a result to standard output and, in a step of GitHub Actions, to
// the job. A format for programs stays alone on standard output, which is a file
// then: the runner reads commands from standard error as well.
func (a *app) tell(format report.Format, doc report.Document) error {
	if !inActions() {
		return format.Write(a.out, doc)
	}
	if !format.ForPeople {
		return errors.Join(format.Write(a.out, doc), a.step(a.errOut, doc))
	}
	if err := a.guarded(func() error { return format.Write(a.out, doc) }); err != nil {
		return err
	}
	return a.step(a.out, doc)
}

func writeFile(o output, doc report.Document) error {
	f, err := batch.CreateFile(o.path)
	if err != nil {
		return err
	}
	defer f.Discard()
	if err := o.format.Write(f, doc); err != nil {
		return err
	}
	return f.Commit()
}
