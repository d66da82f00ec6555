package main

import (
	"fmt"
	"strconv"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/report"
	"github.com/spf13/cobra"
)

func (a *app) casesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cases",
		Short: "Look at and check case files, for the course author",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("cases: list or check? (see '%s --help')", cmd.CommandPath())
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	var dir string
	list := &cobra.Command{
		Use:   "list",
		Short: "List the cases of a suite",
		Args:  exactly(),
		RunE: func(*cobra.Command, []string) error {
			suite, err := loadSuite(dir)
			if err != nil {
				return err
			}
			return a.listCases(suite)
		},
	}
	list.Flags().StringVar(&dir, "cases", "", "list the case files in `DIR` instead of the built-in suite")
	check := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Check case files, or the built-in suite",
		Long: `Check the case files in DIR, or the built-in suite. Every error is printed as
file:line:column: message, and the exit code is then 2.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := ""
			if len(args) == 1 {
				dir = args[0]
			}
			suite, err := loadSuite(dir)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "%d cases, %s points: no errors\n", len(suite.Cases), number(suite.Points()))
			return err
		},
	}
	cmd.AddCommand(list, check)
	return cmd
}

// listCases prints a suite as a table.
func (a *app) listCases(suite *cases.Suite) error {
	table := [][]string{{"case", "points", "shown", "teaches"}}
	for _, c := range suite.Cases {
		shown := "visible"
		if c.Hidden {
			shown = "hidden"
		}
		table = append(table, []string{report.Clean(c.Name), number(c.Points), shown, report.Clean(c.Teaches)})
	}
	for _, line := range report.Columns(table) {
		if _, err := fmt.Fprintln(a.out, line); err != nil {
			return err
		}
	}
	return nil
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
