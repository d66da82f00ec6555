package main

import (
	"bytes"
	"fmt"
	"go/types"
	"strings"
)

// wrappable reports whether the interpreter needs a wrapper for an interface:
// a compiled type with which it hands interpreted values to compiled code. An
// interface that lists types, or that has unexported methods, can have none.
func wrappable(object *types.TypeName) (*types.Interface, bool) {
	face, ok := object.Type().Underlying().(*types.Interface)
	if !ok || !face.IsMethodSet() || face.NumMethods() == 0 {
		return nil, false
	}
	for i := range face.NumMethods() {
		if !face.Method(i).Exported() {
			return nil, false
		}
	}
	return face, true
}

// writeWrapper writes a struct type that has the methods of face and calls a
// field of its own for each. Names and order of the fields are the
// interpreter's: IValue, then W and the method's name, by name.
func writeWrapper(out *bytes.Buffer, name string, face *types.Interface, imports importSet) {
	var fields, methods bytes.Buffer
	for i := range face.NumMethods() {
		method := face.Method(i)
		signature := method.Signature()
		params := make([]string, signature.Params().Len())
		args := make([]string, signature.Params().Len())
		for j := range params {
			args[j] = fmt.Sprintf("a%d", j)
			typ := types.TypeString(signature.Params().At(j).Type(), imports.name)
			params[j] = args[j] + " " + typ
			if signature.Variadic() && j == len(params)-1 {
				params[j] = args[j] + " ..." + strings.TrimPrefix(typ, "[]")
				args[j] += "..."
			}
		}
		results := make([]string, signature.Results().Len())
		for j := range results {
			results[j] = types.TypeString(signature.Results().At(j).Type(), imports.name)
		}
		shape := fmt.Sprintf("(%s) (%s)", strings.Join(params, ", "), strings.Join(results, ", "))
		fmt.Fprintf(&fields, "W%s func%s\n", method.Name(), shape)
		call := fmt.Sprintf("w.W%s(%s)", method.Name(), strings.Join(args, ", "))
		if len(results) > 0 {
			call = "return " + call
		}
		if method.Name() == "String" && shape == "() (string)" {
			// The interpreter itself prints zero wrappers.
			call = "if w.WString == nil {\nreturn \"\"\n}\n" + call
		}
		fmt.Fprintf(&methods, "func (w %s) %s%s {\n%s\n}\n", name, method.Name(), shape, call)
	}
	fmt.Fprintf(out, "\ntype %s struct {\nIValue any\n%s}\n\n%s", name, fields.Bytes(), methods.Bytes())
}
