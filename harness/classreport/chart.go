package classreport

import (
	"fmt"
	"math"
)

// The chart of scores, in units of its picture.
const (
	chartWidth  = 640
	chartHeight = 280
	chartLeft   = 8
	chartTop    = 28
	chartBottom = 34 // for the scale
	barGap      = 6
)

// bins of the chart: nothing, each ten points between, and everything.
const bins = 12

// chart shows how scores are distributed.
type chart struct {
	Width, Height, Base int
	Bars                []bar
	Mark                int    // where the pass mark is; 0 if there is none
	MarkText            string // beside it
}

type bar struct {
	Label      string // the scores in it, in full and in short
	Short      string
	Students   int
	X, Y, W, H int
	Middle     int
	CountY     int
	Kind       string // "none", "some" or "full"
}

// Chart is the chart of all scores.
func (t *tally) Chart() chart {
	var counts [bins]int
	highest := 1
	for score, n := range t.scores {
		i := bin(score)
		counts[i] += n
		highest = max(highest, counts[i])
	}
	c := chart{Width: chartWidth, Height: chartHeight, Base: chartHeight - chartBottom}
	step := (chartWidth - 2*chartLeft) / bins
	for i, n := range counts {
		h := n * (c.Base - chartTop) / highest
		if n > 0 {
			h = max(h, 2)
		}
		b := bar{Label: binLabel(i), Short: binShort(i), Students: n, X: chartLeft + i*step + barGap/2, W: step - barGap, H: h, Y: c.Base - h, Kind: binKind(i)}
		b.Middle, b.CountY = b.X+b.W/2, b.Y-6
		c.Bars = append(c.Bars, b)
	}
	if t.PassMark > 0 {
		c.Mark = chartLeft + int(math.Round(float64(step)*position(t.PassMark)))
		c.MarkText = "pass mark " + decimal(t.PassMark)
	}
	return c
}

// bin is where a score belongs.
func bin(score float64) int {
	switch {
	case score <= 0:
		return 0
	case score >= 100:
		return bins - 1
	default:
		return 1 + int(score/10)
	}
}

func binLabel(i int) string {
	switch i {
	case 0:
		return "0"
	case bins - 1:
		return "100"
	default:
		return fmt.Sprintf("%d to below %d", 10*(i-1), 10*i)
	}
}

func binShort(i int) string {
	if i == 0 || i == bins-1 {
		return binLabel(i)
	}
	return fmt.Sprintf("<%d", 10*i)
}

func binKind(i int) string {
	switch i {
	case 0:
		return "none"
	case bins - 1:
		return "full"
	default:
		return "some"
	}
}

// position is where a score is among the bins, as a number of them.
func position(score float64) float64 {
	if score >= 100 {
		return bins - 1
	}
	return 1 + score/10
}
