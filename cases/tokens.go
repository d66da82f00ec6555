package cases

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// maxDepth bounds how deep lists and mappings nest. A matrix in a feed is three
// deep; the parser takes time that grows with the square of the depth, and
// stack, which a file of brackets would exhaust.
const maxDepth = 16

// maxKeys bounds the keys of all mappings of a file together: for block
// mappings, the parser takes time that grows with the square of their number.
const maxKeys = 2000

// Features of YAML that our files do without. Anchors, aliases and merge
// keys make a file of a few lines arbitrarily large and move errors away from
// their place; tags and directives change what a plain number means.
var refused = map[token.Type]string{
	token.AnchorType:     "anchors (&) are not allowed in %s: write the value out where it is used",
	token.AliasType:      "aliases (*) are not allowed in %s: write the value out",
	token.MergeKeyType:   "merge keys (<<) are not allowed in %s: write the keys out",
	token.TagType:        "tags (!) are not allowed in %s",
	token.MappingKeyType: "complex keys (?) are not allowed in %s",
}

// checkTokens looks at what the scanner made of a file before the parser sees
// it: for what is refused as such, and for what would cost the parser too much
// time or stack. It says whether all is well.
func checkTokens(src *source, tokens token.Tokens) bool {
	before := len(src.errs)
	c := tokenCheck{kind: src.kind}
	for _, tk := range tokens {
		if msg := c.check(tk); msg != "" {
			src.fail(positionOf(tk), "%s", msg)
			if c.fatal {
				break
			}
		}
	}
	return len(src.errs) == before
}

type tokenCheck struct {
	kind      fileKind
	brackets  int  // how many [ and { are open
	line      int  // the last token's
	dashes    int  // of block lists, on this line
	colons    int  // of block mappings, on this line
	keys      int  // of all mappings
	content   bool // the document has begun
	ended     bool // the document has ended
	fatal     bool // what follows would only repeat the last message
	separator bool // there was a ---
}

// check takes the next token and says what is wrong with it, if anything.
func (c *tokenCheck) check(tk *token.Token) string {
	if line := positionOf(tk).line; line != c.line {
		c.line, c.dashes, c.colons = line, 0, 0
	}
	if msg, ok := refused[tk.Type]; ok {
		return fmt.Sprintf(msg, c.kind.name)
	}
	switch tk.Type {
	case token.InvalidType:
		return c.stop("not YAML: " + tk.Error)
	case token.DirectiveType: // the scanner takes its arguments for text
		return c.stop("directives (%) are not allowed in " + c.kind.name)
	case token.CommentType:
		return ""
	case token.DocumentHeaderType:
		second := c.content || c.ended || c.separator
		c.separator = true
		if second {
			return c.stop("a second document begins here: " + c.kind.one)
		}
		return ""
	case token.DocumentEndType:
		c.ended = true
		return ""
	case token.SequenceStartType, token.MappingStartType:
		c.brackets++
	case token.SequenceEndType, token.MappingEndType:
		c.brackets--
	case token.SequenceEntryType:
		c.dashes++
	case token.MappingValueType:
		c.keys++
		if c.brackets <= 0 {
			c.colons++
		}
	}
	second := c.ended
	c.content = true
	switch {
	case second:
		return c.stop("a second document begins here: " + c.kind.one)
	case c.brackets > maxDepth || c.dashes > maxDepth:
		return c.stop("nested too deep: a matrix is a list of rows, a row a list of numbers")
	case c.keys > maxKeys:
		return c.stop("the file has too many keys")
	case c.colons > 1:
		return c.stop("a second colon on one line: put text that has one in quotes")
	}
	return ""
}

func (c *tokenCheck) stop(msg string) string {
	c.fatal = true
	return msg
}
