package main

import (
	"fmt"
	"strconv"
	"strings"

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
				return fmt.Errorf("cases: list, check or random? (see '%s --help')", cmd.CommandPath())
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	var dir string
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the cases of a suite",
		Example: "  grader cases list\n  grader cases list --cases mycases",
		Args:    exactly(),
		RunE: func(*cobra.Command, []string) error {
			suite, err := loadSuite(dir)
			if err != nil {
				return err
			}
			return a.listCases(suite)
		},
	}
	list.Flags().StringVar(&dir, "cases", "", "list the case files in `DIR` instead of the built-in suite")
	cmd.AddCommand(list, a.casesCheckCommand(), a.casesRandomCommand())
	return cmd
}

// listCases prints a suite as a table.
func (a *app) listCases(suite *cases.Suite) error {
	if about := aboutSuite(suite); about != "" {
		if _, err := fmt.Fprintf(a.out, "%s\n\n", about); err != nil {
			return err
		}
	}
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

// aboutSuite is what a suite's settings say of it in a line, or nothing.
func aboutSuite(suite *cases.Suite) string {
	var parts []string
	if suite.Title != "" {
		parts = append(parts, report.Clean(suite.Title))
	}
	if suite.PassMark > 0 {
		parts = append(parts, "pass mark "+number(suite.PassMark)+" of 100")
	}
	return strings.Join(parts, ", ")
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
