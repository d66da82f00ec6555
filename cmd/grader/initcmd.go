package main

import (
	"fmt"

	"github.com/miniflow/grader/reference/kit"
	"github.com/spf13/cobra"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "Write the students' kit",
		Long: `Write the students' kit into DIR: a Go module with the engine, the sigmoid.go to
complete, and a program to try it with. Nothing that is there is overwritten.`,
		Example: "  grader init lesson",
		Args:    exactly("DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := kit.Write(args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.out, `The kit is in %[1]s. Next:

  cd %[1]s
  edit miniflow/sigmoid.go
  go run .                              try it
  grader submit miniflow/sigmoid.go     have it graded
`, printable(args[0]))
			return err
		},
	}
}
