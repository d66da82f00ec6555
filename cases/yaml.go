package cases

import (
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// value is a piece of YAML that has been read but not understood: what kind of
// thing stands where.
type value struct {
	at      position
	kind    kind
	style   token.Type // of a scalar: how it is quoted; StringType if not at all
	text    string     // of a scalar
	items   []value    // of a list
	entries []entry    // of a mapping, in the file's order
}

// entry is a key and its value.
type entry struct {
	key   string
	at    position // of the key
	value value
}

type kind int

const (
	nothing kind = iota
	scalar
	list
	mapping
)

// plain says that v is a scalar without quotes, which is what a number has to be.
func (v value) plain() bool { return v.kind == scalar && v.style == token.StringType }

// describe names what v is, for messages that say what else was expected.
func (v value) describe() string {
	switch {
	case v.kind == nothing:
		return "nothing"
	case v.kind == list:
		return "a list"
	case v.kind == mapping:
		return "a mapping"
	case !v.plain():
		return "the text " + quote(v.text)
	}
	return quote(v.text)
}

// quote shows a piece of the author's text in a message, cut if it is long.
func quote(text string) string {
	const most = 40
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most-1]) + "…"
	}
	return strconv.Quote(text)
}

// parseYAML reads the one document of a file. What is wrong with it goes to src;
// then the result is of no use.
func parseYAML(src *source) value {
	tokens := lexer.Tokenize(src.text)
	if !checkTokens(src, tokens) {
		return value{}
	}
	file, err := parseTokens(tokens)
	if err != nil {
		// A syntax error's own text quotes the file around it, at great length
		// and cost.
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			src.fail(positionOf(syntax.GetToken()), "not YAML: %s", syntax.GetMessage())
		} else {
			src.fail(position{1, 1}, "not YAML: %v", err)
		}
		return value{}
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			return convert(src, doc.Body)
		}
	}
	src.fail(position{1, 1}, "the file is empty; %s", src.kind.empty)
	return value{}
}

var errParserPanic = errors.New("the parser can't make sense of the file")

// parseTokens turns a panic of the parser into an error: whatever the text, the
// author gets a message.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errParserPanic
		}
	}()
	// Repeated keys are ours to report, all of them and in our words.
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// convert turns the parser's tree into ours. checkTokens has bounded its depth.
func convert(src *source, n ast.Node) value {
	switch n := n.(type) {
	case *ast.MappingNode:
		return convertMapping(src, n.Values, n.Start, n.IsFlowStyle)
	case *ast.MappingValueNode:
		return convertMapping(src, []*ast.MappingValueNode{n}, n.Start, n.IsFlowStyle)
	case *ast.SequenceNode:
		v := value{at: positionOf(n.Start), kind: list}
		for _, item := range n.Values {
			v.items = append(v.items, convert(src, item))
		}
		return v
	case *ast.LiteralNode:
		return value{at: positionOf(n.Start), kind: scalar, style: n.Start.Type, text: n.Value.Value}
	case *ast.StringNode:
		return src.settle(value{at: positionOf(n.Token), kind: scalar, style: n.Token.Type, text: n.Value})
	case *ast.NullNode:
		return value{at: positionOf(n.Token), kind: nothing}
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		// What is a number is decided in number.go, by the text.
		tk := n.GetToken()
		return src.settle(value{at: positionOf(tk), kind: scalar, style: token.StringType, text: tk.Value})
	}
	at := position{1, 1}
	if n != nil && n.GetToken() != nil {
		at = positionOf(n.GetToken())
	}
	src.fail(at, "this kind of YAML has no place in %s", src.kind.name)
	return value{at: at}
}

func convertMapping(src *source, pairs []*ast.MappingValueNode, start *token.Token, flow bool) value {
	v := value{at: positionOf(start), kind: mapping}
	for _, pair := range pairs {
		key := convert(src, pair.Key)
		if key.kind != scalar && pair.Key.GetToken() != nil {
			key.text = pair.Key.GetToken().Value // null and ~ are keys like others
		}
		e := entry{key: key.text, at: key.at, value: convert(src, pair.Value)}
		if e.value.kind == nothing {
			e.value.at = e.at // nothing stands nowhere
		}
		v.entries = append(v.entries, e)
	}
	if !flow && len(v.entries) > 0 {
		v.at = v.entries[0].at // the parser points at the colon
	}
	return v
}

func positionOf(tk *token.Token) position {
	if tk == nil || tk.Position == nil {
		return position{1, 1}
	}
	return position{max(tk.Position.Line, 1), max(tk.Position.Column, 1)}
}
