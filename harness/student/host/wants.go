package host

import (
	"go/ast"
	"go/token"
	"path"
	"strconv"
	"strings"
)

// names is a set of names; nil is the set of all.
type names map[string]bool

// Want makes [Importer.Import] leave out what nobody wants of a package: the
// package then has the objects with these names, as far as there are any, those
// wanted by other calls, and whatever they need. Packages that nobody has wanted
// anything of are imported whole. Want has no effect on a package that was
// imported before.
func (im *Importer) Want(path string, names ...string) {
	wanted := im.wants[path]
	if wanted == nil {
		wanted = map[string]bool{}
		im.wants[path] = wanted
	}
	for _, name := range names {
		wanted[name] = true
	}
}

// WantFile wants what a file mentions of the packages that it imports. It must
// be called for all files of a check before the first import. A file that
// imports a package with a dot wants it whole.
func (im *Importer) WantFile(file *ast.File) {
	paths := map[string]string{} // by the name in the file
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the type checker says so
		}
		name := importName(spec)
		if name == "." {
			im.whole[path] = true
			continue
		}
		im.Want(path)
		paths[name] = path
	}
	for name, selected := range selections(file) {
		if path, ok := paths[name]; ok {
			im.Want(path, selected...)
		}
	}
}

// wanted returns the names to import of a package.
func (im *Importer) wanted(path string) names {
	if im.whole[path] {
		return nil
	}
	return im.wants[path]
}

// importName returns the name that an import has in its file. The packages that
// are offered are all named like the last element of their paths.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return path.Base(strings.Trim(spec.Path.Value, "\"`"))
}

// selections returns what is selected from plain identifiers, packages or not.
func selections(node ast.Node) map[string][]string {
	found := map[string][]string{}
	ast.Inspect(node, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok {
				found[x.Name] = append(found[x.Name], selector.Sel.Name)
			}
		}
		return true
	})
	return found
}

// keep removes the declarations of a package that wanted and the kept
// declarations don't need, and the imports that are no longer used.
func keep(files []*ast.File, wanted names) {
	declared := map[string]ast.Node{}
	for _, file := range files {
		for _, decl := range file.Decls {
			for _, name := range declaredNames(decl) {
				declared[name] = decl
			}
		}
	}
	kept := map[ast.Node]bool{}
	var need func(name string)
	need = func(name string) {
		decl, ok := declared[name]
		if !ok || kept[decl] {
			return
		}
		kept[decl] = true
		// Local names that happen to be those of declarations keep too much, at
		// worst.
		ast.Inspect(decl, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.SelectorExpr:
				ast.Inspect(node.X, func(node ast.Node) bool {
					if ident, ok := node.(*ast.Ident); ok {
						need(ident.Name)
					}
					return true
				})
				return false
			case *ast.Ident:
				need(node.Name)
			}
			return true
		})
	}
	for name := range wanted {
		need(name)
		if declared[name] == nil {
			for other := range declared {
				if strings.EqualFold(other, name) {
					need(other)
				}
			}
		}
	}
	for _, file := range files {
		prune(file, kept)
	}
}

// prune removes the declarations that aren't kept, and the imports that are no
// longer used.
func prune(file *ast.File, kept map[ast.Node]bool) {
	used := map[string]bool{}
	var decls []ast.Decl
	for _, decl := range file.Decls {
		if kept[decl] {
			decls = append(decls, decl)
			for name := range selections(decl) {
				used[name] = true
			}
		}
	}
	var imports []*ast.ImportSpec
	var specs []ast.Spec
	for _, spec := range file.Imports {
		if used[importName(spec)] {
			imports = append(imports, spec)
			specs = append(specs, spec)
		}
	}
	if len(specs) > 0 {
		decl := &ast.GenDecl{TokPos: file.Name.End(), Tok: token.IMPORT, Lparen: file.Name.End(), Specs: specs, Rparen: specs[len(specs)-1].End()}
		decls = append([]ast.Decl{decl}, decls...)
	}
	file.Decls, file.Imports = decls, imports
}

// declaredNames returns the names that a declaration adds to its package.
func declaredNames(decl ast.Decl) []string {
	var names []string
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return []string{decl.Name.Name}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}
