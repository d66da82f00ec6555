package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/report"
	"github.com/miniflow/grader/harness/watch"
	"github.com/spf13/cobra"
)

func (a *app) watchCommand() *cobra.Command {
	var (
		grading gradingFlags
		format  string
		files   outputs
	)
	cmd := &cobra.Command{
		Use:   "watch FILE|DIR",
		Short: "Grade one submission on every save",
		Long: `Grade one submission, and again whenever it is saved, until you end it with
Ctrl-C. It says what each try has changed. Where a verdict is checked with the Go
compiler, the answer doesn't wait for that: it is mended if need be.`,
		Example: `  grader watch sigmoid.go
  grader watch kit`,
		Args: exactly("FILE or DIR"),
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
			path, err := watched(args[0])
			if err != nil {
				return err
			}
			w := &watching{
				app: a, path: path, grader: grader, opinions: opinions, format: f, files: files,
				screen: f.Name == report.Names()[0] && terminal(a.out) && os.Getenv("TERM") != "dumb",
				color:  colorful(a.out, grading.noColor),
			}
			return w.run(cmd.Context())
		},
	}
	grading.register(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", report.Names()[0], "write each result to standard output as `FORMAT`:\n"+formats())
	cmd.Flags().Var(&files, "output", "write each result to a file too; may be given more than once")
	names := cobra.FixedCompletions(report.Names(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("format", names); err != nil {
		panic(err) // the flag is right above
	}
	return cmd
}

// watched is the file that a user names, or that the folder which they name holds.
func watched(arg string) (string, error) {
	if arg == "-" {
		return "", errors.New("watch: standard input can't be watched: name a file")
	}
	info, err := os.Stat(arg)
	if err != nil {
		return "", pathError(arg, err)
	}
	if !info.IsDir() {
		return arg, nil
	}
	file, err := batch.FindFile(arg)
	if err != nil {
		return "", pathError(arg, err)
	}
	return filepath.Join(arg, filepath.FromSlash(file)), nil
}

// watching is one run of the command. Everything but the grading itself happens
// in the goroutine that calls run.
type watching struct {
	*app
	path     string
	grader   *harness.Grader
	opinions *opinions
	format   report.Format
	files    outputs
	screen   bool // whether each report has the screen for itself
	color    bool

	tries  int
	source []byte          // of the last try
	last   *harness.Result // of the last try that had cases to compare
	before *harness.Result // the same of the try before the last one
}

// outcome is what a try came to, or what the compiler made of it.
type outcome struct {
	ctx    context.Context // of the try: done if a newer one has begun
	sub    harness.Submission
	result *harness.Result
	second bool
}

// absence is how long a file may be gone, or without text, before that is taken for
// what was meant: some editors empty it before they write.
const absence = 300 * time.Millisecond

// run grades on every save until ctx is done, which is how it is meant to end.
func (w *watching) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var busy sync.WaitGroup
	defer busy.Wait()
	defer stop()
	saves, ended, outcomes := make(chan struct{}, 1), make(chan error, 1), make(chan outcome)
	busy.Go(func() {
		ended <- watch.File(ctx, w.path, func() {
			select {
			case saves <- struct{}{}:
			default: // one is still to be looked at
			}
		})
	})
	abandon := func() {}
	var gone <-chan time.Time
	begin := func(final bool) {
		sub := harness.ReadSubmission(filepath.Base(w.path), w.path, true)
		if !final && len(bytes.TrimSpace(sub.Source)) == 0 {
			gone = time.After(absence)
			return
		}
		gone = nil
		switch {
		case sub.Missing():
			abandon()
			w.source = nil
			w.say(fmt.Sprintf("%s is not there: waiting for it", printable(w.path)))
			return
		case sub.Err == nil && w.source != nil && bytes.Equal(sub.Source, w.source):
			return // saved as it was
		}
		abandon()
		w.source = sub.Source
		try, cancel := context.WithCancel(ctx)
		abandon = cancel
		busy.Go(func() { w.try(try, sub, outcomes) })
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			if err != nil {
				return fmt.Errorf("watching %s: %w", w.path, err)
			}
		case <-saves:
			begin(false)
		case <-gone:
			begin(true)
		case o := <-outcomes:
			if o.ctx.Err() != nil {
				continue
			}
			if err := w.show(o); err != nil {
				return err
			}
		}
	}
}

// try grades, and then asks the compiler. It is abandoned when ctx is done.
func (w *watching) try(ctx context.Context, sub harness.Submission, outcomes chan<- outcome) {
	result, err := w.grader.First(ctx, sub)
	for second := false; err == nil; second = true {
		select {
		case outcomes <- outcome{ctx, sub, result, second}:
		case <-ctx.Done():
			return
		}
		if second {
			return
		}
		result, err = w.grader.Second(ctx, sub, result)
	}
}

// show reports a try; of a second opinion, only if it is another one.
func (w *watching) show(o outcome) error {
	if o.second {
		if err := w.opinions.note("", o.result); err != nil {
			return fault{err}
		}
		if o.result.Overruled == nil {
			return nil
		}
	} else {
		w.tries++
		w.before = w.last
	}
	if o.result.Fault != nil {
		w.say(printable(o.result.Fault.Error()))
	}
	doc := report.Document{
		Result: o.result, Source: o.sub.Source, Path: repositoryPath(w.path),
		PassMark: w.grader.Suite().PassMark, Graphs: graphs(w.grader.Suite()), Before: w.before,
		Getenv: os.Getenv, Now: time.Now(),
	}
	if len(o.result.Cases) > 0 {
		w.last = o.result
	}
	for _, f := range w.files {
		if err := writeFile(f, doc); errors.Is(err, report.ErrUnscored) {
			w.say(fmt.Sprintf("%s: not written: %v", printable(f.path), err))
		} else if err != nil {
			return pathError(f.path, err)
		}
	}
	doc.Color, doc.ASCII = w.color, asciiOnly()
	if err := w.write(doc); err != nil {
		return fault{err}
	}
	return nil
}

// clearScreen puts what comes at the top of an empty screen; what was there can
// be scrolled back to.
const clearScreen = "\x1b[2J\x1b[H"

// write writes a report to standard output, in one piece.
func (w *watching) write(doc report.Document) error {
	var b bytes.Buffer
	text := w.format.Name == report.Names()[0]
	switch {
	case w.screen:
		b.WriteString(clearScreen)
	case text && w.tries > 1:
		b.WriteByte('\n')
	}
	if text {
		fmt.Fprintf(&b, "Try %d, at %s\n", w.tries, doc.Now.Format(time.TimeOnly))
	}
	if err := w.format.Write(&b, doc); err != nil {
		return err
	}
	if text {
		fmt.Fprintf(&b, "\nSave %s to try again; Ctrl-C ends this.\n", report.Clean(filepath.Base(w.path)))
	}
	_, err := io.Copy(w.out, &b)
	return err
}

// say tells what is no result.
func (w *watching) say(text string) { fmt.Fprintln(w.errOut, "grader:", text) }
