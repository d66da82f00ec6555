package main

import (
	"encoding/binary"
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// shard takes export data apart, so that package host can put together data
// with fewer objects. The indexed format is
//
//	'i', version, length of strings, length of declarations,
//	strings, declarations,
//	number of packages, and for each one
//	  path, name, height, number of objects, and for each one
//	    name, offset of its declaration
//
// where every number is an unsigned varint, names and paths are offsets into
// strings, and the exported package comes first. A reader declares at once the
// objects that are listed for the first package, and others as they are
// mentioned: of a list that is cut down to some objects and those of the same
// package that they mention, in as many steps as it takes, it makes only these.
//
// The result is
//
//	length of head, head: everything up to the number of the first package's objects
//	their number, and for each one
//	  length of its name, its name, length of its entry, its entry as above,
//	  number of mentioned objects, their indices in this list
//	everything behind the first package
func shard(data []byte, pkg *types.Package) ([]byte, error) {
	d := decoder{data: data, at: 1}
	d.uint() // version
	stringsLength, declsLength := d.uint(), d.uint()
	if rest := uint64(max(0, len(data)-d.at)); stringsLength > rest || declsLength > rest-stringsLength {
		return nil, fmt.Errorf("export data ends early")
	}
	texts := data[d.at:][:stringsLength]
	d.at += int(stringsLength + declsLength)
	d.uint() // number of packages
	d.uint() // path
	d.uint() // name
	d.uint() // height
	head := data[:d.at]

	type entry struct {
		name string
		raw  []byte
	}
	entries := make([]entry, d.uint())
	index := map[string]int{}
	for i := range entries {
		start := d.at
		name, err := stringAt(texts, d.uint())
		if err != nil {
			return nil, err
		}
		d.uint() // offset
		entries[i] = entry{name, data[start:d.at]}
		index[name] = i
	}
	if d.failed {
		return nil, fmt.Errorf("export data ends early")
	}

	out := appendBytes(nil, head)
	out = binary.AppendUvarint(out, uint64(len(entries)))
	for _, e := range entries {
		mentioned, err := mentionedIn(e.name, pkg, index)
		if err != nil {
			return nil, err
		}
		out = appendBytes(out, []byte(e.name))
		out = appendBytes(out, e.raw)
		out = binary.AppendUvarint(out, uint64(len(mentioned)))
		for _, i := range mentioned {
			out = binary.AppendUvarint(out, uint64(i))
		}
	}
	return append(out, data[d.at:]...), nil
}

// mentionedIn returns the indices of what the entry with a name mentions. Type
// parameters have entries too, T of F being F.T: they belong to F.
func mentionedIn(name string, pkg *types.Package, index map[string]int) ([]int, error) {
	if strings.Contains(name, ".") {
		return nil, nil
	}
	object := pkg.Scope().Lookup(name)
	if object == nil {
		return nil, fmt.Errorf("export data has an unknown object %s", name)
	}
	var mentioned []int
	for other := range mentions(object) {
		i, ok := index[other]
		if !ok {
			return nil, fmt.Errorf("export data lacks %s, which %s mentions", other, name)
		}
		mentioned = append(mentioned, i)
	}
	for other, i := range index {
		if strings.HasPrefix(other, name+".") {
			mentioned = append(mentioned, i)
		}
	}
	slices.Sort(mentioned)
	return mentioned, nil
}

func appendBytes(out, part []byte) []byte {
	return append(binary.AppendUvarint(out, uint64(len(part))), part...)
}

func stringAt(texts []byte, offset uint64) (string, error) {
	if offset > uint64(len(texts)) {
		return "", fmt.Errorf("export data has a bad string")
	}
	d := decoder{data: texts, at: int(offset)}
	length := d.uint()
	if d.failed || length > uint64(len(texts)-d.at) {
		return "", fmt.Errorf("export data has a bad string")
	}
	return string(texts[d.at:][:length]), nil
}

// A decoder reads varints, and zeros once it has failed.
type decoder struct {
	data   []byte
	at     int
	failed bool
}

func (d *decoder) uint() uint64 {
	value, n := binary.Uvarint(d.data[min(d.at, len(d.data)):])
	if n <= 0 {
		d.failed = true
		return 0
	}
	d.at += n
	return value
}

// mentions returns the names of the objects of its own package that an object's
// declaration mentions, those of its methods included.
func mentions(object types.Object) map[string]bool {
	m := mentioned{pkg: object.Pkg(), seen: map[types.Type]bool{}, names: map[string]bool{}}
	name, isType := object.(*types.TypeName)
	switch named, _ := object.Type().(*types.Named); {
	case isType && name.IsAlias():
		if alias, ok := object.Type().(*types.Alias); ok {
			m.params(alias.TypeParams())
			m.typ(alias.Rhs())
		} else {
			m.typ(object.Type())
		}
	case isType && named != nil:
		m.params(named.TypeParams())
		m.typ(named.Underlying())
		for method := range named.Methods() {
			m.typ(method.Type())
		}
	default:
		m.typ(object.Type())
	}
	delete(m.names, object.Name())
	return m.names
}

// mentioned collects the names of package pkg that types mention.
type mentioned struct {
	pkg   *types.Package
	seen  map[types.Type]bool
	names map[string]bool
}

func (m *mentioned) name(object types.Object) {
	if object.Pkg() == m.pkg {
		m.names[object.Name()] = true
	}
}

func (m *mentioned) params(list *types.TypeParamList) {
	for param := range list.TypeParams() {
		m.typ(param.Constraint())
	}
}

func (m *mentioned) list(list *types.TypeList) {
	for typ := range list.Types() {
		m.typ(typ)
	}
}

func (m *mentioned) typ(typ types.Type) {
	if typ == nil || m.seen[typ] {
		return
	}
	m.seen[typ] = true
	switch typ := typ.(type) {
	case *types.Named:
		m.name(typ.Obj())
		m.list(typ.TypeArgs())
	case *types.Alias:
		m.name(typ.Obj())
		m.list(typ.TypeArgs())
		m.typ(typ.Rhs())
	case *types.TypeParam:
		m.typ(typ.Constraint())
	case *types.Map:
		m.typ(typ.Key())
		m.typ(typ.Elem())
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		m.typ(typ.Elem())
	case *types.Signature:
		m.params(typ.TypeParams())
		m.params(typ.RecvTypeParams())
		m.typ(typ.Params())
		m.typ(typ.Results())
	case *types.Tuple:
		for v := range typ.Variables() {
			m.typ(v.Type())
		}
	case *types.Struct:
		for field := range typ.Fields() {
			m.typ(field.Type())
		}
	case *types.Interface:
		for method := range typ.ExplicitMethods() {
			m.typ(method.Type())
		}
		for embedded := range typ.EmbeddedTypes() {
			m.typ(embedded)
		}
	case *types.Union:
		for term := range typ.Terms() {
			m.typ(term.Type())
		}
	}
}
