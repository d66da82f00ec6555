package cases

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// settle corrects the place of a plain scalar: the scanner counts back from the
// scalar's end, and so is off by the blanks after it.
func (src *source) settle(v value) value {
	if !v.plain() || v.at.line > len(src.lines) {
		return v
	}
	line, text := src.lines[v.at.line-1], []rune(v.text)
	for start := min(v.at.column-1, len(line)-len(text)); start >= 0; start-- {
		if slices.Equal(line[start:start+len(text)], text) {
			v.at.column = start + 1
			break
		}
	}
	return v
}

// places tells where each character of a scalar's text stands in the file, and
// where the text ends: one position more than it has characters. If the text
// can't be followed to the file, as one in quotes over several lines, they are
// all where it begins.
func (src *source) places(v value) (at []position, followed bool) {
	switch v.style {
	case token.LiteralType:
		at, followed = src.literalPlaces(v)
	case token.StringType, token.SingleQuoteType, token.DoubleQuoteType:
		at, followed = src.linePlaces(v)
	}
	if !followed {
		at = slices.Repeat([]position{v.at}, utf8.RuneCountInString(v.text)+1)
	}
	return at, followed
}

// literalPlaces follows a literal block: its lines are those after the |, each
// without the block's indentation.
func (src *source) literalPlaces(v value) ([]position, bool) {
	var at []position
	for i, line := range strings.Split(v.text, "\n") {
		number, text := v.at.line+1+i, []rune(line)
		if number > len(src.lines) {
			// Only the end of the text can be beyond that of the file.
			last := src.lines[number-2]
			return append(at, position{number - 1, len(last) + 1}), len(text) == 0
		}
		before := len(src.lines[number-1]) - len(text)
		if before < 0 || !slices.Equal(src.lines[number-1][before:], text) {
			return nil, false
		}
		if len(text) == 0 {
			before = 0
		}
		for column := range len(text) + 1 { // the last is the line break's
			at = append(at, position{number, before + column + 1})
		}
	}
	return at, true
}

// linePlaces follows a scalar that stands on one line of the file, quoted or
// not, and checks that it reads what the parser read.
func (src *source) linePlaces(v value) ([]position, bool) {
	if v.at.line > len(src.lines) {
		return nil, false
	}
	line := src.lines[v.at.line-1]
	i := v.at.column - 1
	if v.style != token.StringType {
		i++ // the opening quote
	}
	var at []position
	for _, want := range v.text {
		if i >= len(line) {
			return nil, false
		}
		got, width := unescape(line[i:], v.style)
		if got != want {
			return nil, false
		}
		at = append(at, position{v.at.line, i + 1})
		i += width
	}
	return append(at, position{v.at.line, i + 1}), true
}

// unescape reads the first character of a quoted or plain scalar, and tells how
// many characters of the file it takes.
func unescape(line []rune, style token.Type) (r rune, width int) {
	switch {
	case style == token.SingleQuoteType && line[0] == '\'':
		return '\'', 2
	case style != token.DoubleQuoteType || line[0] != '\\' || len(line) < 2:
		return line[0], 1
	}
	digits := map[rune]int{'x': 2, 'u': 4, 'U': 8}[line[1]]
	if digits == 0 {
		short := map[rune]rune{'n': '\n', 't': '\t', 'r': '\r'}
		if r, ok := short[line[1]]; ok {
			return r, 2
		}
		return line[1], 2 // \" \\ \/ and the like
	}
	if len(line) < 2+digits {
		return utf8.RuneError, 1
	}
	code, err := strconv.ParseUint(string(line[2:2+digits]), 16, 32)
	if err != nil {
		return utf8.RuneError, 1
	}
	return rune(code), 2 + digits
}
