package cases

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// maxStatements bounds a graph text.
const maxStatements = 1000

type operation struct {
	name string
	args []string
}

// operations are the kinds of nodes that a graph text can define, with their
// arguments as the lesson calls them.
var operations = []operation{
	{"Linear", []string{"x", "w", "b"}},
	{"Sigmoid", []string{"x"}},
	{"MSE", []string{"y", "a"}},
}

// statement is one line of a graph text: name = op(args...), with the place of
// each part.
type statement struct {
	ident
	op   ident
	args []ident
}

// readGraph reads the graph text: one definition a line, in any order but for
// the MSE, which is last; blank lines and comments from # on are skipped. What
// the names mean is checked once the whole file is read.
func (d *decoder) readGraph(v value) {
	if v.kind != scalar {
		d.fail(v.at, "graph has to be text with one definition a line, such as f = Linear(X, W, b); this is %s", v.describe())
		return
	}
	places, followed := d.src.places(v)
	if !followed && (v.plain() || v.style == token.FoldedType) {
		d.fail(v.at, "graph has to keep its lines apart: write graph: | and below it one definition a line")
		return
	}
	before := len(d.src.errs)
	d.graph = parseGraph(v.text, places, d.fail)
	if len(d.src.errs) == before && len(d.graph) == 0 {
		d.fail(v.at, "graph defines nothing; it needs at least a Sigmoid and an MSE")
	}
	d.graphOK = len(d.src.errs) == before
}

// parseGraph parses a graph text whose i-th character stands at places[i]; there
// is one place more for the text's end. It skips a line with an error and goes
// on with the next.
func parseGraph(text string, places []position, fail func(position, string, ...any)) []statement {
	var all []statement
	runes := []rune(text)
	for start := 0; start <= len(runes); {
		end := start
		for end < len(runes) && runes[end] != '\n' {
			end++
		}
		line := lineParser{line: runes[start:end], places: places[start : end+1], fail: fail}
		if s, ok := line.statement(); ok {
			if len(all) == maxStatements {
				fail(s.at, "the graph has more than %d definitions", maxStatements)
				return all
			}
			all = append(all, s)
		}
		start = end + 1
	}
	return all
}

// lineParser parses one line of a graph text by recursive descent.
type lineParser struct {
	line   []rune
	places []position // one more than line has characters
	next   int
	fail   func(position, string, ...any)
}

// statement parses name = op(arg, ...), if the line holds one without errors.
func (p *lineParser) statement() (s statement, ok bool) {
	if p.peek() == end {
		return s, false
	}
	const form = "a definition such as f = Linear(X, W, b)"
	if s.ident, ok = p.name(form); !ok {
		return s, false
	}
	if !p.accept('=') {
		return s, p.unexpected(quote("=") + " after " + quote(s.name) + ", as in f = Linear(X, W, b)")
	}
	if s.op, ok = p.name("an operation: Linear(x, w, b), Sigmoid(x) or MSE(y, a)"); !ok {
		return s, false
	}
	if !p.accept('(') {
		return s, p.unexpected(quote("(") + " after " + quote(s.op.name))
	}
	for p.peek() != ')' {
		arg, ok := p.name("the name of a node or an input")
		if !ok {
			return s, false
		}
		s.args = append(s.args, arg)
		if !p.accept(',') && p.peek() != ')' {
			return s, p.unexpected(quote(",") + " or " + quote(")") + " after " + quote(arg.name))
		}
	}
	p.accept(')')
	if p.peek() != end {
		return s, p.unexpected("the end of the line: one definition a line")
	}
	return s, p.check(s)
}

// check checks what can be said of a statement on its own.
func (p *lineParser) check(s statement) bool {
	msg := invalidName(s.name)
	if msg != "" {
		p.fail(s.at, "%s", msg)
	}
	i := slices.IndexFunc(operations, func(op operation) bool { return op.name == s.op.name })
	if i < 0 {
		p.fail(s.op.at, "unknown operation %s; there are Linear(x, w, b), Sigmoid(x) and MSE(y, a)", quote(s.op.name))
		return false
	}
	op := operations[i]
	if len(s.args) != len(op.args) {
		p.fail(s.op.at, "%s takes %s, %s(%s); here it has %d", op.name,
			count(len(op.args), "argument", "arguments"), op.name, strings.Join(op.args, ", "), len(s.args))
		return false
	}
	return msg == ""
}

// end is what peek gives at the end of a line.
const end = rune(-1)

// peek skips spaces and gives the next character, or end where only a comment
// is left.
func (p *lineParser) peek() rune {
	for p.next < len(p.line) && (p.line[p.next] == ' ' || p.line[p.next] == '\t') {
		p.next++
	}
	if p.next == len(p.line) || p.line[p.next] == '#' {
		return end
	}
	return p.line[p.next]
}

func (p *lineParser) accept(r rune) bool {
	if p.peek() != r {
		return false
	}
	p.next++
	return true
}

func (p *lineParser) name(expected string) (ident, bool) {
	p.peek()
	start := p.next
	for p.next < len(p.line) && isNameRune(p.line[p.next]) {
		p.next++
	}
	if start == p.next {
		return ident{}, p.unexpected(expected)
	}
	return ident{string(p.line[start:p.next]), p.places[start]}, true
}

// unexpected reports what stands at the next character, and returns false.
func (p *lineParser) unexpected(expected string) bool {
	found := "the line ends here"
	if r := p.peek(); r != end {
		found = "found " + quote(string(r))
	}
	p.fail(p.places[p.next], "expected %s; %s", expected, found)
	return false
}

func isNameRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// maxIdent bounds the name of a node or input, in characters.
const maxIdent = 50

// invalidName says why name can't name a node or an input, or nothing if it can.
func invalidName(name string) string {
	switch {
	case name == "" || !isNameRune([]rune(name)[0]) || unicode.IsDigit([]rune(name)[0]) ||
		strings.ContainsFunc(name, func(r rune) bool { return !isNameRune(r) }):
		return quote(name) + " can't name a node or an input: a name has letters, digits and _, and doesn't begin with a digit"
	case utf8.RuneCountInString(name) > maxIdent:
		return "the name " + quote(name) + " is longer than 50 characters"
	case slices.Contains([]string{"Linear", "Sigmoid", "MSE", "Input"}, name):
		return quote(name) + " is a kind of node and can't be the name of one"
	}
	return ""
}
