package student

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/miniflow/grader/harness/lazy"
	"github.com/miniflow/grader/harness/student/host"
	"github.com/miniflow/grader/reference/kit"
)

// fileName is the name of the student's file among the kit's.
const fileName = "sigmoid.go"

// packageName is the name of the package that the file belongs to.
const packageName = "miniflow"

// checked is a file that the compiler would take.
type checked struct {
	name     string // of the file, in messages
	fset     *token.FileSet
	file     *ast.File // the student's
	files    []*ast.File
	pkg      *types.Package
	info     *types.Info
	importer *host.Importer
	// bodies says that the kit's function bodies are there: most files need no
	// more of the kit than its declarations.
	bodies bool
}

// position is pos in the file as it is, whatever its //line comments say.
func (c *checked) position(pos token.Pos) token.Position { return c.fset.PositionFor(pos, false) }

// own reports whether pos is in the student's file.
func (c *checked) own(pos token.Pos) bool {
	return pos.IsValid() && c.file.FileStart <= pos && pos < c.file.FileEnd
}

// check parses and type-checks src with the kit, or with its declarations. name is
// the file's in messages.
func check(name string, src []byte, bodies bool) (*checked, *Rejection) {
	c := &checked{name: name, fset: token.NewFileSet(), bodies: bodies}
	var err error
	c.file, err = parser.ParseFile(c.fset, fileName, src, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	if err != nil {
		return nil, reject(CompileError, syntaxErrors(err))
	}
	for _, test := range []func() *Rejection{c.packageClause, c.buildConstraint, c.imports, c.directives} {
		if r := test(); r != nil {
			return nil, r
		}
	}
	c.bodies = c.bodies || c.touchesKit()
	if err := c.parseKit(); err != nil {
		return nil, &Rejection{Status: NeedsReview, Message: "the kit does not parse: " + err.Error()}
	}
	r := c.typeCheck()
	if !c.bodies && (r != nil && r.Status == CompileError || r == nil && !c.sigmoidIsNode()) {
		return check(name, src, true) // the whole kit knows all that is wrong
	}
	return c, r
}

// sigmoidIsNode reports whether *Sigmoid implements Node, on which the kit's own
// functions rely.
func (c *checked) sigmoidIsNode() bool {
	node, ok := c.pkg.Scope().Lookup("Node").Type().Underlying().(*types.Interface)
	return ok && types.Implements(types.NewPointer(c.pkg.Scope().Lookup("Sigmoid").Type()), node)
}

// syntaxErrors lists the parser's errors, one a line as the compiler does.
func syntaxErrors(err error) []Diagnostic {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return []Diagnostic{errorAt(1, 1, "%s", err)}
	}
	list.RemoveMultiples()
	var ds []Diagnostic
	for _, e := range list {
		ds = append(ds, errorAt(e.Pos.Line, e.Pos.Column, "syntax error: %s", strings.TrimPrefix(e.Msg, "syntax error: ")))
	}
	return ds
}

// packageClause rejects a file of another package: together with the kit, it is
// none.
func (c *checked) packageClause() *Rejection {
	if name := c.file.Name; name.Name != packageName {
		at := c.position(name.Pos())
		return reject(CompileError, []Diagnostic{errorAt(at.Line, at.Column, "package %s; expected package %s", name.Name, packageName)})
	}
	return nil
}

// buildConstraint rejects a file that the Go command would leave out. A
// //go:build line counts before // +build lines, which count only if a blank
// line follows.
func (c *checked) buildConstraint() *Rejection {
	var old []*ast.Comment
	for _, group := range c.file.Comments {
		if group.Pos() >= c.file.Package {
			break
		}
		apart := c.position(group.End()).Line+1 < c.position(c.file.Package).Line
		for _, comment := range group.List {
			switch {
			case constraint.IsGoBuild(comment.Text):
				return c.evaluate(comment)
			case constraint.IsPlusBuild(comment.Text) && apart:
				old = append(old, comment)
			}
		}
	}
	for _, comment := range old {
		if r := c.evaluate(comment); r != nil {
			return r
		}
	}
	return nil
}

// evaluate rejects the file if a build constraint doesn't hold.
func (c *checked) evaluate(comment *ast.Comment) *Rejection {
	at := c.position(comment.Pos())
	expr, err := constraint.Parse(comment.Text)
	if err != nil {
		return reject(CompileError, []Diagnostic{errorAt(at.Line, at.Column, "parsing build constraint: %s", err)})
	}
	if !expr.Eval(buildTag) {
		return reject(CompileError, []Diagnostic{errorAt(at.Line, at.Column, "build constraints exclude this file: %s", expr)})
	}
	return nil
}

// buildTag reports whether a build tag holds for the kit.
func buildTag(tag string) bool {
	switch tag {
	case runtime.GOOS, runtime.GOARCH, "gc":
		return true
	case "unix":
		return runtime.GOOS != "windows"
	}
	minor, ok := strings.CutPrefix(tag, "go1.")
	if !ok {
		return false
	}
	n, err := strconv.Atoi(minor)
	limit, _ := strconv.Atoi(strings.TrimPrefix(host.GoVersion, "go1."))
	return err == nil && n <= limit
}

// imports rejects a file that imports what it may not.
func (c *checked) imports() *Rejection {
	var ds []Diagnostic
	for _, spec := range c.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err == nil && slices.Contains(host.Allowed, path) {
			continue
		}
		at := c.position(spec.Path.Pos())
		ds = append(ds, errorAt(at.Line, at.Column, "the import of %s is not allowed here", spec.Path.Value))
	}
	return c.forbidden(ds)
}

// directives rejects a file that reaches past its imports by a comment.
func (c *checked) directives() *Rejection {
	var ds []Diagnostic
	for _, group := range c.file.Comments {
		for _, comment := range group.List {
			for _, d := range []string{"//go:linkname", "//go:cgo_", "//go:embed"} {
				if strings.HasPrefix(comment.Text, d) {
					at := c.position(comment.Pos())
					ds = append(ds, errorAt(at.Line, at.Column, "the directive %s is not allowed here", strings.Fields(comment.Text)[0]))
				}
			}
		}
	}
	return c.forbidden(ds)
}

func (c *checked) forbidden(ds []Diagnostic) *Rejection {
	if len(ds) == 0 {
		return nil
	}
	r := reject(ForbiddenImport, ds)
	r.Message += "; allowed imports: " + strings.Join(host.Allowed, " ")
	return r
}

// parseKit adds the kit's files, in the order in which the Go command would
// compile all of them, or the stubs.
func (c *checked) parseKit() error {
	sources := map[string][]byte{"kit.go": stubs}
	if c.bodies {
		sources = kit.Sources()
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		if name > fileName && !slices.Contains(c.files, c.file) {
			c.files = append(c.files, c.file)
		}
		f, err := parser.ParseFile(c.fset, name, sources[name], parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		c.files = append(c.files, f)
	}
	if !slices.Contains(c.files, c.file) {
		c.files = append(c.files, c.file)
	}
	return nil
}

// touchesKit reports whether the file may change what the kit's own function
// bodies mean, and whether they compile: it declares a predeclared name, or the name
// of a package that they import, for the whole package, or methods on other types
// than Sigmoid.
func (c *checked) touchesKit() bool {
	for _, decl := range c.file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && usedByKit(d.Name) || d.Recv != nil && onKitType(d.Recv) {
				return true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if usedByKit(s.Name) {
						return true
					}
				case *ast.ValueSpec:
					if slices.ContainsFunc(s.Names, usedByKit) {
						return true
					}
				}
			}
		}
	}
	return false
}

func usedByKit(id *ast.Ident) bool {
	return types.Universe.Lookup(id.Name) != nil || slices.Contains(kitImports, id.Name)
}

func onKitType(recv *ast.FieldList) bool {
	found := false
	ast.Inspect(recv, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			switch id.Name {
			case "Input", "Linear", "MSE", "vertex":
				found = true
			}
		}
		return true
	})
	return found
}

// typeCheck checks the package. A file without Backward gets an empty one, so
// that its other errors are told from this lack.
func (c *checked) typeCheck() *Rejection {
	errs := c.run(c.files)
	if c.backward() == nil {
		stub, err := parser.ParseFile(c.fset, "stub.go", "package miniflow\nfunc (s *Sigmoid) Backward() {}\n", parser.SkipObjectResolution)
		if err != nil {
			return &Rejection{Status: NeedsReview, Message: err.Error()}
		}
		if len(c.run(append(slices.Clone(c.files), stub))) == 0 {
			return reject(MissingBackward, []Diagnostic{errorAt(1, 1, "there is no method Backward on *Sigmoid: func (s *Sigmoid) Backward()")})
		}
	}
	errs = append(errs, c.withoutBody()...)
	if len(errs) == 0 {
		return nil
	}
	slices.SortStableFunc(errs, func(a, b Diagnostic) int {
		return cmp.Or(
			// Errors in the kit's files that name no place in the student's last.
			cmp.Compare(b2i(a.Line == 0), b2i(b.Line == 0)),
			a.Line-b.Line, a.Column-b.Column)
	})
	return reject(CompileError, slices.Compact(errs))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// backward looks up the student's method.
func (c *checked) backward() *types.Func {
	if c.pkg == nil {
		return nil
	}
	obj := c.pkg.Scope().Lookup("Sigmoid")
	if obj == nil {
		return nil
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, c.pkg, "Backward")
	fn, _ := m.(*types.Func)
	return fn
}

// run type-checks files and returns the errors, placed in the student's file.
func (c *checked) run(files []*ast.File) []Diagnostic {
	c.importer = host.NewImporter(c.fset)
	for _, f := range files {
		c.importer.WantFile(f)
	}
	c.info = host.NewInfo()
	var ds []Diagnostic
	config := types.Config{
		Importer:  c.importer,
		GoVersion: host.GoVersion,
		Sizes:     types.SizesFor("gc", runtime.GOARCH),
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) {
				ds = append(ds, errorAt(1, 1, "%s", err))
				return
			}
			ds = c.add(ds, e)
		},
	}
	c.pkg, _ = config.Check(packageName, c.fset, files, c.info)
	return ds
}

// add adds a type error. The checker reports the places that belong to an error
// as errors of their own, indented; where the error itself is in one of the
// kit's files, such a place is the one to show.
func (c *checked) add(ds []Diagnostic, e types.Error) []Diagnostic {
	e.Msg = ownSources().ReplaceAllString(e.Msg, "")
	at := c.position(e.Pos)
	own := c.own(e.Pos)
	if rest, ok := strings.CutPrefix(e.Msg, "\t"); ok && len(ds) > 0 {
		last := &ds[len(ds)-1]
		if own && last.Line == 0 {
			last.Line, last.Column = at.Line, at.Column
			return ds
		}
		where := at.String()
		if own {
			where = fmt.Sprintf("%s:%d:%d", c.name, at.Line, at.Column)
		}
		last.Message += fmt.Sprintf("\n\t%s: %s", where, rest)
		return ds
	}
	if own {
		return append(ds, errorAt(at.Line, at.Column, "%s", c.versioned(e.Msg)))
	}
	d := errorAt(0, 0, "%s", e.Msg)
	// An error in the kit that names no place in the student's file comes from
	// a method of the wrong type.
	if strings.Contains(e.Msg, "Backward") {
		if fn := c.declaration("Backward"); fn != nil {
			p := c.position(fn.Name.Pos())
			d.Line, d.Column = p.Line, p.Column
		}
	}
	return append(ds, d)
}

// ownSources matches a mention of a place in the generic packages' embedded
// sources, which the student's standard library doesn't have.
var ownSources = lazy.Regexp(` \(declared at (?:slices|maps|cmp|generic)/[^)]*\)`)

// versioned adds to the error of a feature that is too new where the version
// comes from, as the compiler does.
func (c *checked) versioned(msg string) string {
	if !tooNew().MatchString(msg) {
		return msg
	}
	if v := c.file.GoVersion; v != "" {
		return fmt.Sprintf("%s (file declares //go:build %s)", msg, v)
	}
	return fmt.Sprintf("%s (-lang was set to %s; check go.mod)", msg, host.GoVersion)
}

var tooNew = lazy.Regexp(`requires go[0-9]+\.[0-9]+ or later`)

func (c *checked) declaration(method string) *ast.FuncDecl {
	for _, decl := range c.file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == method {
			return fn
		}
	}
	return nil
}

// withoutBody reports functions without a body, which the type checker leaves to the
// compiler.
func (c *checked) withoutBody() []Diagnostic {
	var ds []Diagnostic
	for _, decl := range c.file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body == nil && !(fn.Recv == nil && fn.Name.Name == "init") {
			at := c.position(fn.Name.Pos())
			ds = append(ds, errorAt(at.Line, at.Column, "missing function body"))
		}
	}
	return ds
}
