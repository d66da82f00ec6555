package randgo

import (
	"fmt"
	"strings"
)

type kind int

const (
	boolean kind = iota
	integer
	float
	complexNumber
	text
	array
	slice
	mapping
	structure
	pointer
	funcType
	anyType // interface{}
	iface   // an interface with methods
)

// A typ is a type of the program. Two are identical if String is equal: no
// two declared types have one name.
type typ struct {
	kind      kind
	declared  string // the name, if it's declared in the program
	literal   string // how it is written otherwise
	bits      int    // of a number; 0 for int and uint, which are 64 here
	signed    bool
	size      int // of an array
	key, elem *typ
	fields    []field
	params    []*typ
	result    *typ     // of a function: functions as values have one result
	methods   []string // of a declared type or interface
}

type field struct {
	name     string
	t        *typ
	embedded bool
}

func (t *typ) String() string {
	if t.declared != "" {
		return t.declared
	}
	return t.literal
}

func intType(name string, bits int, signed bool) *typ {
	return &typ{kind: integer, literal: name, bits: bits, signed: signed}
}

var (
	boolT    = &typ{kind: boolean, literal: "bool"}
	intT     = intType("int", 64, true)
	int8T    = intType("int8", 8, true)
	int16T   = intType("int16", 16, true)
	int32T   = intType("int32", 32, true)
	int64T   = intType("int64", 64, true)
	uintT    = intType("uint", 64, false)
	uint8T   = intType("uint8", 8, false)
	uint16T  = intType("uint16", 16, false)
	uint32T  = intType("uint32", 32, false)
	uint64T  = intType("uint64", 64, false)
	uintptrT = intType("uintptr", 64, false)
	byteT    = uint8T
	runeT    = int32T
	float32T = &typ{kind: float, literal: "float32", bits: 32}
	float64T = &typ{kind: float, literal: "float64", bits: 64}
	complex1 = &typ{kind: complexNumber, literal: "complex64", bits: 64}
	complex2 = &typ{kind: complexNumber, literal: "complex128", bits: 128}
	stringT  = &typ{kind: text, literal: "string"}
	anyT     = &typ{kind: anyType, literal: "any"}
)

var integers = []*typ{
	intT, int8T, int16T, int32T, int64T, uintT, uint8T, uint16T, uint32T, uint64T, uintptrT,
}

func sliceOf(elem *typ) *typ { return &typ{kind: slice, elem: elem, literal: "[]" + elem.String()} }

func arrayOf(size int, elem *typ) *typ {
	return &typ{kind: array, size: size, elem: elem, literal: fmt.Sprintf("[%d]%s", size, elem)}
}

func mapOf(key, elem *typ) *typ {
	return &typ{kind: mapping, key: key, elem: elem, literal: fmt.Sprintf("map[%s]%s", key, elem)}
}

func pointerTo(elem *typ) *typ {
	return &typ{kind: pointer, elem: elem, literal: "*" + elem.String()}
}

func funcOf(params []*typ, result *typ) *typ {
	texts := make([]string, len(params))
	for i, p := range params {
		texts[i] = p.String()
	}
	return &typ{kind: funcType, params: params, result: result,
		literal: fmt.Sprintf("func(%s) %s", strings.Join(texts, ", "), result)}
}

func structOf(fields []field) *typ {
	var b strings.Builder
	b.WriteString("struct{ ")
	for i, f := range fields {
		if i > 0 {
			b.WriteString("; ")
		}
		if !f.embedded {
			b.WriteString(f.name + " ")
		}
		b.WriteString(f.t.String())
	}
	b.WriteString(" }")
	return &typ{kind: structure, fields: fields, literal: b.String()}
}

func same(a, b *typ) bool { return a.String() == b.String() }

// flat types hold no reference: a copy shares nothing with the original.
func (t *typ) flat() bool {
	switch t.kind {
	case array:
		return t.elem.flat()
	case structure:
		for _, f := range t.fields {
			if !f.t.flat() {
				return false
			}
		}
		return true
	}
	return t.kind <= text
}

// basic returns a type without parts, declared or not.
func (g *gen) basic() *typ {
	if g.chance(20) {
		for range 4 {
			if t := g.anyNamed(); t != nil && t.kind <= text {
				return t
			}
		}
	}
	switch g.n(10) {
	case 0:
		return boolT
	case 1, 2:
		return one(g, float64T, float64T, float32T)
	case 3:
		return one(g, complex1, complex2)
	case 4, 5:
		return stringT
	}
	return one(g, integers...)
}

// flatType returns a flat type.
func (g *gen) flatType(depth int) *typ {
	if g.chance(30) {
		for range 3 {
			if t := g.anyNamed(); t != nil && t.flat() {
				return t
			}
		}
	}
	if depth > 0 && g.chance(20) {
		return arrayOf(1+g.n(4), g.flatType(depth-1))
	}
	return g.basic()
}

// anything returns a type of any kind that a variable can have.
func (g *gen) anything(depth int) *typ {
	if g.chance(35) {
		if t := g.anyNamed(); t != nil {
			return t
		}
	}
	if depth == 0 {
		return g.basic()
	}
	switch g.n(14) {
	case 0:
		return arrayOf(1+g.n(4), g.anything(depth-1))
	case 1, 2, 3:
		return sliceOf(g.anything(depth - 1))
	case 4, 5:
		return mapOf(g.flatType(1), g.anything(depth-1))
	case 6:
		return pointerTo(g.anything(depth - 1))
	case 7:
		return g.funcType()
	case 8:
		return anyT
	case 9:
		return structOf([]field{{"A", g.anything(depth - 1), false}, {"b", g.basic(), false}})
	}
	return g.basic()
}

func (g *gen) funcType() *typ {
	var params []*typ
	for range g.n(3) {
		params = append(params, g.flatType(0))
	}
	return funcOf(params, g.flatType(0))
}

func (g *gen) anyNamed() *typ {
	if len(g.named) == 0 {
		return nil
	}
	return g.named[g.n(len(g.named))]
}
