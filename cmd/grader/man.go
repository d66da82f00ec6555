//go:build man

package main

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// This file is in the command only when it is built with the tag man: what makes
// manual pages is of no use to those who have them, and would be part of every
// worker.
func init() { extra = append(extra, (*app).manCommand) }

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages",
		Hidden: true,
		Args:   exactly("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return pathError(args[0], err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			date := commitTime()
			return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "MiniFlow grader", Manual: "MiniFlow grader", Date: &date}, args[0])
		},
	}
}

// commitTime is when the commit was made that this is built of, so that the same
// commit has the same pages.
func commitTime() time.Time {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if t, err := time.Parse(time.RFC3339, s.Value); err == nil && s.Key == "vcs.time" {
				return t
			}
		}
	}
	return time.Unix(0, 0).UTC()
}
