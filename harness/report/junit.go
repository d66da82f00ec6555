package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/lazy"
)

// The elements of JUnit's XML, as far as Jenkins' schema and GitLab both know
// them. The order of the fields is that of the elements.
type (
	junitSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     string   `xml:"time,attr"`
		Suite    junitSuite
	}
	junitSuite struct {
		XMLName    xml.Name        `xml:"testsuite"`
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		File       string          `xml:"file,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		// What was printed belongs here and not to a case: there GitLab looks
		// for marks that name files to attach.
		SystemOut string `xml:"system-out,omitempty"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Failure   *junitOutcome `xml:"failure"`
		Error     *junitOutcome `xml:"error"`
		Skipped   *junitOutcome `xml:"skipped"`
	}
	junitOutcome struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a test suite: each case is a test. Where no case ran there is
// one test, called "submission", that says why.
func writeJUnit(w io.Writer, doc Document) error {
	r := doc.Result
	suite := junitSuite{
		Name: Clean(base(r.File)), File: Clean(doc.path()), Time: seconds(r.DurationMS),
		Properties: []junitProperty{{"status", r.Status.String()}, {"max_score", decimal(r.MaxScore)}, {"grader", Clean(r.Grader)}, {"suite", r.Suite}},
		SystemOut:  strings.Join(cleanLines(r.Stdout), "\n"),
	}
	if r.Score != nil {
		suite.Properties = append(suite.Properties, junitProperty{"score", decimal(*r.Score)})
	}
	if anyRan(r) {
		for i := range r.Cases {
			suite.Cases = append(suite.Cases, newJUnitCase(&r.Cases[i]))
		}
	} else {
		suite.Cases = []junitCase{{
			Name: "submission", ClassName: junitClass, Time: seconds(0),
			Error: &junitOutcome{Type: r.Status.String(), Message: Clean(r.Message), Text: complaints(doc)},
		}}
	}
	for _, c := range suite.Cases {
		suite.Tests++
		switch {
		case c.Failure != nil:
			suite.Failures++
		case c.Error != nil:
			suite.Errors++
		case c.Skipped != nil:
			suite.Skipped++
		}
	}
	text, err := xml.MarshalIndent(junitSuites{
		Name: "MiniFlow", Tests: suite.Tests, Failures: suite.Failures, Errors: suite.Errors, Time: suite.Time, Suite: suite,
	}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, noCommands(text))
	return err
}

const junitClass = "miniflow.Sigmoid"

func newJUnitCase(c *harness.CaseResult) junitCase {
	out := junitCase{Name: Clean(c.Name), ClassName: junitClass, Time: seconds(c.DurationMS)}
	outcome := &junitOutcome{Type: c.Status.String(), Message: Clean(caseWords(c)), Text: strings.Join(entryTable(c), "\n")}
	switch c.Status {
	case harness.Passed:
	case harness.Failed:
		out.Failure = outcome
	case harness.Skipped:
		out.Skipped = outcome
	default:
		out.Error = outcome
	}
	return out
}

// complaints are a result's diagnostics with their lines, as text.
func complaints(doc Document) string {
	var p page
	source := bytes.Split(doc.Source, []byte("\n"))
	for _, d := range doc.Result.Diagnostics {
		p.diagnostic(base(doc.Result.File), d, source)
	}
	return strings.TrimSuffix(p.String(), "\n")
}

// entryTable shows the worst entries of a case's wrong gradients, a line each
// below a heading; nil if there are none.
func entryTable(c *harness.CaseResult) []string {
	table := [][]string{{"gradient", "entry", "yours", "expected", "yours/expected"}}
	for i := range c.Gradients {
		if g := &c.Gradients[i]; g.Status != harness.Passed && len(table) <= maxEntries {
			e := newEntry(g)
			table = append(table, []string{Clip(Clean(e.gradient), 26), e.where, e.got, e.want, e.ratio})
		}
	}
	if len(table) == 1 {
		return nil
	}
	return Columns(table)
}

// seconds writes milliseconds as seconds.
func seconds(ms float64) string { return fmt.Sprintf("%.3f", ms/1000) }

// noCommands keeps lines of XML from being commands of GitHub Actions, without
// changing what they say.
func noCommands(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("##["), []byte("#&#35;["))
	return leadingColons().ReplaceAll(text, []byte("$1&#58;:"))
}

var leadingColons = lazy.Regexp(`(?m)^([ \t]*)::`)
