package batch

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
)

// Columns are the gradebook's, in their order. They are a contract: new ones
// come after them. A column with the points for each case follows, called
// "case " and the case's name.
var Columns = []string{
	"student", "id", "name", "email", "status", "score", "max_score", "passed", "cases",
	"late", "message", "note", "file", "sha256", "feedback",
}

// NotHandedIn stands in the status column of a person on the roster who has no
// submission.
const NotHandedIn = "not_handed_in"

// Gradebook writes grades.csv: a row for every student, as spreadsheets read it
// best, that is UTF-8 with a byte order mark and CRLF at the end of a line.
//
// A score that is ours to settle (needs_review, internal_error) is an empty
// cell: a spreadsheet would average a zero.
type Gradebook struct {
	w     *csv.Writer
	cases []string
	names *FileNames
}

// NewGradebook begins a gradebook for results on the cases of these names. names
// are those of the feedback files.
func NewGradebook(w io.Writer, cases []string, names *FileNames) (*Gradebook, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	b := &Gradebook{w: csv.NewWriter(w), cases: cases, names: names}
	b.w.UseCRLF = true
	head := append([]string{}, Columns...)
	for _, c := range cases {
		head = append(head, "case "+report.Clean(c))
	}
	return b, b.write(head)
}

// Row is the gradebook's [Sink].
func (b *Gradebook) Row(g Graded) error {
	r := g.Result
	score := ""
	if r.Score != nil {
		score = decimal(*r.Score)
	}
	passed, total := r.Counts()
	late := ""
	if g.Late {
		late = "late"
	}
	person := g.OnRoster()
	row := []string{
		text(g.Student), text(g.ID), text(person.Name), text(person.Email), r.Status.String(), score, decimal(r.MaxScore),
		strconv.Itoa(passed), strconv.Itoa(total), late, text(r.Message), text(g.Note), text(r.File), r.SHA256,
		text("feedback/" + b.names.Of(g.Student) + ".md"),
	}
	return b.write(append(row, b.points(r)...))
}

// Absent adds a row for somebody on the roster who handed in nothing. What that
// is worth is not for a grader to say: the score is empty.
func (b *Gradebook) Absent(p Person) error {
	row := make([]string, len(Columns)+len(b.cases))
	row[0], row[1], row[2], row[3], row[4] = text(p.Label()), text(p.ID), text(p.Name), text(p.Email), NotHandedIn
	row[6] = decimal(harness.MaxScore)
	return b.write(row)
}

// points are the cells for the cases; they are empty where nothing ran.
func (b *Gradebook) points(r *harness.Result) []string {
	cells := make([]string, len(b.cases))
	earned := make(map[string]float64, len(r.Cases))
	for i := range r.Cases {
		earned[r.Cases[i].Name] = r.Cases[i].Points
	}
	for i, name := range b.cases {
		if points, ok := earned[name]; ok {
			cells[i] = decimal(points)
		}
	}
	return cells
}

func (b *Gradebook) write(row []string) error {
	if err := b.w.Write(row); err != nil {
		return err
	}
	b.w.Flush()
	return b.w.Error()
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// text makes a cell of something that a student may have chosen: on one line,
// without control characters, and never a formula. What spreadsheets would
// compute or run is preceded by an apostrophe, which they take for "this is
// text"; full-width forms of the signs count as signs in some.
func text(s string) string {
	s = report.Clean(s)
	first := strings.TrimLeftFunc(s, unicode.IsSpace)
	if first != "" && strings.ContainsRune("=+-@＝＋－＠|%", []rune(first)[0]) {
		return "'" + s
	}
	return s
}
