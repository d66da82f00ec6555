package cases

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// maxFileSize bounds a file of a suite, in bytes. The largest sensible ones have a few
// kilobytes.
const maxFileSize = 1 << 20

// position is a place in a file: line and column in characters, from 1.
type position struct{ line, column int }

// source is the text of a file, ready to be parsed: valid UTF-8 without a byte
// order mark, with nothing but \n at the ends of lines, so that positions in it
// are those that an editor shows.
type source struct {
	kind  fileKind
	name  string
	text  string
	lines [][]rune // of text, because positions count characters
	errs  ErrorList
}

// fileKind is what a file is for, as messages about its form have it.
type fileKind struct {
	name  string // what it is
	one   string // that it holds one document
	empty string // what it needs at least
}

var (
	caseKind  = fileKind{"a case file", "a case file holds one case", "a case needs at least graph and feed"}
	suiteKind = fileKind{"a suite file", "a suite file holds one suite's settings", "without settings, a suite needs no such file"}
)

// readFile reads a regular file, through symbolic links, of bounded size.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("this is a folder, not a file")
	case !info.Mode().IsRegular():
		return nil, errors.New("this is not a regular file") // opening a pipe could wait for ever
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxFileSize {
		return nil, fmt.Errorf("the file has more than %d bytes; it has to be smaller", maxFileSize)
	}
	return raw, nil
}

// newSource decodes the bytes of a file. What it can't decode it reports, and
// the source is then of no use.
func newSource(kind fileKind, name string, raw []byte) *source {
	src := &source{kind: kind, name: name}
	if bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")) {
		src.fail(position{1, 1}, "the file is UTF-16; save it as UTF-8")
		return src
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	src.text = text
	for i, line := range strings.Split(text, "\n") {
		src.lines = append(src.lines, []rune(line))
		if at, what := src.unreadable(line); what != "" {
			src.fail(position{i + 1, at}, "%s", what)
		}
	}
	return src
}

// unreadable finds the first character of a line that no text file should have.
func (src *source) unreadable(line string) (column int, what string) {
	for i, r := range line {
		column++
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(line[i:], "\ufffd"):
			return column, fmt.Sprintf("the byte %#02x is not UTF-8; save the file as UTF-8", line[i])
		case r < ' ' && r != '\t', r == 0x7f, r == '\ufeff':
			return column, fmt.Sprintf("the character %U is not allowed in %s", r, src.kind.name)
		}
	}
	return 0, ""
}

func (src *source) fail(at position, format string, args ...any) {
	src.errs = append(src.errs, &Error{
		File: src.name, Line: at.line, Column: at.column, Msg: fmt.Sprintf(format, args...),
	})
}
