package classreport

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow/grader/cases"
	"github.com/miniflow/grader/harness/report"
)

// drawing is a case's network as a picture, from left to right: inputs stand
// just before what computes with them.
type drawing struct {
	Case          int
	Text          []string // a definition each, as the case file has them
	Width, Height int      // 0: too large to draw
	Boxes         []*vertex
	Edges         []string // SVG paths
}

// The sizes of a drawing.
const (
	boxWidth    = 84
	boxHeight   = 36
	columnPitch = 132
	rowPitch    = 48
	margin      = 16
	portPitch   = 8
	maxBoxes    = 60
)

// vertex is a node of the network, or a place where an edge passes a column.
type vertex struct {
	Name  string // "" for an edge
	Label string // Name, shortened to fit
	Below string // what it does, or its shape
	Kind  string // "input", "linear", "sigmoid", "mse"
	X, Y  int    // of the upper left corner

	layer     int
	order     float64 // in its layer, from the middle
	args      []*vertex
	neighbors [2][]*vertex // to the left and to the right
}

// Middle is the middle of the box, and so on for its parts.
func (v *vertex) Middle() int { return v.X + boxWidth/2 }
func (v *vertex) NameY() int  { return v.Y + 15 }
func (v *vertex) BelowY() int { return v.Y + 29 }
func (v *vertex) MarkX() int  { return v.X + boxWidth - 2 }
func (v *vertex) MarkY() int  { return v.Y - 1 }
func (v *vertex) W() int      { return boxWidth }
func (v *vertex) H() int      { return boxHeight }

// draw draws the network of a case.
func draw(at int, p *cases.Problem) drawing {
	d := drawing{Case: at}
	for _, s := range p.Graph {
		d.Text = append(d.Text, clean(s.String()))
	}
	if len(p.Graph)+len(p.Feed) > maxBoxes {
		return d
	}
	boxes := vertices(p)
	layers, chains := layOut(boxes)
	tallest := 0
	for _, layer := range layers {
		tallest = max(tallest, len(layer))
	}
	for i, layer := range layers {
		for j, v := range layer {
			v.X = margin + i*columnPitch
			v.Y = margin + rowPitch*(tallest-len(layer))/2 + j*rowPitch
		}
	}
	d.Boxes = boxes
	d.Width = 2*margin + (len(layers)-1)*columnPitch + boxWidth
	d.Height = 2*margin + (tallest-1)*rowPitch + boxHeight
	for _, c := range chains {
		d.Edges = append(d.Edges, c.path())
	}
	return d
}

// vertices are the boxes of a network, in the order of the case file.
func vertices(p *cases.Problem) []*vertex {
	var all []*vertex
	byName := make(map[string]*vertex)
	add := func(name, below, kind string) {
		v := &vertex{Name: clean(name), Label: report.Clip(clean(name), 11), Below: below, Kind: kind}
		all = append(all, v)
		byName[name] = v
	}
	for _, m := range p.Feed {
		add(m.Name, fmt.Sprintf("%d×%d", m.Rows, m.Cols), "input")
	}
	for _, s := range p.Graph {
		add(s.Name, s.Op, strings.ToLower(s.Op))
	}
	for _, s := range p.Graph {
		for _, arg := range s.Args {
			if a := byName[arg]; a != nil {
				byName[s.Name].args = append(byName[s.Name].args, a)
			}
		}
	}
	return all
}

// chain is an edge: from a node to one that computes with it, by way of the
// columns between.
type chain struct {
	through []*vertex
	port    int // the y at which it arrives, from the middle of the box
}

// layOut gives every box a column, and every edge a place in the columns that it
// passes; it orders the columns so that few edges cross.
func layOut(boxes []*vertex) (layers [][]*vertex, chains []chain) {
	last := assign(boxes)
	layers = make([][]*vertex, last+1)
	for _, v := range boxes {
		layers[v.layer] = append(layers[v.layer], v)
	}
	for _, to := range boxes {
		for i, from := range to.args {
			c := chain{through: []*vertex{from}, port: i}
			for l := from.layer + 1; l < to.layer; l++ {
				pass := &vertex{layer: l}
				layers[l] = append(layers[l], pass)
				c.through = append(c.through, pass)
			}
			c.through = append(c.through, to)
			for j := 1; j < len(c.through); j++ {
				a, b := c.through[j-1], c.through[j]
				a.neighbors[1], b.neighbors[0] = append(a.neighbors[1], b), append(b.neighbors[0], a)
			}
			chains = append(chains, c)
		}
	}
	order(layers)
	arrive(chains)
	return layers, chains
}

// assign sets the columns and returns the last one. A node comes after all that
// it needs; an input just before the first that needs it.
func assign(boxes []*vertex) int {
	var depth func(v *vertex) int
	depth = func(v *vertex) int {
		if len(v.args) > 0 && v.layer == 0 {
			for _, a := range v.args {
				v.layer = max(v.layer, depth(a)+1)
			}
		}
		return v.layer
	}
	last := 0
	for _, v := range boxes {
		last = max(last, depth(v))
	}
	for _, v := range boxes {
		if len(v.args) > 0 {
			continue
		}
		first := last
		for _, user := range boxes {
			if slices.Contains(user.args, v) {
				first = min(first, user.layer)
			}
		}
		v.layer = max(first-1, 0)
	}
	return last
}

// order sorts each column by where its neighbours are, from left to right and
// back, a few times over.
func order(layers [][]*vertex) {
	place := func(layer []*vertex) {
		for i, v := range layer {
			v.order = float64(i) - float64(len(layer)-1)/2
		}
	}
	for _, layer := range layers {
		place(layer)
	}
	mean := func(v *vertex, side int) float64 {
		if len(v.neighbors[side]) == 0 {
			side = 1 - side
		}
		if len(v.neighbors[side]) == 0 {
			return v.order
		}
		sum := 0.0
		for _, n := range v.neighbors[side] {
			sum += n.order
		}
		return sum / float64(len(v.neighbors[side]))
	}
	for round := range 8 {
		side := round % 2 // 0: from the left
		for i := range layers {
			layer := layers[i]
			if side == 1 {
				layer = layers[len(layers)-1-i]
			}
			slices.SortStableFunc(layer, func(a, b *vertex) int { return cmp.Compare(mean(a, side), mean(b, side)) })
			place(layer)
		}
	}
}

// arrive spreads the edges that come to a box over its left side, the upper ones
// above.
func arrive(chains []chain) {
	to := make(map[*vertex][]*chain)
	for i := range chains {
		end := chains[i].through[len(chains[i].through)-1]
		to[end] = append(to[end], &chains[i])
	}
	for _, all := range to {
		slices.SortStableFunc(all, func(a, b *chain) int {
			return cmp.Compare(a.through[len(a.through)-2].order, b.through[len(b.through)-2].order)
		})
		for i, c := range all {
			c.port = (2*i - len(all) + 1) * portPitch / 2
		}
	}
}

// path is the edge as an SVG path.
func (c chain) path() string {
	var b strings.Builder
	from := c.through[0]
	x, y := from.X+boxWidth, from.Y+boxHeight/2
	fmt.Fprintf(&b, "M%d %d", x, y)
	for i, v := range c.through[1:] {
		toX, toY := v.X, v.Y+boxHeight/2
		if i == len(c.through)-2 {
			toX, toY = toX-3, toY+c.port // room for the arrow's head
		}
		bend := (toX - x) / 2
		fmt.Fprintf(&b, " C%d %d %d %d %d %d", x+bend, y, toX-bend, toY, toX, toY)
		x, y = toX, toY
		if v.Name == "" { // straight past the boxes of the column
			x += boxWidth
			fmt.Fprintf(&b, " H%d", x)
		}
	}
	return b.String()
}
