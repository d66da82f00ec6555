package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/cases/random"
	"github.com/miniflow/grader/harness/batch"
	"github.com/spf13/cobra"
)

// maxCount bounds how many cases can be written at a time.
const maxCount = 10_000

func (a *app) casesRandomCommand() *cobra.Command {
	var (
		spec  random.Spec
		count int
		dir   string
	)
	cmd := &cobra.Command{
		Use:   "random",
		Short: "Write random cases",
		Long: `Write random cases with pinned gradients: networks of any depth, shape and number
of outputs, on which every correct answer passes. The same seed gives the same
files, to the byte, and the first ten cases of a seed are the same whether ten are
asked for or a hundred.

Without --out, the cases go to standard output, one YAML document after another.`,
		Example: `  grader cases random --seed 7 --count 20 --out mycases
  grader cases random --count 1 > case.yaml`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if count < 1 || count > maxCount {
				return fmt.Errorf("--count %d: from 1 to %d cases can be made", count, maxCount)
			}
			all, err := randomCases(cmd.Context(), spec, count)
			if err != nil {
				return err
			}
			if dir == "" {
				return a.printCases(all)
			}
			return a.writeCases(all, dir)
		},
	}
	cmd.Flags().Uint64Var(&spec.Seed, "seed", 1, "make the cases of seed `N`")
	cmd.Flags().IntVar(&count, "count", 10, "make `K` cases")
	cmd.Flags().StringVar(&dir, "out", "", "write a file for each case into `DIR`; other files are not overwritten")
	cmd.Flags().BoolVar(&spec.Hidden, "hidden", false, "make hidden cases")
	return cmd
}

func randomCases(ctx context.Context, spec random.Spec, count int) ([]*cases.Case, error) {
	var all []*cases.Case
	for spec.N = 1; spec.N <= count; spec.N++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, err := spec.Case()
		if err != nil {
			return nil, fault{err}
		}
		all = append(all, c)
	}
	return all, nil
}

func (a *app) printCases(all []*cases.Case) error {
	for i, c := range all {
		if i > 0 {
			fmt.Fprintln(a.out, "---")
		}
		if _, err := a.out.Write(c.YAML()); err != nil {
			return fault{err}
		}
	}
	return nil
}

// writeCases writes a file for each case. One that is there already is left alone
// if it is the same, and otherwise nothing is written.
func (a *app) writeCases(all []*cases.Case, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return pathError(dir, err)
	}
	var missing []*cases.Case
	for _, c := range all {
		path := filepath.Join(dir, c.File)
		there, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, c)
		case err != nil:
			return pathError(path, err)
		case !bytes.Equal(there, c.YAML()):
			return fmt.Errorf("%s: another file of this name is there already; nothing was written", path)
		}
	}
	for _, c := range missing {
		path := filepath.Join(dir, c.File)
		if err := writeWhole(path, c.YAML()); err != nil {
			return pathError(path, err)
		}
	}
	_, err := fmt.Fprintf(a.out, "%d cases are in %s\n", len(all), printable(dir))
	return err
}

// writeWhole writes a file that is never there in part.
func writeWhole(path string, content []byte) error {
	f, err := batch.CreateFile(path)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(content); err != nil {
		return err
	}
	return f.Commit()
}
