package main

import (
	"io"
	"os"
	"runtime"
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
	return terminal(w)
}

// asciiOnly reports whether the user's locale says that text is to have no
// characters but those of ASCII. On Windows and macOS it need not say anything.
func asciiOnly() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(os.Getenv(name)); locale != "" {
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return runtime.GOOS != "windows" && runtime.GOOS != "darwin"
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// logColumns is how long lines may be where nobody's window limits them.
const logColumns = 100

// columns is how many columns w has: a terminal's width, else logColumns.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return logColumns
}

// printable escapes what an error may quote from a file name or a file, line by
// line. In GitHub Actions that could also be a command in the notation that
// counts in the middle of a line.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = report.Clean(line)
		if inActions() {
			lines[i] = strings.ReplaceAll(lines[i], "##[", `#\x23[`)
		}
	}
	return strings.Join(lines, "\n")
}
