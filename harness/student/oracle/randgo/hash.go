package randgo

import (
	"fmt"
	"strings"
)

// hash writes an expression that computes the hash of a value.
func (g *gen) hash(t *typ, value string) string {
	switch {
	case t.kind == boolean:
		return fmt.Sprintf("hashBool(bool(%s))", value)
	case t.kind == integer:
		return fmt.Sprintf("uint64(%s)", value)
	case t.kind == float:
		return fmt.Sprintf("hashFloat(float64(%s))", value)
	case t.kind == text:
		return fmt.Sprintf("hashString(string(%s))", value)
	}
	return fmt.Sprintf("%s(%s, 4)", g.hasher(t), value)
}

// hasher returns the name of the function that hashes values of a type.
func (g *gen) hasher(t *typ) string {
	name := g.hashers[t.String()]
	if name == "" {
		name = g.name("hash")
		g.hashers[t.String()] = name
		g.hashed = append(g.hashed, t)
	}
	return name
}

// hashFunctions writes all functions that hasher promised.
func (g *gen) hashFunctions() string {
	var b strings.Builder
	for i := 0; i < len(g.hashed); i++ { // the list grows meanwhile
		t := g.hashed[i]
		fmt.Fprintf(&b, "\nfunc %s(x %s, depth int) (h uint64) {\nif depth <= 0 {\nreturn 9\n}\n%sreturn h\n}\n", g.hashers[t.String()], t, g.hashBody(t))
	}
	return b.String()
}

// part writes the hash of a part of a value.
func (g *gen) part(t *typ, value string) string {
	if t.kind <= text && t.kind != complexNumber {
		return g.hash(t, value)
	}
	return fmt.Sprintf("%s(%s, depth-1)", g.hasher(t), value)
}

func (g *gen) hashBody(t *typ) string {
	switch t.kind {
	case complexNumber:
		return "h = hashFloat(float64(real(x)))*31 + hashFloat(float64(imag(x)))\n"
	case array, slice:
		return fmt.Sprintf("h = uint64(len(x))\nfor _, e := range x {\nh = h*31 + %s\n}\n", g.part(t.elem, "e"))
	case mapping:
		return fmt.Sprintf("h = uint64(len(x))\nfor k, e := range x {\nh += %s*(%s|1) + 1\n}\n", g.part(t.key, "k"), g.part(t.elem, "e"))
	case structure:
		var b strings.Builder
		for _, f := range t.fields {
			fmt.Fprintf(&b, "h = h*31 + %s\n", g.part(f.t, "x."+f.name))
		}
		return b.String()
	case pointer:
		return fmt.Sprintf("if x != nil {\nh = 3 + %s\n}\n", g.part(t.elem, "*x"))
	case funcType:
		return "if x != nil {\nh = 17\n}\n"
	}
	// An interface: by what it holds. Only declared and basic types are ever
	// put into one, or pointers to declared types.
	var b strings.Builder
	b.WriteString("switch x := any(x).(type) {\ncase nil:\nh = 1\n")
	for _, of := range []*typ{boolT, intT, int8T, uint8T, int32T, uint64T, float32T, float64T, complex2, stringT} {
		fmt.Fprintf(&b, "case %s:\nh = 2 + %s\n", of, g.part(of, "x"))
	}
	for i, of := range g.named {
		if of.kind != iface {
			fmt.Fprintf(&b, "case %s:\nh = %d + %s\n", of, 3+i, g.part(of, "x"))
		}
	}
	b.WriteString("case error:\nh = hashString(x.Error())\ndefault:\nh = 99\n}\n")
	return b.String()
}
