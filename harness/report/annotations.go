package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/lazy"
)

// annotation is a remark of GitHub's on a line of the student's file.
type annotation struct {
	level   string // "error", "warning" or "notice"
	line    int    // from 1; 0 for the file as a whole
	column  int    // from 1; 0 if there is none
	title   string
	message string
}

// maxAnnotations is how many annotations of a level GitHub shows for a step; it
// drops the others without a word.
const maxAnnotations = 10

// writeAnnotations writes what a person should see beside the lines of the file
// as workflow commands of GitHub Actions, the most useful first. Whatever else
// is written to the same stream can be taken for a command too: see the
// documentation of stop-commands.
func writeAnnotations(w io.Writer, doc Document) error {
	var b bytes.Buffer
	count := make(map[string]int)
	all := annotations(doc)
	cut := 0
	for _, a := range all {
		if count[a.level]++; count[a.level] > maxAnnotations {
			cut++
			continue
		}
		a.write(&b, doc)
	}
	notice := annotation{level: "notice", title: "Grade", message: headline(doc.Result)}
	if mark := mark(doc.Result, doc.PassMark); mark != "" {
		notice.message += "\n" + mark
	}
	if cut > 0 {
		notice.message += fmt.Sprintf("\n%s more than GitHub shows: see the job's summary.", plural(cut, "remark"))
	}
	notice.write(&b, doc)
	_, err := w.Write(b.Bytes())
	return err
}

// annotations are all remarks but the one on the score.
func annotations(doc Document) []annotation {
	r := doc.Result
	if !r.Status.Scored() {
		return []annotation{{level: "warning", title: "Not graded", message: r.Message + "\n" + plainThought(r, nil)}}
	}
	var all []annotation
	for _, d := range r.Diagnostics {
		all = append(all, annotation{
			level: cmp.Or(d.Severity, "error"), line: d.Line, column: d.Column, title: statusTitle(r.Status), message: d.Message,
		})
	}
	o := newOutline(doc)
	if o.message != "" {
		if len(all) == 0 {
			all = append(all, annotation{level: "error", title: statusTitle(r.Status), message: o.message + "\n" + o.next.hint})
		}
		return all
	}
	method := methodLine(doc.Source)
	for _, f := range r.Diagnosis {
		all = append(all, annotation{
			level: "error", line: cmp.Or(f.Line, method), title: "What may be behind it", message: f.Message + "\n" + f.Hint,
		})
	}
	return append(all, caseAnnotations(r, method)...)
}

// caseAnnotations are the remarks on cases that did not pass, one for all of
// which the same is true. A case that went wrong on no particular line is
// remarked on where Backward begins.
func caseAnnotations(r *harness.Result, method int) []annotation {
	var all []annotation
	var names [][]string
	hidden := 0
	for i := range r.Cases {
		c := &r.Cases[i]
		switch {
		case c.Status == harness.Passed:
			continue
		case c.Hidden:
			hidden++
			continue
		}
		a := annotation{level: "error", line: cmp.Or(c.Line, method), message: caseWords(c)}
		if c.Status == harness.Skipped {
			a.level = "warning"
		}
		if i := find(all, a); i >= 0 {
			names[i] = append(names[i], c.Name)
			continue
		}
		all, names = append(all, a), append(names, []string{c.Name})
	}
	for i := range all {
		all[i].title = few(names[i])
	}
	if hidden > 0 {
		all = append(all, annotation{
			level: "warning", line: method, title: "Hidden cases",
			message: plural(hidden, "hidden case") + " not right. They show no details.",
		})
	}
	return all
}

func find(all []annotation, a annotation) int {
	for i := range all {
		if all[i] == a {
			return i
		}
	}
	return -1
}

// few names some things, and says how many more there are.
func few(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// statusTitle is a status as a title.
func statusTitle(s harness.Status) string {
	words := statusWords(s)
	return strings.ToUpper(words[:1]) + words[1:]
}

var method = lazy.Regexp(`(?m)^func[ \t]*\([^()]*\bSigmoid[ \t]*\)[ \t]*Backward\b`)

// methodLine is the line that Backward begins on, 0 if there is none to be seen.
func methodLine(source []byte) int {
	at := method().FindIndex(source)
	if at == nil {
		return 0
	}
	return 1 + bytes.Count(source[:at[0]], []byte("\n"))
}

// write writes the annotation as a workflow command on one line.
func (a annotation) write(b *bytes.Buffer, doc Document) {
	fmt.Fprintf(b, "::%s file=%s", a.level, property(doc.path()))
	if a.line > 0 {
		fmt.Fprintf(b, ",line=%d", a.line)
		if a.column > 0 {
			fmt.Fprintf(b, ",col=%d", a.column)
		}
	}
	fmt.Fprintf(b, ",title=%s::%s\n", property(a.title), data(a.message))
}

var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// data escapes the text of a workflow command, of which line breaks are kept.
func data(s string) string {
	return dataEscapes.Replace(strings.Join(cleanLines(s), "\n"))
}

// property escapes a property of a workflow command.
func property(s string) string { return propertyEscapes.Replace(Clean(s)) }
