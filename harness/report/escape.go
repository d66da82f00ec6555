package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Clean makes a string fit to stand in a line of plain text: whatever is not
// printable (control characters, escape sequences, line breaks, directions of
// writing, bytes that are not UTF-8) is written as a Go escape such as \x1b.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}

func isClean(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf { // as almost all are
			if c < ' ' || c > '~' {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || !strconv.IsPrint(r) {
			return false
		}
		i += n
	}
	return true
}

// cleanLines splits a text into lines and cleans each, with tabs as blanks. A
// line break at the end opens no further line.
func cleanLines(s string) []string {
	s = strings.TrimSuffix(s, "\n")
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Clean(expandTabs(strings.TrimSuffix(line, "\r")))
	}
	return lines
}

// tabWidth is how many blanks a tab of the student's source is shown as. A tab
// there stands nearly always at the start of a line.
const tabWidth = 4

func expandTabs(s string) string {
	return strings.ReplaceAll(s, "\t", strings.Repeat(" ", tabWidth))
}

// escapeUnprintable rewrites the JSON text js so that characters a terminal might obey
// (DEL, the C1 controls, directions of writing) are \u escapes too; encoding/json
// does that for the other control characters only.
func escapeUnprintable(js []byte) []byte {
	if isClean(string(js)) {
		return js
	}
	out := make([]byte, 0, len(js)+64)
	for _, r := range string(js) {
		switch {
		case strconv.IsPrint(r) || r == '\n':
			out = utf8.AppendRune(out, r)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}
