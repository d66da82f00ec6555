// Package classreport writes report.html: what a batch has found, on one page
// for the course staff.
//
// The page is one file that needs no other and asks nobody for anything. Its
// Content-Security-Policy names the digests of the style and the script that
// are in it, and allows nothing besides: no connection, no image, no form.
//
// A [Page] is written while the results come in. Students are lines of JSON in
// the order in which they come; what is counted over all of them stands behind
// them. So its memory doesn't grow with the class, but for a few counters.
//
// Names, messages and output come from students. They are cleaned of what is not
// printable, written as JSON in which no markup can begin, and put on the page
// as text, never as markup: the page's policy forbids its script to do else.
//
// It is not for students: it shows everybody's results. It adds nothing to what
// results.jsonl holds, though, and so nothing of hidden cases but their names
// and points.
package classreport

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
)

// Student is what a page shows of one student.
type Student struct {
	Label           string // what the batch calls the student; unique
	ID, Name, Email string // each may be empty
	Late            bool
	Note            string          // about which file was graded; may be empty
	Feedback        string          // the feedback file, relative to the page, with slashes; may be empty
	Result          *harness.Result // nil for somebody who handed in nothing
}

// maxDetails bounds what a page holds of students' details, in bytes: a browser
// has to read them all. It is enough for about 5,000 students who are wrong
// everywhere.
const maxDetails = 24 << 20

// Page is a report in the making.
type Page struct {
	w     io.Writer
	suite *cases.Suite

	place      map[string]int // of a case in the suite, by name
	tally      *tally
	wanted     wanted
	maxDetails int
	details    int // bytes so far
	without    int // students whose details found no room
}

// New begins a page on w for results on the suite.
func New(w io.Writer, suite *cases.Suite) (*Page, error) {
	p := &Page{w: w, suite: suite, place: make(map[string]int), tally: newTally(suite), wanted: make(wanted), maxDetails: maxDetails}
	for i, c := range suite.Cases {
		p.place[c.Name] = i
	}
	if err := templates().ExecuteTemplate(w, "head", head{p.title(), policy(), template.CSS(styleText)}); err != nil {
		return nil, err
	}
	_, err := io.WriteString(w, `<script type="application/json" id="students">`+"\n")
	return p, err
}

// Add adds a student.
func (p *Page) Add(s Student) error {
	p.count(s)
	line, err := json.Marshal(p.newRow(s))
	if err != nil {
		return err
	}
	if s.Result != nil {
		more, err := json.Marshal(p.newDetail(s.Result))
		if err != nil {
			return err
		}
		if p.details += len(more); p.details <= p.maxDetails {
			line = append(append(line, '\t'), more...)
		} else {
			p.without++
		}
	}
	_, err = p.w.Write(append(line, '\n'))
	return err
}

// Finish writes the rest of the page. expected is how many results there would
// have been, had nobody interrupted the batch.
func (p *Page) Finish(expected int) error {
	facts, err := json.Marshal(p.facts())
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.w, "</script>\n<script type=\"application/json\" id=\"facts\">%s</script>\n", facts); err != nil {
		return err
	}
	return templates().ExecuteTemplate(p.w, "body", body{
		Title:   p.title(),
		Tally:   p.tally,
		Missing: max(0, expected-p.tally.Graded),
		Without: p.without,
		Graphs:  p.graphs(),
		Script:  template.JS(scriptText),
	})
}

// title is the suite's, or says what the page is.
func (p *Page) title() string {
	if p.suite.Title != "" {
		return p.suite.Title
	}
	return "Sigmoid.Backward"
}

// facts is what the script has to know besides the students.
type facts struct {
	Cases    []caseFacts        `json:"cases"`
	Marks    map[string]string  `json:"marks"` // from the letters in a row's cases to statuses
	Findings map[string]finding `json:"findings"`
}

type caseFacts struct {
	Name    string              `json:"name"`
	Points  float64             `json:"points"`
	Hidden  bool                `json:"hidden,omitempty"`
	Teaches string              `json:"teaches,omitempty"`
	Passed  int                 `json:"passed"` // so many students
	Ran     int                 `json:"ran"`    // so many submissions came so far as to be tried
	Wanted  map[string][]matrix `json:"wanted,omitempty"`
}

func (p *Page) facts() facts {
	f := facts{Marks: make(map[string]string), Findings: p.tally.findings()}
	for status, letter := range letters {
		f.Marks[string(letter)] = status.String()
	}
	for i, c := range p.suite.Cases {
		known := caseFacts{
			Name: clean(c.Name), Points: c.Points, Hidden: c.Hidden,
			Passed: p.tally.passed[i], Ran: p.tally.ran[i], Wanted: p.wanted.of(i),
		}
		if !c.Hidden {
			known.Teaches = clean(c.Teaches)
		}
		f.Cases = append(f.Cases, known)
	}
	return f
}

// graphs draws the networks of the cases that may be seen.
func (p *Page) graphs() []drawing {
	var all []drawing
	for i, c := range p.suite.Cases {
		if !c.Hidden {
			all = append(all, draw(i, &c.Problem))
		}
	}
	return all
}

type head struct {
	Title, Policy string
	Style         template.CSS
}

type body struct {
	Title   string
	Tally   *tally
	Missing int // submissions that were not graded, for the batch was interrupted
	Without int // students whose details found no room
	Graphs  []drawing
	Script  template.JS
}

var (
	//go:embed page.css
	styleText string
	//go:embed page.js
	scriptText string
	//go:embed page.html
	pageText string
)

// templates are parsed when a page is begun: every worker is this program too.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"clean": clean, "decimal": decimal, "plural": plural, "percent": percent, "short": short,
		"words": func(status string) string { return strings.ReplaceAll(status, "_", " ") },
	}).Parse(pageText))
})

// policy allows what is in the page, by its digests.
func policy() string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'; "+
		"require-trusted-types-for 'script'; trusted-types 'none'", digest(styleText), digest(scriptText))
}

// digest is how a policy names a text.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// encode is v as JSON, in a form to compare by.
func encode(v any) (string, error) {
	var b bytes.Buffer
	err := json.NewEncoder(&b).Encode(v)
	return b.String(), err
}
