package confirm

import (
	"context"
	"fmt"
	"go/build/constraint"
	"go/scanner"
	"go/token"
	"regexp"
	"strconv"
	"strings"

	"github.com/miniflow/grader/harness/lazy"
	"github.com/miniflow/grader/harness/worker"
)

// refusal is what the compiler says about a submission that does not compile.
type refusal struct {
	diagnostics []worker.Diagnostic
}

func (r *refusal) Error() string { return "the submission does not compile" }

// run reports the refusal, as a worker reports that of the check.
func (r *refusal) run(context.Context, worker.Job, worker.Limits) (*worker.Report, error) {
	first := r.diagnostics[0]
	message, _, _ := strings.Cut(first.Message, "\n")
	message = fmt.Sprintf("line %d: %s", first.Line, message)
	if more := len(r.diagnostics) - 1; more > 0 {
		message += fmt.Sprintf(" (and %d more)", more)
	}
	return &worker.Report{Workers: 1, Rejection: &worker.Rejection{
		Status: worker.StatusCompileError, Message: message, Diagnostics: r.diagnostics,
	}}, nil
}

// complaint is a line of the compiler's, about a file of the student's package.
var complaint = lazy.Regexp(`^` + regexp.QuoteMeta(kitPath) + `/(\w+\.go):(\d+):(?:(\d+):)? (.*)$`)

// elsewhere is a place in the student's file, within a message.
var elsewhere = lazy.Regexp(regexp.QuoteMeta(kitPath+"/"+sourceName) + `:(\d+):(\d+)`)

// plain is a message with the files' names alone.
func plain(message string) string { return strings.ReplaceAll(message, kitPath+"/", "") }

// fault is a line that tells of a compiler that failed, or of a package that is
// gone from the build cache. All that a submission may import exists. What quotes
// an instruction of the machine comes from the compiler's last stage, which found
// that an earlier one has made something impossible of a valid program; the place
// that it names, if it names one, says nothing.
var fault = lazy.Regexp(`^(fatal error|runtime|panic|SIG[A-Z]+): |internal compiler error|could not import |^<[a-z ]+>:| \d{5} \(\S+:\d+\)\t[A-Z]`)

// refuse reads what the compiler says, or returns nil if that is not about the
// student's package: then something is wrong with the compiler or with us.
func refuse(words string) *refusal {
	r := &refusal{}
	for line := range strings.Lines(words) {
		line = strings.TrimRight(line, "\r\n")
		switch m := complaint().FindStringSubmatch(line); {
		case fault().MatchString(line):
			return nil
		case m != nil:
			place := m[1:4]
			if place[0] != sourceName { // then the message may tell where the other place is
				place = elsewhere().FindStringSubmatch(m[4])
			}
			d := worker.Diagnostic{Severity: "error", Message: plain(m[4])}
			if place != nil {
				d.Line, _ = strconv.Atoi(place[1])
				d.Column, _ = strconv.Atoi(place[2]) // 0 if there is none
			}
			r.diagnostics = append(r.diagnostics, d)
		case strings.HasPrefix(line, "\t") && len(r.diagnostics) > 0:
			r.diagnostics[len(r.diagnostics)-1].Message += "\n" + plain(line)
		}
	}
	if len(r.diagnostics) == 0 {
		return nil
	}
	return r
}

// disarm takes from a source all comments that tell the compiler something,
// except for build constraints: no //line moves what is reported elsewhere, and
// no pragma is obeyed. Every line keeps its place.
func disarm(source []byte) []byte {
	out := append([]byte(nil), source...)
	var s scanner.Scanner
	files := token.NewFileSet()
	file := files.AddFile(sourceName, -1, len(source))
	s.Init(file, source, func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, kind, text := s.Scan()
		if kind == token.EOF {
			return out
		}
		if kind != token.COMMENT || constraint.IsGoBuild(text) {
			continue
		}
		for _, order := range []string{"//line ", "/*line ", "//go:", "//export ", "//extern "} {
			if strings.HasPrefix(text, order) {
				out[file.Offset(pos)+len("//")] -= 'a' - 'A' // so that it is none
			}
		}
	}
}
