package main

import (
	"io"
	"os"
	"strings"

	"github.com/miniflow/grader/harness/report"
	"golang.org/x/term"
)

// colorful reports whether w is a terminal whose user wants colours: see
// no-color.org.
func colorful(w io.Writer, noColor bool) bool {
	if noColor || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// printable escapes what an error may quote from a file name or a file, line by
// line.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = report.Clean(line)
	}
	return strings.Join(lines, "\n")
}
