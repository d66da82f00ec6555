package main

import (
	"fmt"
	"go/types"
)

// A reach follows the types that compiled objects lead to: through signatures,
// exported fields and exported methods.
type reach struct {
	seen  map[types.Type]bool
	names []*types.TypeName // the exported, non-generic named types, as found
}

func newReach() *reach { return &reach{seen: map[types.Type]bool{}} }

// object follows an object's type. It is an error if that leads to an unsafe
// pointer.
func (r *reach) object(object types.Object) error {
	if err := r.typ(object.Type()); err != nil {
		return fmt.Errorf("%s: %w", object, err)
	}
	return nil
}

func (r *reach) typ(typ types.Type) error {
	if r.seen[typ] {
		return nil
	}
	r.seen[typ] = true
	switch typ := typ.(type) {
	case *types.Basic:
		if typ.Kind() == types.UnsafePointer {
			return fmt.Errorf("it leads to an unsafe pointer")
		}
	case *types.Alias:
		return r.typ(types.Unalias(typ))
	case *types.Named:
		return r.named(typ)
	case *types.Pointer:
		return r.typ(typ.Elem())
	case *types.Slice:
		return r.typ(typ.Elem())
	case *types.Array:
		return r.typ(typ.Elem())
	case *types.Chan:
		return r.typ(typ.Elem())
	case *types.Map:
		return r.all(typ.Key(), typ.Elem())
	case *types.Signature:
		return r.all(typ.Params(), typ.Results())
	case *types.Tuple:
		for v := range typ.Variables() {
			if err := r.typ(v.Type()); err != nil {
				return err
			}
		}
	case *types.Struct:
		for field := range typ.Fields() {
			// What an embedded type promotes is exported even if the type isn't.
			if field.Exported() || field.Embedded() {
				if err := r.typ(field.Type()); err != nil {
					return err
				}
			}
		}
	case *types.Interface:
		for method := range typ.Methods() {
			if err := r.typ(method.Type()); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("it leads to %s, a %T", typ, typ)
	}
	return nil
}

func (r *reach) named(typ *types.Named) error {
	for argument := range typ.TypeArgs().Types() {
		if err := r.typ(argument); err != nil {
			return err
		}
	}
	name := typ.Obj()
	if name.Pkg() != nil && name.Exported() && typ.TypeArgs().Len() == 0 {
		r.names = append(r.names, name)
	}
	for method := range typ.Methods() {
		if method.Exported() {
			if err := r.typ(method.Type()); err != nil {
				return err
			}
		}
	}
	return r.typ(typ.Underlying())
}

func (r *reach) all(list ...types.Type) error {
	for _, typ := range list {
		if err := r.typ(typ); err != nil {
			return err
		}
	}
	return nil
}
