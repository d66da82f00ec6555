package std

import (
	"bytes"
	"path"
	"strings"
)

// Select is like [Source], but leaves out the declarations that those with the
// wanted names don't need, imports that are no longer used, and files of which
// nothing is left, but for one package clause. What is left has its old line. A
// name that isn't declared selects those that differ from it in case only, for
// the type checker to suggest.
//
// It works on the text, because parsing what isn't needed would take most of the
// time. The sources are formatted, and every declaration in them but imports is
// a function or a type, from a line that begins with the keyword to a line with
// nothing but a closing brace.
func Select(importPath string, wanted map[string]bool) ([]File, bool) {
	files, ok := Source(importPath)
	if !ok {
		return nil, false
	}
	var all []*declaration
	declared := map[string]*declaration{}
	perFile := make([][]*declaration, len(files))
	for i, file := range files {
		perFile[i] = declarations(file.Text)
		all = append(all, perFile[i]...)
		for _, d := range perFile[i] {
			declared[d.name] = d
		}
	}
	for name := range wanted {
		if d := declared[name]; d != nil {
			d.need(declared)
			continue
		}
		for _, d := range all {
			if strings.EqualFold(d.name, name) {
				d.need(declared)
			}
		}
	}
	selected := files[:0]
	for i, file := range files {
		if text, ok := cut(file.Text, perFile[i]); ok {
			selected = append(selected, File{file.Name, text})
		}
	}
	if len(selected) == 0 {
		selected = append(selected, File{files[0].Name, []byte("package " + path.Base(importPath) + "\n")})
	}
	return selected, true
}

// declaration is a function or a type of a source file.
type declaration struct {
	name   string
	start  int // offset of the line with the keyword
	text   []byte
	needed bool
}

// declarations finds the functions and types of a file.
func declarations(text []byte) []*declaration {
	var found []*declaration
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		name, ok := declares(text[at:end])
		if !ok {
			at = end
			continue
		}
		start := at
		for at = end; at < len(text); at = end {
			end = lineEnd(text, at)
			if string(text[at:end]) == "}\n" {
				break
			}
		}
		found = append(found, &declaration{name: name, start: start, text: text[start:end]})
		at = end
	}
	return found
}

// lineEnd returns the offset behind the line that begins at an offset.
func lineEnd(text []byte, at int) int {
	if n := bytes.IndexByte(text[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(text)
}

// declares returns the name that a declaration's first line declares.
func declares(line []byte) (string, bool) {
	rest, ok := bytes.CutPrefix(line, []byte("func "))
	if !ok {
		rest, ok = bytes.CutPrefix(line, []byte("type "))
	}
	if !ok {
		return "", false
	}
	n := 0
	for n < len(rest) && inName(rest[n]) {
		n++
	}
	return string(rest[:n]), true
}

// need marks a declaration and those whose names it mentions. Local names may
// be the same: that keeps too much, at worst.
func (d *declaration) need(declared map[string]*declaration) {
	if d.needed {
		return
	}
	d.needed = true
	for at := 0; at < len(d.text); {
		if !inName(d.text[at]) {
			at++
			continue
		}
		start := at
		for at < len(d.text) && inName(d.text[at]) {
			at++
		}
		if start > 0 && d.text[start-1] == '.' {
			continue // a name of another package
		}
		if other := declared[string(d.text[start:at])]; other != nil {
			other.need(declared)
		}
	}
}

func inName(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// cut returns a file's package clause, the imports that are used, and the
// declarations that are needed, each on its line. It reports false if none is.
func cut(text []byte, declarations []*declaration) ([]byte, bool) {
	var kept bytes.Buffer
	for _, d := range declarations {
		if d.needed {
			kept.Write(d.text)
		}
	}
	if kept.Len() == 0 {
		return nil, false
	}
	out := make([]byte, 0, kept.Len()+1024)
	at := 0
	// blank replaces what stands between at and an offset by empty lines.
	blank := func(offset int) {
		for range bytes.Count(text[at:offset], []byte("\n")) {
			out = append(out, '\n')
		}
		at = offset
	}
	for line := 0; line < declarations[0].start; {
		end := lineEnd(text, line)
		if inHead(text[line:end], kept.Bytes()) {
			blank(line)
			out = append(out, text[line:end]...)
			at = end
		}
		line = end
	}
	for _, d := range declarations {
		if d.needed {
			blank(d.start)
			out = append(out, d.text...)
			at = d.start + len(d.text)
		}
	}
	return out, true
}

// inHead reports whether a line before the first declaration stays: the package
// clause, and imports of which the kept declarations select something.
func inHead(line, kept []byte) bool {
	quoted := bytes.Split(line, []byte{'"'})
	if len(quoted) != 3 {
		return bytes.HasPrefix(line, []byte("package ")) ||
			string(line) == "import (\n" || string(line) == ")\n"
	}
	name := quoted[1][bytes.LastIndexByte(quoted[1], '/')+1:]
	return bytes.Contains(kept, append(bytes.Clone(name), '.'))
}
