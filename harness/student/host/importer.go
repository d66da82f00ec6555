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
		// What the embedded sources import can't be known before they are parsed,
		// which is when it may have been imported already.
		whole: map[string]bool{"cmp": true, "iter": true, std.OrderPath: true},
	}
}

// Import returns the package with the given path, always the same. It knows the
// packages of [Allowed] and those that the embedded sources need.
func (im *Importer) Import(path string) (*types.Package, error) {
	if pkg := im.packages[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	if files, ok := std.Source(path); ok {
		return im.check(path, files)
	}
	data, ok := exportData(path)
	if !ok {
		return nil, fmt.Errorf("package %s is not offered", path)
	}
	wanted := im.wanted(path)
	if path == "sync" && wanted != nil {
		wanted["OnceFunc"] = true // for package generic
	}
	return readExport(im.fset, im.packages, path, data, wanted)
}

// Source returns the files and the type information of a package that was
// imported from its sources, for building its functions. It reports false for
// any other package, and for one that nobody has imported.
func (im *Importer) Source(path string) (files []*ast.File, info *types.Info, ok bool) {
	source, ok := im.sources[path]
	return source.files, source.info, ok
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
	if wanted := im.wanted(path); wanted != nil {
		keep(parsed, wanted)
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
