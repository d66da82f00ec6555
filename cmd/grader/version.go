package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/miniflow/grader/cases"
	"github.com/spf13/cobra"
)

// version is the module's version as the Go tool has stamped it, or "devel" in
// a build from a working tree without stamps.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the grader and of its suite",
		Args:  exactly(),
		RunE: func(*cobra.Command, []string) error {
			suite, err := cases.Builtin()
			if err != nil {
				return fault{err}
			}
			_, err = fmt.Fprintf(a.out, "grader %s (%s, %s/%s)\nbuilt-in suite: %d cases, sha256 %s\n",
				version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, len(suite.Cases), suite.Digest())
			return err
		},
	}
}
