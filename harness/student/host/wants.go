package host

import (
	"go/ast"
	"maps"
	"path"
	"strconv"
	"strings"
)

// names is a set of names; nil is the set of all.
type names map[string]bool

// Want makes [Importer.Import] leave out what nobody wants of a package: the
// package then has the objects with these names, as far as there are any, those
// wanted by other calls, and whatever they need. Other packages are imported
// whole, but for cmp and iter, which the embedded sources import for a few names
// of their own. Want has no effect on a package that was imported before.
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
	needed := neededBySources(path)
	wanted := im.wants[path]
	if len(im.wants) == 0 || im.whole[path] || wanted == nil && needed == nil {
		return nil
	}
	all := maps.Clone(wanted)
	if all == nil {
		all = names{}
	}
	for _, name := range needed {
		all[name] = true
	}
	return all
}

// neededBySources returns what the embedded sources use of other packages. A
// package may be imported for the student's file before it is for them.
func neededBySources(path string) []string {
	switch path {
	case "cmp":
		return []string{"Compare", "Ordered"}
	case "iter":
		return []string{"Seq", "Seq2"}
	case "sync":
		return []string{"OnceFunc"}
	}
	return nil
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
