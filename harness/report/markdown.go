package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/miniflow/grader/harness"
)

// writeMarkdown says what writeText says, as GitHub's Markdown. Everything that
// a student can influence stands in code spans and fenced blocks, where neither
// markup nor links nor @mentions work.
func writeMarkdown(w io.Writer, doc Document) error {
	doc.ASCII = false // it is read in a browser
	var b bytes.Buffer
	r, o := doc.Result, newOutline(doc)
	fmt.Fprintf(&b, "## %s: %s\n", code(r.File), prose(o.headline))
	if o.mark != "" {
		fmt.Fprintf(&b, "\n%s\n", prose(o.mark))
	}
	if len(o.since) > 0 {
		b.WriteString("\n### Since the last try\n\n")
		for _, c := range o.since {
			fmt.Fprintf(&b, "- %s: %s\n", c.label, prose(strings.Join(c.names, ", ")))
		}
	}
	if o.message != "" {
		markdownMessage(&b, doc)
	} else if len(o.right) > 0 && len(o.wrong) > 0 {
		fmt.Fprintf(&b, "\n### Right\n\n%s\n", codes(o.right))
	}
	markdownNext(&b, doc, o)
	markdownFocus(&b, o)
	if o.message == "" {
		b.WriteString("\n### Points\n")
		markdownCases(&b, r, o)
	}
	if lines := cleanLines(r.Stdout); len(lines) > 0 {
		b.WriteString("\n### It printed\n\n")
		fence(&b, "text", lines)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// codes lists names, each in a code span.
func codes(names []string) string {
	var all []string
	for _, name := range names {
		all = append(all, code(name))
	}
	return strings.Join(all, ", ")
}

func markdownNext(b *bytes.Buffer, doc Document, o outline) {
	t := &o.next
	if t.hint == "" {
		return
	}
	b.WriteString("\n### Next")
	if t.title != "" {
		b.WriteString(": " + prose(t.title))
	}
	b.WriteString("\n\n")
	if t.message != (remark{}) {
		fmt.Fprintf(b, "%s\n\n", t.message.markdown())
		if line := sourceLine(doc, t.line); line != "" {
			fence(b, "text", []string{fmt.Sprintf("%6d | %s", t.line, line)})
			b.WriteByte('\n')
		} else if t.line > 0 {
			fmt.Fprintf(b, "Have a look at line %d.\n\n", t.line)
		}
	}
	fmt.Fprintf(b, "%s\n", prose(t.hint))
	if t.idea != "" {
		fmt.Fprintf(b, "\nTo read again: *%s*.\n", prose(t.idea))
	}
	if len(o.also) > 0 {
		b.WriteString("\n### Also\n\n")
		for _, words := range o.also {
			fmt.Fprintf(b, "- %s\n", words.markdown())
		}
	}
}

func (r remark) markdown() string {
	return strings.TrimSpace(prose(r.ours) + " " + code(r.quoted))
}

func markdownFocus(b *bytes.Buffer, o outline) {
	if o.focus == nil || len(o.picture) == 0 && len(o.entries) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### Look at %s\n\n", code(o.focus.Name))
	if len(o.picture) > 0 {
		var lines []string
		for _, line := range layPicture(o.picture, unicodeGlyphs, width) {
			lines = append(lines, line.text)
		}
		fence(b, "text", lines)
	}
	if o.spot != nil {
		fmt.Fprintf(b, "\n%s\n\n| | |\n|---|--:|\n", prose(o.spot.where))
		for _, row := range o.spot.table() {
			fmt.Fprintf(b, "| %s | %s |\n", prose(row[0]), row[1])
		}
	}
	if len(o.entries) == 0 {
		if o.spot == nil {
			fmt.Fprintf(b, "\n%s\n", code(o.focus.Message))
		}
		return
	}
	if len(o.picture) > 0 || o.spot != nil {
		b.WriteByte('\n')
	}
	b.WriteString("| gradient | entry | yours | expected | yours/expected |\n|---|---|--:|--:|--:|\n")
	for _, e := range o.entries {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n",
			cell(code(e.gradient)), prose(e.where), e.got, e.want, e.ratio)
	}
	if o.more > 0 {
		fmt.Fprintf(b, "\nand %d more\n", o.more)
	}
}

func markdownMessage(b *bytes.Buffer, doc Document) {
	r := doc.Result
	b.WriteByte('\n')
	if len(r.Diagnostics) == 0 {
		fmt.Fprintf(b, "%s\n", code(r.Message))
		return
	}
	var p page
	source := bytes.Split(doc.Source, []byte("\n"))
	for _, d := range r.Diagnostics {
		p.diagnostic(base(r.File), d, source)
	}
	fence(b, "text", strings.Split(strings.TrimSuffix(p.String(), "\n"), "\n"))
}

func markdownCases(b *bytes.Buffer, r *harness.Result, o outline) {
	b.WriteString("\n| case | points | |\n|---|--:|---|\n")
	for i := range r.Cases {
		covered := o.next.covers(&r.Cases[i])
		b.WriteString(caseRow(&r.Cases[i], covered))
	}
}

// caseRow is the row of a case in a table. Of one that is covered, what there is to
// say is said elsewhere.
func caseRow(c *harness.CaseResult, covered bool) string {
	words := "right"
	switch {
	case covered:
		words = "not right yet"
	case c.Status != harness.Passed:
		words = code(caseWords(c))
	case c.Hidden:
		words = "right (hidden)"
	}
	return fmt.Sprintf("| %s | %s of %s | %s |\n", cell(code(c.Name)), decimal(c.Points), decimal(c.MaxPoints), cell(words))
}

// code puts s into a code span that nothing in s can end.
func code(s string) string {
	s = Clean(s)
	if s == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestRun(s, '`')+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.TrimSpace(s) == "" {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// cell makes Markdown fit to stand in a table: there a bar ends a cell even
// within a code span.
func cell(markdown string) string { return strings.ReplaceAll(markdown, "|", `\|`) }

// prose escapes a text of ours or the course author's, so that what it quotes
// stays text.
func prose(s string) string {
	var b strings.Builder
	for _, r := range Clean(s) {
		switch {
		case r == '@':
			b.WriteString("&#64;")
		case strings.ContainsRune("\\`*_{}[]<>#|~&!$", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fence writes clean lines as a fenced block that none of them can end.
func fence(b *bytes.Buffer, language string, lines []string) {
	longest := 2
	for _, line := range lines {
		longest = max(longest, longestRun(line, '`'))
	}
	ticks := strings.Repeat("`", longest+1)
	fmt.Fprintf(b, "%s%s\n%s\n%s\n", ticks, language, strings.Join(lines, "\n"), ticks)
}

// longestRun is the length of the longest run of c in s.
func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
