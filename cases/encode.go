package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// YAML writes the case as a case file, which reads back as the same case. It
// writes every key that has a value, whether or not it is the default.
func (c *Case) YAML() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "name: %s\n", text(c.Name))
	optional(&b, "description", c.Description)
	b.WriteString("graph: |\n")
	for _, s := range c.Graph {
		fmt.Fprintf(&b, "  %s\n", s)
	}
	matrices(&b, "feed", c.Feed)
	fmt.Fprintf(&b, "compare: [%s]\n", strings.Join(c.Compare, ", "))
	tolerance := "relative: " + number(c.Tolerance.Relative)
	if c.Tolerance.Absolute != nil {
		tolerance += ", absolute: " + number(*c.Tolerance.Absolute)
	}
	fmt.Fprintf(&b, "tolerance: {%s}\n", tolerance)
	fmt.Fprintf(&b, "points: %s\n", number(c.Points))
	if c.Hidden {
		b.WriteString("visibility: hidden\n")
	} else {
		b.WriteString("visibility: visible\n")
	}
	optional(&b, "teaches", c.Teaches)
	if d := c.Descent; d != nil {
		fmt.Fprintf(&b, "descent: {steps: %d, learning_rate: %s, update: [%s]}\n",
			d.Steps, number(d.LearningRate), strings.Join(d.Update, ", "))
	}
	if len(c.Expect) > 0 {
		matrices(&b, "expect", c.Expect)
	}
	return b.Bytes()
}

func optional(b *bytes.Buffer, key, value string) {
	if value != "" {
		fmt.Fprintf(b, "%s: %s\n", key, text(value))
	}
}

func matrices(b *bytes.Buffer, key string, all []Matrix) {
	fmt.Fprintf(b, "%s:\n", key)
	for _, m := range all {
		rows := make([]string, m.Rows)
		for i := range rows {
			row := make([]string, m.Cols)
			for j := range row {
				row[j] = number(m.At(i, j))
			}
			rows[i] = "[" + strings.Join(row, ", ") + "]"
		}
		fmt.Fprintf(b, "  %s: [%s]\n", m.Name, strings.Join(rows, ", "))
	}
}

// number writes x with the fewest digits that read back as x.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// text quotes s as JSON does, which YAML reads the same.
func text(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}
