package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness"
)

// MaxSummary is how many bytes of job summary GitHub takes from a step; of more
// it shows nothing.
const MaxSummary = 1 << 20

// writeSummary is [Summary] for a step that has no other.
func writeSummary(w io.Writer, doc Document) error {
	_, err := w.Write(Summary(doc, MaxSummary))
	return err
}

// Summary returns a job summary for GitHub Actions, in its Markdown, of at most
// room bytes: the cases with those that are not right first, what may be behind
// it, the network to look at, what was printed. What doesn't fit is counted.
func Summary(doc Document, room int) []byte {
	r, o := doc.Result, newOutline(doc)
	var head, body, tail bytes.Buffer
	fmt.Fprintf(&head, "## %s: %s\n", code(doc.path()), prose(o.headline))
	if o.mark != "" {
		fmt.Fprintf(&head, "\n%s\n", prose(o.mark))
	}
	if o.message != "" {
		markdownMessage(&head, doc)
	}
	o.picture = nil // it is drawn in another way
	markdownFocus(&body, o)
	for i, f := range r.Diagnosis {
		if i == 0 {
			body.WriteString("\n### What may be behind it\n\n")
		}
		fmt.Fprintf(&body, "- %s\n", prose(f.Message))
	}
	if o.focus != nil {
		mermaid(&body, o.focus, doc.Graphs[o.focus.Name])
	}
	if o.next.hint != "" {
		fmt.Fprintf(&tail, "\n### Next\n\n%s\n", prose(o.next.hint))
	}

	room -= head.Len() + body.Len() + tail.Len()
	if room < 0 {
		return clipBytes(head.Bytes(), room+body.Len()+tail.Len()+head.Len())
	}
	printed := cleanLines(r.Stdout)
	table := room
	if len(printed) > 0 {
		table = room / 2
	}
	b := &head
	if o.message == "" {
		before := b.Len()
		summaryCases(b, r, table)
		room -= b.Len() - before
	}
	b.Write(body.Bytes())
	summaryPrinted(b, printed, room)
	b.Write(tail.Bytes())
	return b.Bytes()
}

// clipBytes gives what fits of a text that is too long even without its parts.
func clipBytes(text []byte, room int) []byte {
	if len(text) <= room {
		return text
	}
	return []byte(strings.ToValidUTF8(string(text[:max(room, 0)]), ""))
}

// summaryCases writes the table of cases into so many bytes, those first that
// did not pass.
func summaryCases(b *bytes.Buffer, r *harness.Result, room int) {
	const heading = "\n| case | points | |\n|---|--:|---|\n"
	const reserve = 64 // for how many don't fit
	if room < len(heading)+reserve {
		return
	}
	b.WriteString(heading)
	room -= len(heading) + reserve
	cut := 0
	for _, passed := range []bool{false, true} {
		for i := range r.Cases {
			c := &r.Cases[i]
			if (c.Status == harness.Passed) != passed {
				continue
			}
			row := caseRow(c, false)
			if len(row) > room {
				cut++
				continue
			}
			room -= len(row)
			b.WriteString(row)
		}
	}
	if cut > 0 {
		fmt.Fprintf(b, "\nand %s more, for which there is no room\n", plural(cut, "case"))
	}
}

// summaryPrinted writes what was printed into so many bytes.
func summaryPrinted(b *bytes.Buffer, lines []string, room int) {
	const reserve = 256 // for the heading, the fence and how many don't fit
	if len(lines) == 0 || room < reserve {
		return
	}
	room -= reserve
	kept := 0
	for kept < len(lines) {
		// The fence is as long as the longest run of backticks in a line.
		room -= len(lines[kept]) + 1 + 2*longestRun(lines[kept], '`')
		if room < 0 {
			break
		}
		kept++
	}
	b.WriteString("\n### It printed\n\n")
	if kept > 0 {
		fence(b, "text", lines[:kept])
	}
	if cut := len(lines) - kept; cut > 0 {
		fmt.Fprintf(b, "\nand %s more, for which there is no room\n", plural(cut, "line"))
	}
}

// mermaid draws the network of a case, and marks the inputs whose gradients are
// wrong.
func mermaid(b *bytes.Buffer, c *harness.CaseResult, graph []cases.Statement) {
	if len(graph) == 0 || len(graph) > maxDrawn {
		return
	}
	wrong := make(map[string]bool)
	for _, g := range c.Gradients {
		if g.Status != harness.Passed {
			wrong[g.Name] = true
		}
	}
	nodes := make(map[string]string)
	var lines, marked []string
	node := func(name, label string) string {
		id := fmt.Sprintf("n%d", len(nodes))
		nodes[name] = id
		lines = append(lines, fmt.Sprintf(`  %s["%s"]`, id, label))
		return id
	}
	for _, s := range graph { // an argument may be defined further down
		node(s.Name, mermaidText(s.Name)+" = "+mermaidText(s.Op))
	}
	for _, s := range graph {
		for _, arg := range s.Args {
			from, ok := nodes[arg]
			if !ok {
				label := mermaidText(arg)
				if wrong[arg] {
					label += " ✗"
				}
				from = node(arg, label)
				if wrong[arg] {
					marked = append(marked, from)
				}
			}
			lines = append(lines, fmt.Sprintf("  %s --> %s", from, nodes[s.Name]))
		}
	}
	lines = append([]string{"flowchart LR"}, lines...)
	fmt.Fprintf(b, "\n### The network of %s\n\n", code(c.Name))
	if len(marked) > 0 {
		b.WriteString("✗: the gradient is wrong there.\n\n")
		lines = append(lines, "  classDef wrong stroke:#d1242f,stroke-width:3px", "  class "+strings.Join(marked, ",")+" wrong")
	}
	fence(b, "mermaid", lines)
}

// maxDrawn is how many definitions a network may have that is drawn.
const maxDrawn = 60

// mermaidText escapes a label: what is neither letter nor digit may mean
// something there.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range Clean(s) {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
