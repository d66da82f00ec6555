package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow/grader/cases/audit"
	"github.com/miniflow/grader/harness/auditreport"
	"github.com/spf13/cobra"
)

// auditFormats are the formats of cases check, the default one first.
var auditFormats = []string{"text", "json"}

func (a *app) casesCheckCommand() *cobra.Command {
	format := auditFormats[0]
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Audit case files, or the built-in suite",
		Long: `Audit the case files in DIR, or the built-in suite: whether they are well-formed,
whether every correct formula passes them, and whether they catch the mistakes
that students make, one at a time and two at once.

What is wrong with the files is printed as file:line:column: message, and the
exit code is then 2. It is 1 if the audit has a finding: a mistake that no case
catches, a tolerance that is so loose that a mistake passes, or so tight that a
correct formula doesn't. It is 0 if there is nothing to mend.`,
		Example: `  grader cases check
  grader cases check --format json mycases`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(auditFormats, format) {
				return fmt.Errorf("unknown format %q: there are %s", format, strings.Join(auditFormats, ", "))
			}
			dir := ""
			if len(args) == 1 {
				dir = args[0]
			}
			return a.checkCases(cmd.Context(), dir, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "write the audit as `FORMAT`: text or json")
	names := cobra.FixedCompletions(auditFormats, cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("format", names); err != nil {
		panic(err) // the flag is right above
	}
	return cmd
}

func (a *app) checkCases(ctx context.Context, dir, format string) error {
	suite, err := loadSuite(dir)
	if err != nil {
		return err
	}
	r, err := audit.Run(ctx, suite)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fault{err}
	case format == "json":
		err = auditreport.JSON(a.out, r)
	default:
		err = auditreport.Text(a.out, r, columns(a.out))
	}
	if err != nil {
		return fault{err}
	}
	if len(r.Findings) > 0 {
		a.code = exitFindings
	}
	return nil
}
