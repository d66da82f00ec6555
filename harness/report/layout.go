package report

import (
	"path"
	"strings"
	"unicode"

	eaw "golang.org/x/text/width"
)

// base is the last element of a file's name in a class folder.
func base(file string) string { return path.Base(file) }

// Width is how many columns of a terminal a clean text takes: East Asian
// characters take two, marks on the character before them none.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	if r < 0x300 {
		return 1
	}
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case wide(r):
		return 2
	default:
		return 1
	}
}

func wide(r rune) bool {
	kind := eaw.LookupRune(r).Kind()
	return kind == eaw.EastAsianWide || kind == eaw.EastAsianFullwidth
}

// Pad fills s with blanks up to so many columns.
func Pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-Width(s)))
}

// Clip shortens s to at most so many columns and says so by an ellipsis.
func Clip(s string, columns int) string {
	if Width(s) <= columns {
		return s
	}
	head, _ := split(s, columns-1)
	return head + "…"
}

// split cuts s after as many characters as fit into so many columns.
func split(s string, columns int) (head, tail string) {
	for i, r := range s {
		columns -= runeWidth(r)
		if columns < 0 {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// Wrap breaks a text at blanks into lines of at most so many columns; a word that
// is longer is broken where it must be.
func Wrap(text string, columns int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && Width(line)+1+Width(word) <= columns {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for Width(word) > columns {
			head, tail := split(word, columns)
			lines = append(lines, head)
			word = tail
		}
		line = word
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// Columns lays a table out with two blanks between columns and none at the end
// of a line.
func Columns(table [][]string) []string {
	var widths []int
	for _, row := range table {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Width(cell))
		}
	}
	lines := make([]string, 0, len(table))
	for _, row := range table {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(Pad(cell, widths[i]+2))
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines
}
