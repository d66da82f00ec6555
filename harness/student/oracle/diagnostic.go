package oracle

import (
	"regexp"
	"strconv"
	"strings"
)

// A goError is what the go command says about a package.
type goError struct{ Pos, Err string }

// packageMention finds the names that packageName gives.
var packageMention = regexp.MustCompile(`\bp[0-9a-f]{16}\b`)

// ownFolder finds the folders of a program in a message.
var ownFolder = regexp.MustCompile(`(\S*/)?p[0-9a-f]{16}/miniflow/`)

var diagnosticLine = regexp.MustCompile(`^(?:\S*/)?(\w+\.go):(\d+):(?:(\d+):)? (.*)$`)

// diagnostics reads what the go command says about one package. Lines that
// are indented continue the message before them.
func diagnostics(pos, text string) []Diagnostic {
	if pos != "" {
		text = pos + ": " + text
	}
	text = ownFolder.ReplaceAllString(text, "")
	var found []Diagnostic
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		match := diagnosticLine.FindStringSubmatch(line)
		switch {
		case match != nil:
			d := Diagnostic{Message: match[4]}
			if match[1] == "sigmoid.go" {
				d.Line, _ = strconv.Atoi(match[2])
				d.Column, _ = strconv.Atoi(match[3])
			}
			found = append(found, d)
		case strings.HasPrefix(line, "\t") && len(found) > 0:
			found[len(found)-1].Message += "\n" + line
		case line != "" && !strings.HasPrefix(line, "# "):
			found = append(found, Diagnostic{Message: line})
		}
	}
	return found
}
