package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/miniflow/grader/harness"
)

// width is the number of columns that text keeps to.
const width = 80

// The colours, and no more: a reader of either background must be able to read
// them, and nothing may be said by colour alone.
const (
	green = "\x1b[32m"
	red   = "\x1b[31m"
	bold  = "\x1b[1m"
	plain = "\x1b[0m"
)

// page is a text in the making.
type page struct {
	bytes.Buffer
	color bool
}

func writeText(w io.Writer, doc Document) error {
	p := &page{color: doc.Color}
	o := newOutline(doc)
	p.head(doc.Result, o)
	p.message(doc, o)
	p.since(o)
	p.right(o)
	p.next(doc, o)
	p.focus(o, doc.glyphs())
	p.wrong(o)
	p.stdout(doc.Result.Stdout)
	_, err := w.Write(p.Bytes())
	return err
}

// paint puts text, which must be clean, between escape sequences if the reader
// wants colour.
func (p *page) paint(color, text string) string {
	if !p.color {
		return text
	}
	return color + text + plain
}

func (p *page) section(title string) {
	fmt.Fprintf(p, "\n%s\n", p.paint(bold, Clip(title, width)))
}

// paragraph writes text in lines of at most width columns, each after indent.
func (p *page) paragraph(indent, text string) { p.hanging(indent, indent, text) }

// hanging is paragraph with another indent for the first line.
func (p *page) hanging(first, rest, text string) {
	indent := first
	for _, line := range Wrap(Clean(text), width-Width(rest)) {
		fmt.Fprintf(p, "%s%s\n", indent, line)
		indent = rest
	}
}

// head is the first line: the file and how much of it is right.
func (p *page) head(r *harness.Result, o outline) {
	color := red
	if r.Status == harness.Passed {
		color = green
	}
	name := Clean(r.File)
	if room := width - Width(o.headline) - 2; room >= 12 {
		name = Clip(name, room)
	}
	fmt.Fprintf(p, "%s: %s\n", name, p.paint(color, o.headline))
	if o.mark != "" {
		fmt.Fprintln(p, o.mark)
	}
}

// message says what is wrong with a submission of which no case ran, and shows
// the lines that the compiler complains about.
func (p *page) message(doc Document, o outline) {
	if o.message == "" {
		return
	}
	r := doc.Result
	p.WriteByte('\n')
	if len(r.Diagnostics) == 0 {
		p.paragraph("", o.message)
		return
	}
	source := bytes.Split(doc.Source, []byte("\n"))
	for _, d := range r.Diagnostics {
		p.diagnostic(base(r.File), d, source)
	}
}

func (p *page) diagnostic(file string, d harness.Diagnostic, source [][]byte) {
	where := Clean(file)
	if d.Line > 0 {
		where += fmt.Sprintf(":%d", d.Line)
	}
	if d.Line > 0 && d.Column > 0 {
		where += fmt.Sprintf(":%d", d.Column)
	}
	// The other places that belong to an error have indented lines of their own.
	lines := strings.Split(d.Message, "\n\t")
	p.hanging("", "    ", where+": "+lines[0])
	for _, line := range lines[1:] {
		p.hanging("    ", "        ", line)
	}
	if d.Line < 1 || d.Line > len(source) {
		return
	}
	code, caret := excerpt(source[d.Line-1], d.Column)
	fmt.Fprintf(p, "%6d | %s\n", d.Line, code)
	if caret >= 0 {
		fmt.Fprintf(p, "%6s | %s%s\n", "", strings.Repeat(" ", caret), p.paint(red, "^"))
	}
}

// excerptWidth is the room for source text beside the line number.
const excerptWidth = width - len("123456 | ")

// excerpt returns a line of source as it is shown, and where in it, in
// columns, the caret for a column goes (-1 for none). Of a line that is too
// long, the part around the column is shown.
func excerpt(line []byte, column int) (string, int) {
	text := strings.TrimSuffix(string(line), "\r")
	show := func(s string) []rune { return []rune(Clean(expandTabs(s))) }
	shown := show(text)
	if column < 1 || column > len(text)+1 {
		return Clip(string(shown), excerptWidth), -1
	}
	caret := len(show(text[:column-1]))
	if Width(string(shown)) <= excerptWidth {
		return string(shown), Width(string(shown[:caret]))
	}
	from := max(caret-excerptWidth/2, 0)
	if from > 0 {
		shown[from] = '…'
	}
	return Clip(string(shown[from:]), excerptWidth), Width(string(shown[from:caret]))
}

// since says what has changed.
func (p *page) since(o outline) {
	if len(o.since) == 0 {
		return
	}
	p.section("Since the last try")
	column := 0
	for _, c := range o.since {
		column = max(column, Width(c.label))
	}
	for _, c := range o.since {
		color := red
		if c.good {
			color = green
		}
		lines := Wrap(Clean(strings.Join(c.names, ", ")), width-column-4)
		fmt.Fprintf(p, "  %s  %s\n", p.paint(color, Pad(c.label, column)), lines[0])
		for _, line := range lines[1:] {
			fmt.Fprintf(p, "  %s  %s\n", Pad("", column), line)
		}
	}
}

// right lists the cases that passed, unless all did.
func (p *page) right(o outline) {
	if len(o.right) > 0 && len(o.wrong) > 0 {
		p.section("Right")
		p.paragraph("  ", strings.Join(o.right, ", "))
	}
}

// next says what to do now, and in brief what can wait.
func (p *page) next(doc Document, o outline) {
	t := &o.next
	if t.hint == "" {
		return
	}
	title := "Next"
	if t.title != "" {
		title += ": " + t.title
	}
	p.section(title)
	if t.message != (remark{}) {
		p.paragraph("  ", t.message.String())
		if line := sourceLine(doc, t.line); line != "" {
			fmt.Fprintf(p, "\n%6d | %s\n", t.line, line)
		}
		p.WriteByte('\n')
	}
	p.paragraph("  ", t.hint)
	if t.idea != "" {
		p.paragraph("  ", `To read again: "`+t.idea+`".`)
	}
	if len(o.also) > 0 {
		p.section("Also")
		for _, words := range o.also {
			p.hanging("  - ", "    ", words.String())
		}
	}
}

// sourceLine is a line of the student's file, without its indent, or "" if it
// isn't to be had.
func sourceLine(doc Document, line int) string {
	lines := bytes.Split(doc.Source, []byte("\n"))
	if line < 1 || line > len(lines) {
		return ""
	}
	text, _ := excerpt(bytes.TrimSpace(lines[line-1]), 0)
	return text
}

// wrong lists the cases that did not pass: those of which the same is true
// together, the others a line each.
func (p *page) wrong(o outline) {
	if len(o.wrong) == 0 || len(o.right) == 0 && len(o.wrong) == 1 && o.wrong[0].words == "" {
		return // where nothing is right, the first line says so
	}
	p.section("Not right yet")
	column := 0
	for _, v := range o.wrong {
		if len(v.names) == 1 && v.words != "" {
			column = max(column, Width(Clean(v.names[0])))
		}
	}
	column = min(column, 24)
	for i, v := range o.wrong {
		if i == maxVerdicts {
			more := 0
			for _, v := range o.wrong[i:] {
				more += len(v.names)
			}
			fmt.Fprintf(p, "  and %d more\n", more)
			break
		}
		if len(v.names) > 1 || v.words == "" {
			p.paragraph("  ", strings.Join(v.names, ", "))
			if v.words != "" {
				p.paragraph("      ", v.words)
			}
			continue
		}
		first := "  " + Pad(Clip(Clean(v.names[0]), column), column) + "  "
		p.hanging(first, strings.Repeat(" ", column+4), v.words)
	}
}

// focus shows a case: its network, the worst entry where it goes wrong, and what
// comes of that.
func (p *page) focus(o outline, g glyphs) {
	if o.focus == nil || len(o.picture) == 0 && len(o.entries) == 0 {
		return
	}
	p.section("Look at " + Clean(o.focus.Name))
	p.picture(o.picture, g)
	p.spot(o.spot)
	if o.spot == nil && len(o.entries) == 0 {
		p.WriteByte('\n')
		p.paragraph("  ", o.focus.Message)
	}
	if len(o.entries) == 0 {
		return
	}
	if len(o.picture) > 0 || o.spot != nil {
		p.WriteByte('\n')
	}
	table := [][]string{{"gradient", "entry", "yours", "expected", "yours/expected"}}
	for _, e := range o.entries {
		table = append(table, []string{Clip(Clean(e.gradient), 26), e.where, e.got, e.want, e.ratio})
	}
	for _, line := range Columns(table) {
		fmt.Fprintf(p, "  %s\n", line)
	}
	if o.more > 0 {
		fmt.Fprintf(p, "  and %d more\n", o.more)
	}
}

// goesWrong stands beside the first node of a picture that is marked.
const goesWrong = "your gradient goes wrong here"

// picture writes a picture with its marks.
func (p *page) picture(lines []drawn, g glyphs) {
	for _, line := range layPicture(lines, g, width-2) {
		if line.node != "" && line.mark >= 0 {
			head, tail := line.text[:line.mark], line.text[line.mark+len(g.marked):]
			line.text = head + p.paint(red, g.marked) + p.tail(tail, line.note)
		}
		fmt.Fprintf(p, "  %s\n", line.text)
	}
}

// tail paints the note at the end of a line.
func (p *page) tail(text, note string) string {
	return strings.TrimSuffix(text, note) + p.paintIf(note != "", red, note)
}

func (p *page) paintIf(is bool, color, text string) string {
	if !is {
		return text
	}
	return p.paint(color, text)
}

// spot shows an entry with what it is made of.
func (p *page) spot(s *spot) {
	if s == nil {
		return
	}
	p.WriteByte('\n')
	p.paragraph("  ", s.where)
	for i, line := range Columns(s.table()) {
		switch i - len(s.given) {
		case 0:
			line = p.paint(red, line)
		case 1:
			line = p.paint(green, line)
		}
		fmt.Fprintf(p, "    %s\n", line)
	}
}

// maxVerdicts is how many different things are said about cases that did not
// pass. Whoever has so many has to begin with the first anyway.
const maxVerdicts = 6

// maxStdout is how many lines of output the text report shows.
const maxStdout = 20

func (p *page) stdout(output string) {
	lines := cleanLines(output)
	if len(lines) == 0 {
		return
	}
	p.section("It printed")
	for i, line := range lines {
		if i == maxStdout {
			fmt.Fprintf(p, "  … %d more lines\n", len(lines)-i)
			break
		}
		fmt.Fprintf(p, "  | %s\n", Clip(line, width-4))
	}
}
