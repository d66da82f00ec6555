package student

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/miniflow/grader/harness/student/lower"
	"golang.org/x/tools/go/ssa"
)

// A Program is a student's file, checked and lowered.
type Program struct {
	lowered *lower.Result
	written int
}

// GradientLine is the line of the file on which Backward sets its gradient or,
// after that, last writes to it; 0 if that can't be said of one line.
func (p *Program) GradientLine() int { return p.written }

// Source is the lowered program, for those who maintain the lowering.
func (p *Program) Source() string { return p.lowered.Source }

// Compile checks src, a file of the given name, and lowers it. It runs none of
// its code. A panic in here is the grader's fault and comes out as NeedsReview.
func Compile(name string, src []byte) (*Program, *Rejection) {
	p, r := compile(name, src, false)
	if r != nil && r.Status == NeedsReview {
		// It may want a function of the kit that is not compiled: with sources.
		return compile(name, src, true)
	}
	return p, r
}

func compile(name string, src []byte, bodies bool) (p *Program, r *Rejection) {
	defer func() {
		if e := recover(); e != nil {
			p, r = nil, &Rejection{Status: NeedsReview, Message: fmt.Sprintf("%s: the grader failed to prepare this file: %v", name, e)}
		}
	}()
	c, r := check(name, src, bodies)
	if r != nil {
		return nil, r
	}
	if err := c.replaceGenerics(); err != nil {
		return nil, c.review(err)
	}
	pkg := c.build()
	entry := c.entry(pkg)
	written := c.lastWrite(entry)
	res, err := lower.Lower(lower.Program{
		Pkg:         pkg,
		Kit:         func(pos token.Pos) bool { return !c.own(pos) },
		Source:      func(path string) bool { _, _, ok := c.importer.Source(path); return ok },
		Line:        c.line,
		Statement:   lower.Statements(c.file),
		Concurrent:  c.concurrent(),
		UsesRecover: bytes.Contains(src, []byte("recover")),
	}, entry)
	if err != nil {
		return nil, c.review(err)
	}
	return &Program{res, written}, nil
}

// line is the line of the student's file that pos is on; 0 if on none.
func (c *checked) line(pos token.Pos) int {
	if !c.own(pos) {
		return 0
	}
	return c.position(pos).Line
}

// concurrent reports whether the file may start goroutines: by a go statement,
// or by sync.WaitGroup's Go.
func (c *checked) concurrent() bool {
	found := false
	ast.Inspect(c.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.SelectorExpr:
			found = found || n.Sel.Name == "Go"
		}
		return !found
	})
	return found
}

// review turns an error of the lowering into a rejection that is our fault.
func (c *checked) review(err error) *Rejection {
	r := &Rejection{Status: NeedsReview, Message: err.Error()}
	if u, ok := err.(*lower.Unsupported); ok && c.own(u.Pos) {
		at := c.position(u.Pos)
		r.Diagnostics = []Diagnostic{{at.Line, at.Column, "warning", u.What + " can't be interpreted faithfully"}}
		r.Message = fmt.Sprintf("line %d: %s", at.Line, r.Message)
	}
	return r
}

// build makes the SSA form of the student's package and of those that it
// imports from source. Of the others, only the declarations are made.
func (c *checked) build() *ssa.Package {
	prog := ssa.NewProgram(c.fset, ssa.InstantiateGenerics)
	made := map[*types.Package]bool{}
	var sources []*ssa.Package
	var create func(p *types.Package)
	create = func(p *types.Package) {
		if made[p] {
			return
		}
		made[p] = true
		files, info, ok := c.importer.Source(p.Path())
		if !ok {
			prog.CreatePackage(p, nil, nil, true)
			return
		}
		for _, imp := range p.Imports() {
			create(imp)
		}
		sources = append(sources, prog.CreatePackage(p, files, info, true))
	}
	for _, imp := range c.pkg.Imports() {
		create(imp)
	}
	for _, p := range sources {
		p.Build()
	}
	pkg := prog.CreatePackage(c.pkg, c.files, c.info, false)
	pkg.Build()
	return pkg
}

// entry is the student's Backward as a function of a *Sigmoid, whatever its
// receiver.
func (c *checked) entry(pkg *ssa.Package) *ssa.Function {
	sigmoid := types.NewPointer(c.pkg.Scope().Lookup("Sigmoid").Type())
	sel := pkg.Prog.MethodSets.MethodSet(sigmoid).Lookup(c.pkg, "Backward")
	return pkg.Prog.MethodValue(sel)
}
