package host

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"

	"github.com/miniflow/grader/harness/student/std"
)

// GoVersion is the language version of the embedded sources, which is the one
// of this module.
const GoVersion = "go1.26"

// An Importer imports packages for the type checker: compiled ones from
// embedded export data, without positions, and cmp, maps, slices and package
// generic of folder std from embedded sources. It is good for one check and not
// for concurrent use.
type Importer struct {
	fset     *token.FileSet
	packages map[string]*types.Package
	sources  map[string]source
	wants    map[string]names
	whole    map[string]bool
}

// source is a package that was checked from its sources.
type source struct {
	files []*ast.File
	info  *types.Info
}

// NewImporter returns an Importer that adds the files of embedded sources to
// fset.
func NewImporter(fset *token.FileSet) *Importer {
	return &Importer{
		fset:     fset,
		packages: map[string]*types.Package{"unsafe": types.Unsafe},
		sources:  map[string]source{},
		wants:    map[string]names{},
		whole:    map[string]bool{},
	}
}

// Import returns the package with the given path, always the same. It knows the
// packages of [Allowed] and those that the embedded sources need.
func (im *Importer) Import(path string) (*types.Package, error) {
	if pkg := im.packages[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	if files, ok := im.files(path); ok {
		return im.check(path, files)
	}
	data, ok := exportData(path)
	if !ok {
		return nil, fmt.Errorf("package %s is not offered", path)
	}
	return readExport(im.fset, im.packages, path, data, im.wanted(path))
}

// Source returns the files and the type information of a package that was
// imported from its sources, for building its functions. It reports false for
// any other package, and for one that nobody has imported.
func (im *Importer) Source(path string) (files []*ast.File, info *types.Info, ok bool) {
	source, ok := im.sources[path]
	return source.files, source.info, ok
}

// files returns what is wanted of a package that is checked from its sources.
func (im *Importer) files(path string) ([]std.File, bool) {
	if wanted := im.wanted(path); wanted != nil {
		return std.Select(path, wanted)
	}
	return std.Source(path)
}

// check imports a package from its sources.
func (im *Importer) check(path string, files []std.File) (*types.Package, error) {
	parsed := make([]*ast.File, len(files))
	for i, file := range files {
		var err error
		parsed[i], err = parser.ParseFile(im.fset, file.Name, file.Text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
	}
	info := NewInfo()
	config := types.Config{Importer: im, GoVersion: GoVersion}
	pkg, err := config.Check(path, im.fset, parsed, info)
	if err != nil {
		return nil, err
	}
	im.packages[path] = pkg
	im.sources[path] = source{parsed, info}
	return pkg, nil
}

// NewInfo returns an Info with every map that building SSA form takes.
func NewInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Instances:    map[*ast.Ident]types.Instance{},
		Scopes:       map[ast.Node]*types.Scope{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		FileVersions: map[*ast.File]string{},
	}
}
