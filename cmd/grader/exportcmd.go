package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/miniflow/grader/harness/batch"
	"github.com/miniflow/grader/harness/export"
	"github.com/spf13/cobra"
)

func (a *app) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write what a course platform needs to run the grader",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("export: say what for: github, gitlab or gradescope (see 'grader export --help')")
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(
		a.exportFileCommand("github", "Write the workflow of GitHub Actions for a course repository",
			filepath.Join(".github", "workflows", "grade.yml"), export.Workflow),
		a.exportFileCommand("gitlab", "Write the GitLab CI job for a course repository", ".gitlab-ci.yml", export.Pipeline),
		a.exportGradescopeCommand(),
	)
	return cmd
}

// exportFileCommand writes a file that people go on to edit, and never over one
// that is there.
func (a *app) exportFileCommand(name, short, usual string, content func() []byte) *cobra.Command {
	out := usual
	cmd := &cobra.Command{
		Use:     name,
		Short:   short,
		Example: fmt.Sprintf("  grader export %s\n  grader export %s --out %s", name, name, filepath.ToSlash(filepath.Join("course", usual))),
		Args:    exactly(),
		RunE: func(*cobra.Command, []string) error {
			if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
				return pathError(out, err)
			}
			f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s: it is there already: move it away, or name another file with --out", out)
			}
			if err != nil {
				return pathError(out, err)
			}
			_, err = f.Write(content())
			if closing := f.Close(); err == nil {
				err = closing
			}
			if err != nil {
				return pathError(out, err)
			}
			_, err = fmt.Fprintf(a.out, "%s is written.\n", printable(out))
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", usual, "write it to `FILE`")
	return cmd
}

func (a *app) exportGradescopeCommand() *cobra.Command {
	var out, suite, binary string
	cmd := &cobra.Command{
		Use:   "gradescope",
		Short: "Write the autograder that Gradescope asks to upload",
		Long: `Write the ZIP file to upload as an autograder in Gradescope: two scripts, this
program, and the cases. The assignment there has to be worth 100 points. Hidden
cases show with the published grades.

The program has to be a static one for Linux on amd64, as those of the releases
are. On another machine, name one with --binary.`,
		Example: `  grader export gradescope
  grader export gradescope --cases mycases --out autograder.zip`,
		Args: exactly(),
		RunE: func(*cobra.Command, []string) error {
			var files fs.FS
			if suite != "" {
				if _, err := loadSuite(suite); err != nil {
					return err
				}
				files = os.DirFS(suite)
			}
			path := binary
			if path == "" {
				own, err := os.Executable()
				if err != nil {
					return fault{err}
				}
				path = own
			}
			program, err := os.ReadFile(path)
			if err != nil {
				return pathError(path, err)
			}
			if err := export.CheckBinary(program); err != nil {
				what := path
				if binary == "" {
					what = fmt.Sprintf("this program (%s/%s) can't grade in Gradescope's container", runtime.GOOS, runtime.GOARCH)
				}
				return fmt.Errorf("%s: %w; name a static grader for linux/amd64 with --binary, from a release or of CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build ./cmd/grader", what, err)
			}
			f, err := batch.CreateFile(out)
			if err != nil {
				return pathError(out, err)
			}
			defer f.Discard()
			if err := export.Gradescope(f, program, files); err != nil {
				return pathError(out, err)
			}
			if err := f.Commit(); err != nil {
				return pathError(out, err)
			}
			_, err = fmt.Fprintf(a.out, "%s is written. Upload it as the autograder of an assignment that is worth 100 points.\n", printable(out))
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "autograder.zip", "write it to `FILE`")
	cmd.Flags().StringVar(&suite, "cases", "", "grade on the case files in `DIR` instead of the built-in suite")
	cmd.Flags().StringVar(&binary, "binary", "", "take the grader in `FILE` instead of this one")
	return cmd
}
