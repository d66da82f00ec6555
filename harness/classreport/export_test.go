package classreport

import "github.com/miniflow/grader/cases"

// SetMaxDetails makes room for so many bytes of details.
func (p *Page) SetMaxDetails(n int) { p.maxDetails = n }

// Placed is where a drawing has put something.
type Placed struct {
	Name, Kind string
	X, Y       int
	Needs      []string
}

// Draw draws a network: its size, its boxes and how many edges there are.
func Draw(p *cases.Problem) (width, height int, boxes []Placed, edges []string) {
	d := draw(0, p)
	for _, v := range d.Boxes {
		placed := Placed{Name: v.Name, Kind: v.Kind, X: v.X, Y: v.Y}
		for _, a := range v.args {
			placed.Needs = append(placed.Needs, a.Name)
		}
		boxes = append(boxes, placed)
	}
	return d.Width, d.Height, boxes, d.Edges
}

// The size of a box in a drawing.
const (
	BoxWidth  = boxWidth
	BoxHeight = boxHeight
)

var (
	Percent = percent
	Bin     = bin
)
