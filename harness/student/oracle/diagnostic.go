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
var ownFolder = regexp.MustCompile(`([^\s(]*/)?p[0-9a-f]{16}/miniflow/`)

// stumble finds messages of a compiler that took a program for valid and then
// fell over its own work: an internal error, or one about an instruction of the
// machine, which is quoted. The place that such a message names says nothing.
var stumble = regexp.MustCompile(`^internal compiler error: |^<[a-z ]+>:| \d{5} \(\S+:\d+\)\t[A-Z]`)

// failure returns the message that tells of a compiler that failed, if there is
// one.
func failure(refusal []Diagnostic) string {
	for _, d := range refusal {
		if stumble.MatchString(d.Message) {
			return d.Message
		}
	}
	return ""
}

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
