package report

import (
	"slices"
	"strings"

	"github.com/miniflow/grader/cases/problem"
)

// The picture of a network: a line for each node, from the first to the cost, and
// on the left the edges between them, in lanes. Inputs are in the text of the
// nodes that take them.
//
//	○    f = Linear(X, W, b)
//	✗    s = Sigmoid(f)         ← here
//	├─╮
//	○ │  p = Linear(s, V, c)
//	├─╯
//	○    cost = MSE(p, s)

// glyphs are what lines and marks are drawn with.
type glyphs struct {
	node, marked, arrow string
	lane, across, cross string
	tee                 string // where the others leave or join the lane that goes on
	fork, forks         string // where the last lane, and one before it, leaves
	merge, merges       string // where they join again
}

var (
	unicodeGlyphs = glyphs{"○", "✗", "←", "│", "─", "┼", "├", "╮", "┬", "╯", "┴"}
	asciiGlyphs   = glyphs{"o", "X", "<-", "|", "-", "+", "+", "+", "+", "+", "+"}
)

// drawn is a line of a picture.
type drawn struct {
	lanes  string
	node   string // "" for a line of edges
	label  string
	marked bool
}

// picture draws a network with some nodes marked. It returns no lines for what
// isn't a network.
func picture(graph []problem.Statement, marked []string, g glyphs) []drawn {
	order := inOrder(graph)
	consumers := make(map[string][]string)
	for _, s := range order {
		for i, arg := range s.Args {
			if !slices.Contains(s.Args[:i], arg) {
				consumers[arg] = append(consumers[arg], s.Name)
			}
		}
	}
	var lanes laneList
	var lines []drawn
	for _, s := range order {
		at := lanes.positions(s.Name)
		switch {
		case len(at) == 0:
			at = []int{lanes.open(0)}
		case len(at) > 1:
			lines = append(lines, drawn{lanes: lanes.join(at, g, g.merges, g.merge)})
			lanes.close(at[1:])
		}
		here := at[0]
		lanes[here] = s.Name
		line := drawn{node: s.Name, label: s.String(), marked: slices.Contains(marked, s.Name)}
		line.lanes = lanes.node(here, g, line.marked)
		lines = append(lines, line)
		next := consumers[s.Name]
		if len(next) == 0 {
			lanes.close([]int{here})
			continue
		}
		lanes[here] = next[0]
		forks := []int{here}
		for _, name := range next[1:] {
			i := lanes.open(here + 1)
			lanes[i] = name
			forks = append(forks, i)
		}
		if len(forks) > 1 {
			lines = append(lines, drawn{lanes: lanes.join(forks, g, g.forks, g.fork)})
		}
	}
	return lines
}

// inOrder puts every statement after those that it needs, and otherwise keeps the
// order. Statements of a circle, which no case has, are left out.
func inOrder(graph []problem.Statement) []problem.Statement {
	waiting := slices.Clone(graph)
	var order []problem.Statement
	for len(waiting) > 0 {
		i := slices.IndexFunc(waiting, func(s problem.Statement) bool {
			return !slices.ContainsFunc(waiting, func(other problem.Statement) bool {
				return slices.Contains(s.Args, other.Name)
			})
		})
		if i < 0 {
			break
		}
		order = append(order, waiting[i])
		waiting = slices.Delete(waiting, i, i+1)
	}
	return order
}

// laneList holds for each lane the name of the node that it leads to, "" for none.
type laneList []string

func (l laneList) positions(name string) []int {
	var at []int
	for i, to := range l {
		if to == name {
			at = append(at, i)
		}
	}
	return at
}

// open returns the first free lane from a place on.
func (l *laneList) open(from int) int {
	for i := from; i < len(*l); i++ {
		if (*l)[i] == "" {
			return i
		}
	}
	*l = append(*l, "")
	return len(*l) - 1
}

// close frees lanes.
func (l *laneList) close(at []int) {
	for _, i := range at {
		(*l)[i] = ""
	}
	for n := len(*l); n > 0 && (*l)[n-1] == ""; n-- {
		*l = (*l)[:n-1]
	}
}

// node draws the line of a node in lane here.
func (l laneList) node(here int, g glyphs, marked bool) string {
	var b strings.Builder
	for i, to := range l {
		switch {
		case i == here && marked:
			b.WriteString(g.marked)
		case i == here:
			b.WriteString(g.node)
		case to != "":
			b.WriteString(g.lane)
		default:
			b.WriteByte(' ')
		}
		b.WriteByte(' ')
	}
	return strings.TrimRight(b.String(), " ")
}

// join draws the line in which lanes leave the first one of them, or come
// together there: middle and last are the corners.
func (l laneList) join(at []int, g glyphs, middle, last string) string {
	first, end := at[0], slices.Max(at)
	var b strings.Builder
	for i, to := range l {
		inside := i > first && i < end
		switch {
		case i == first:
			b.WriteString(g.tee)
		case i == end:
			b.WriteString(last)
		case slices.Contains(at, i):
			b.WriteString(middle)
		case inside && to != "":
			b.WriteString(g.cross)
		case inside:
			b.WriteString(g.across)
		case to != "":
			b.WriteString(g.lane)
		default:
			b.WriteByte(' ')
		}
		if i >= first && i < end {
			b.WriteString(g.across)
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// laid is a line of a picture as it is written.
type laid struct {
	text string
	node string
	mark int    // where in text the mark is, in bytes; -1 if there is none
	note string // the end of text, beside a mark
}

// upwards stands beside the cost: a picture is read from the top, and Backward runs
// from the bottom.
const upwards = "gradients start here and go up"

// layPicture puts the parts of a picture side by side, in lines of so many
// columns.
func layPicture(lines []drawn, g glyphs, columns int) []laid {
	lanes, labels := 0, 0
	for _, d := range lines {
		lanes = max(lanes, Width(d.lanes))
		labels = max(labels, Width(Clean(d.label)))
	}
	lanes = min(lanes, columns/2)
	note := g.arrow + " " + goesWrong
	labels = min(labels, max(columns-lanes-4-Width(note), 20))
	var all []laid
	noted := false
	for i, d := range lines {
		line := laid{text: Clip(d.lanes, lanes), node: d.node, mark: -1}
		if d.node != "" {
			line.text = Pad(line.text, lanes) + "  " + Clip(Clean(d.label), columns-lanes-2)
		}
		if d.marked {
			line.mark = strings.Index(line.text, g.marked)
		}
		beside := ""
		switch {
		case d.marked && !noted:
			beside, line.note = note, note
		case i == len(lines)-1 && !d.marked:
			beside = "  " + upwards
		}
		if beside != "" && lanes+4+labels+Width(beside) <= columns {
			line.text = Pad(Pad(Clip(d.lanes, lanes), lanes)+"  "+Clip(Clean(d.label), labels), lanes+2+labels) + "  " + beside
		} else {
			line.note = ""
		}
		noted = noted || d.marked
		all = append(all, line)
	}
	return all
}
