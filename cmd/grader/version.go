package main

import (
	"fmt"
	"io"
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

// commit is the commit that this program was built of and whether the working
// tree had changes, as the Go tool has stamped it; "unknown" if it has not.
func commit() string {
	text := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		settings := make(map[string]string)
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if revision := settings["vcs.revision"]; revision != "" {
			text = revision
		}
		if settings["vcs.modified"] == "true" {
			text += ", with changes"
		}
	}
	return text
}

// writeVersion says what this program is, in two lines.
func writeVersion(w io.Writer) error {
	_, err := fmt.Fprintf(w, "grader %s (%s, %s/%s)\ncommit %s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, commit())
	return err
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of the grader and of its suite",
		Example: "  grader version",
		Args:    exactly(),
		RunE: func(*cobra.Command, []string) error {
			suite, err := cases.Builtin()
			if err != nil {
				return fault{err}
			}
			if err := writeVersion(a.out); err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "built-in suite: %d cases, sha256 %s\n", len(suite.Cases), suite.Digest())
			return err
		},
	}
}
