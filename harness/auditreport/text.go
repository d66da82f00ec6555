// Package auditreport writes what an audit of a suite has found, for people and
// for programs.
//
// The reader is a course author. What was looked at comes first, what is wrong
// last, for that is what a terminal still shows. Names come from case files, and
// are escaped.
package auditreport

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/miniflow/grader/cases/audit"
	"github.com/miniflow/grader/harness/report"
)

// The widths, in columns, that the text is laid out for.
const (
	minColumns = 80
	maxColumns = 100
)

// JSON writes the report as one object on one line.
func JSON(w io.Writer, r *audit.Report) error {
	line, err := report.JSON(r)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// Text writes the report for reading in a terminal of so many columns, of which
// it uses 80 to 100.
func Text(w io.Writer, r *audit.Report, columns int) error {
	p := &page{Report: r, columns: min(max(columns, minColumns), maxColumns)}
	p.cases()
	p.matrix()
	p.spare()
	p.findings()
	p.summary()
	_, err := w.Write(p.Bytes())
	return err
}

type page struct {
	*audit.Report
	columns int
	bytes.Buffer
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// cases lists the cases with the numbers that the matrix calls them by.
func (p *page) cases() {
	title := ""
	if p.Title != "" {
		title = report.Clean(p.Title) + ": "
	}
	for _, line := range report.Wrap(title+plural(float64(len(p.Cases)), "case")+", "+plural(p.Points, "point"), p.columns) {
		p.line("%s", line)
	}
	p.line("")
	p.line("    case, and how many mistakes it catches")
	width := 0
	for _, c := range p.Cases {
		width = max(width, report.Width(p.name(c.Name)))
	}
	for i, c := range p.Cases {
		text := fmt.Sprintf("%3d %s  %2d", i+1, report.Pad(p.name(c.Name), width), c.Catches)
		if len(c.Alone) > 0 {
			p.hanging(text+"  ", "alone: "+list(c.Alone, 3))
		} else {
			p.line("%s", text)
		}
	}
}

// name is a case's name, cut if it would fill the page.
func (p *page) name(name string) string { return report.Clip(report.Clean(name), p.columns/2) }

// matrix shows which case catches which mistake, in as many blocks of columns as
// the cases need.
func (p *page) matrix() {
	width := 0
	for _, m := range p.Mistakes {
		width = max(width, report.Width(m.Name))
	}
	perBlock := max(1, (p.columns-width-2)/2)
	for first := 0; first < len(p.Cases); first += perBlock {
		p.block(width, first, min(first+perBlock, len(p.Cases)))
	}
}

func (p *page) block(width, first, end int) {
	p.line("")
	p.line("x: the mistake is caught by the case of this number")
	digits := len(strconv.Itoa(end))
	for d := range digits {
		var b strings.Builder
		b.WriteString(strings.Repeat(" ", width+1))
		for i := first; i < end; i++ {
			number := fmt.Sprintf("%*d", digits, i+1)
			b.WriteString(" " + number[d:d+1])
		}
		p.line("%s", strings.TrimRight(b.String(), " "))
	}
	for _, m := range p.Mistakes {
		var b strings.Builder
		b.WriteString(report.Pad(m.Name, width+1))
		caught := make(map[string]bool)
		for _, name := range m.CaughtBy {
			caught[name] = true
		}
		for _, c := range p.Cases[first:end] {
			if caught[c.Name] {
				b.WriteString(" x")
			} else {
				b.WriteString(" .")
			}
		}
		p.line("%s", b.String())
	}
}

// spare names the cases without which the suite would catch as much.
func (p *page) spare() {
	var names []string
	for _, c := range p.Cases {
		if len(c.Alone) == 0 {
			names = append(names, report.Clean(c.Name))
		}
	}
	if len(names) == 0 {
		return
	}
	p.line("")
	p.paragraph("Catches nothing that the others don't, any one of: " + strings.Join(names, ", "))
}

var headings = []struct {
	kind audit.Kind
	text string
}{
	{audit.TooTight, "Refuses correct answers"},
	{audit.TooLoose, "Lets mistakes pass"},
	{audit.Survivor, "Caught by no case"},
	{audit.Combination, "Caught by no case when made together"},
}

// findings shows what is wrong, the kinds in a fixed order.
func (p *page) findings() {
	shows := make(map[string]string)
	for _, m := range p.Mistakes {
		if m.Shows != "" {
			shows[m.Name] = "shows " + m.Shows
		}
	}
	for _, h := range headings {
		var found []audit.Finding
		width := 0
		for _, f := range p.Findings {
			if f.Kind == h.kind {
				found = append(found, f)
				if f.Kind == audit.Survivor {
					width = max(width, report.Width(f.Answers[0]))
				}
			}
		}
		if len(found) == 0 {
			continue
		}
		p.line("")
		p.line("%s", h.text)
		for _, f := range found {
			switch h.kind {
			case audit.Survivor:
				p.hanging("  "+report.Pad(f.Answers[0], width)+"  ", shows[f.Answers[0]])
			case audit.Combination:
				p.hanging("  ", strings.Join(f.Answers, " and "))
			default:
				p.hanging("  ", p.name(f.Case)+": "+f.Message)
				p.hanging("    ", list(f.Answers, 4))
			}
		}
	}
}

func (p *page) summary() {
	passing := 0
	for _, c := range p.Correct {
		if len(c.RefusedBy) == 0 {
			passing++
		}
	}
	used := 0.0
	for _, c := range p.Cases {
		used = max(used, c.Used)
	}
	caught := 0
	for _, m := range p.Mistakes {
		if m.Caught() {
			caught++
		}
	}
	together := p.Combinations.Total - len(p.Combinations.Survivors)
	p.line("")
	p.line("Mutation score %s%%", plain(math.Floor(p.Score)))
	for _, row := range report.Columns([][]string{
		{"  mistakes that are caught", fmt.Sprintf("%d of %d", caught, len(p.Mistakes))},
		{"  combinations of two that are caught", fmt.Sprintf("%d of %d", together, p.Combinations.Total)},
		{"  correct formulas that pass every case", fmt.Sprintf("%d of %d", passing, len(p.Correct))},
		{"  the most of a tolerance that one of them takes", strconv.FormatFloat(100*used, 'g', 2, 64) + "%"},
	}) {
		p.line("%s", row)
	}
	if len(p.Findings) == 0 {
		p.line("Nothing to mend.")
	} else {
		p.line("%s to mend.", plural(float64(len(p.Findings)), "finding"))
	}
}

// hanging writes a text after a head, its further lines below its first.
func (p *page) hanging(head, text string) {
	for _, line := range report.Wrap(text, p.columns-report.Width(head)) {
		p.line("%s", strings.TrimRight(head+line, " "))
		head = strings.Repeat(" ", report.Width(head))
	}
}

func (p *page) paragraph(text string) {
	for _, line := range report.Wrap(text, p.columns) {
		p.line("%s", line)
	}
}

// list joins names, of which only the first few are told if there are many more.
func list(names []string, most int) string {
	if rest := len(names) - most; rest > 1 {
		return fmt.Sprintf("%s, and %d more", strings.Join(names[:most], "; "), rest)
	}
	return strings.Join(names, "; ")
}

func plural(n float64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return plain(n) + " " + what + "s"
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
