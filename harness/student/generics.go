package student

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"github.com/miniflow/grader/harness/student/lower"
	"github.com/miniflow/grader/harness/student/std"
)

// genericName is the name under which package generic is imported. No student
// can declare it: it isn't an identifier.
const genericName = "generic·"

// replaceGenerics turns uses of generic functions that exist in otherwise
// compiled packages (sync.OnceValue) into uses of their sources in package
// generic, and checks the package again.
func (c *checked) replaceGenerics() error {
	replaced := false
	var failure error
	ast.Inspect(c.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if fn := c.hostGeneric(n.Sel); fn != nil {
				if x, ok := n.X.(*ast.Ident); ok {
					replaced = true
					x.Name = genericName
					return false
				}
			}
		case *ast.Ident:
			if fn := c.hostGeneric(n); fn != nil {
				failure = &lower.Unsupported{Pos: n.Pos(), What: fmt.Sprintf("%s without its package's name", fn.Name())}
			}
		}
		return true
	})
	if failure != nil || !replaced {
		return failure
	}
	spec := &ast.ImportSpec{
		Name: ast.NewIdent(genericName),
		Path: &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(std.GenericPath)},
	}
	c.file.Imports = append(c.file.Imports, spec)
	c.file.Decls = append([]ast.Decl{&ast.GenDecl{Tok: token.IMPORT, Specs: []ast.Spec{spec}}}, c.file.Decls...)
	// The package whose function was replaced may be unused now; nothing else
	// can be wrong.
	c.run(c.files)
	return nil
}

// hostGeneric returns the generic function that id names, if it belongs to a
// compiled package.
func (c *checked) hostGeneric(id *ast.Ident) *types.Func {
	fn, ok := c.info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg() == c.pkg || fn.Signature().TypeParams().Len() == 0 {
		return nil
	}
	if _, _, ok := c.importer.Source(fn.Pkg().Path()); ok {
		return nil
	}
	return fn
}
