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
	var b bytes.Buffer
	r, o := doc.Result, newOutline(doc)
	fmt.Fprintf(&b, "## %s: %s\n", code(r.File), prose(o.headline))
	if o.mark != "" {
		fmt.Fprintf(&b, "\n%s\n", prose(o.mark))
	}
	if o.message != "" {
		markdownMessage(&b, doc)
	} else {
		markdownCases(&b, r)
	}
	if o.focus != nil && len(o.entries) > 0 {
		markdownFocus(&b, o)
	}
	if lines := cleanLines(r.Stdout); len(lines) > 0 {
		b.WriteString("\n### It printed\n\n")
		fence(&b, "text", lines)
	}
	if o.next != "" {
		fmt.Fprintf(&b, "\n### Next\n\n%s\n", prose(o.next))
	}
	_, err := w.Write(b.Bytes())
	return err
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

func markdownCases(b *bytes.Buffer, r *harness.Result) {
	b.WriteString("\n| case | points | |\n|---|--:|---|\n")
	for i := range r.Cases {
		b.WriteString(caseRow(&r.Cases[i]))
	}
}

func caseRow(c *harness.CaseResult) string {
	words := "right"
	if c.Status != harness.Passed {
		words = code(caseWords(c))
	} else if c.Hidden {
		words = "right (hidden)"
	}
	return fmt.Sprintf("| %s | %s of %s | %s |\n", cell(code(c.Name)), decimal(c.Points), decimal(c.MaxPoints), cell(words))
}

func markdownFocus(b *bytes.Buffer, o outline) {
	fmt.Fprintf(b, "\n### Look at %s first\n\n", code(o.focus.Name))
	b.WriteString("| gradient | entry | yours | expected | yours/expected |\n|---|---|--:|--:|--:|\n")
	for _, e := range o.entries {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n",
			cell(code(e.gradient)), prose(e.where), e.got, e.want, e.ratio)
	}
	if o.more > 0 {
		fmt.Fprintf(b, "\nand %d more\n", o.more)
	}
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
