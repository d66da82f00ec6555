package oracle

import (
	"bytes"
	"cmp"
	"context"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"slices"
)

const (
	shrinkBatch  = 12  // candidates tried at once
	shrinkRounds = 120 // batches tried in all
)

// ShrinkDisagreement shrinks a program that came to the given verdict, to one
// of the same class. dir is a directory to build in.
func ShrinkDisagreement(ctx context.Context, dir string, p Program, v Verdict) (Program, error) {
	return Shrink(ctx, p, func(candidates []Program) ([]bool, error) {
		build, err := os.MkdirTemp(dir, "shrink")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(build)
		verdicts, err := Judge(ctx, build, candidates)
		if err != nil {
			return nil, err
		}
		shows := make([]bool, len(candidates))
		for i, got := range verdicts {
			// Left without its fuel, a program may run for ever.
			shows[i] = got.Class == v.Class && got.Native.Death == v.Native.Death
		}
		return shows, nil
	})
}

// Shrink returns a smaller program that still shows what differs tells of:
// declarations, statements and parts of expressions are left out as long as
// the rest type-checks and differs. differs gets several candidates at once,
// since building many is hardly slower than building one. Shrink gives up
// looking when ctx is done or after shrinkRounds; an error is one of differs.
func Shrink(ctx context.Context, p Program, differs func([]Program) ([]bool, error)) (Program, error) {
	checker, err := newTypeChecker()
	if err != nil {
		return p, err
	}
	s := &shrinker{checker: checker, differs: differs, current: p, left: shrinkRounds}
	for before := -1; before != len(s.current.Source) && s.left > 0 && ctx.Err() == nil; {
		before = len(s.current.Source)
		for _, pass := range []func([]byte) []cut{removable, replaceable} {
			if err := s.pass(ctx, pass); err != nil {
				return s.current, err
			}
		}
	}
	return s.current, nil
}

type shrinker struct {
	checker *typeChecker
	differs func([]Program) ([]bool, error)
	current Program
	left    int // rounds
}

// A cut replaces a range of the source by a part of that range; an empty part
// leaves it out.
type cut struct {
	from, to         int
	keepFrom, keepTo int
}

// pass tries the cuts in ever smaller groups of neighbours.
func (s *shrinker) pass(ctx context.Context, find func([]byte) []cut) error {
	for size := max(1, len(find(s.current.Source))/2); ; size /= 2 {
		for start := 0; ; {
			cuts := find(s.current.Source)
			if start >= len(cuts) {
				break
			}
			var batch []Program
			for len(batch) < shrinkBatch && start < len(cuts) {
				group := cuts[start:min(start+size, len(cuts))]
				start += size
				if src, ok := s.apply(group); ok {
					batch = append(batch, Program{Name: s.current.Name, Source: src, Graphs: s.current.Graphs})
				}
			}
			if len(batch) == 0 {
				continue
			}
			if s.left--; s.left < 0 || ctx.Err() != nil {
				return nil
			}
			verdicts, err := s.differs(batch)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return err
			}
			if smallest := s.smallest(batch, verdicts); smallest != nil {
				s.current = *smallest
				start = 0
			}
		}
		if size == 1 {
			return nil
		}
	}
}

func (s *shrinker) smallest(batch []Program, verdicts []bool) (found *Program) {
	for i := range batch {
		if verdicts[i] && (found == nil || len(batch[i].Source) < len(found.Source)) {
			found = &batch[i]
		}
	}
	return found
}

// apply makes the cuts, and then leaves out every statement, import or
// declaration that no longer type-checks. It fails if that doesn't end in a
// valid and smaller program.
func (s *shrinker) apply(cuts []cut) ([]byte, bool) {
	src := carve(s.current.Source, cuts)
	for range 40 {
		file, faults, err := s.checker.check(src)
		switch {
		case file == nil:
			return nil, false
		case err == nil:
			src = s.tidy(file, src)
			return src, len(src) < len(s.current.Source)
		}
		var repairs []cut
		for _, at := range faults {
			if c, ok := innermost(removableIn(file), at); ok {
				repairs = append(repairs, c)
			}
		}
		if len(repairs) == 0 {
			return nil, false
		}
		src = carve(src, repairs)
	}
	return nil, false
}

// tidy formats a file without its comments and empty lines.
func (s *shrinker) tidy(file *ast.File, src []byte) []byte {
	var formatted, lines bytes.Buffer
	if err := format.Node(&formatted, s.checker.fset, file); err != nil {
		return src
	}
	for line := range bytes.Lines(formatted.Bytes()) {
		if len(bytes.TrimSpace(line)) > 0 {
			lines.Write(line)
		}
	}
	return lines.Bytes()
}

func innermost(cuts []cut, at int) (found cut, ok bool) {
	for _, c := range cuts {
		if c.from <= at && at < c.to && (!ok || c.to-c.from < found.to-found.from) {
			found, ok = c, true
		}
	}
	return found, ok
}

// carve makes the cuts that don't lie in others.
func carve(src []byte, cuts []cut) []byte {
	cuts = slices.Clone(cuts)
	slices.SortFunc(cuts, func(a, b cut) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var out bytes.Buffer
	done := 0
	for _, c := range cuts {
		if c.from < done {
			continue
		}
		out.Write(src[done:c.from])
		out.Write(src[c.keepFrom:c.keepTo])
		done = c.to
	}
	out.Write(src[done:])
	return out.Bytes()
}

// removable finds the declarations and statements of a program.
func removable(src []byte) []cut {
	file := parse(src)
	if file == nil {
		return nil
	}
	return removableIn(file)
}

func removableIn(file *ast.File) []cut {
	base := file.FileStart
	var cuts []cut
	leaveOut := func(n ast.Node) {
		from, to := int(n.Pos()-base), int(n.End()-base)
		cuts = append(cuts, cut{from: from, to: to})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.File:
			for _, d := range n.Decls {
				if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.IMPORT || len(g.Specs) == 0 {
					leaveOut(d)
				}
			}
		case *ast.ImportSpec:
			leaveOut(n)
		case *ast.BlockStmt:
			for _, s := range n.List {
				leaveOut(s)
			}
		case *ast.CaseClause:
			leaveOut(n)
			for _, s := range n.Body {
				leaveOut(s)
			}
		case *ast.CommClause:
			for _, s := range n.Body {
				leaveOut(s)
			}
		case *ast.IfStmt:
			if n.Else != nil {
				cuts = append(cuts, cut{from: int(n.Body.End() - base), to: int(n.Else.End() - base)})
			}
		case *ast.StructType:
			for _, f := range n.Fields.List {
				leaveOut(f)
			}
		}
		return true
	})
	slices.SortFunc(cuts, func(a, b cut) int { return cmp.Compare(a.from, b.from) })
	return slices.Compact(cuts)
}

// replaceable finds expressions and statements that a part of them could
// stand for.
func replaceable(src []byte) []cut {
	file := parse(src)
	if file == nil {
		return nil
	}
	base := file.FileStart
	var cuts []cut
	keep := func(whole, part ast.Node) {
		cuts = append(cuts, cut{int(whole.Pos() - base), int(whole.End() - base), int(part.Pos() - base), int(part.End() - base)})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			keep(n, n.X)
			keep(n, n.Y)
		case *ast.ParenExpr:
			keep(n, n.X)
		case *ast.UnaryExpr:
			keep(n, n.X)
		case *ast.CallExpr:
			for _, arg := range n.Args {
				keep(n, arg)
			}
			if f, ok := n.Fun.(*ast.ParenExpr); ok {
				if literal, ok := f.X.(*ast.FuncLit); ok && len(literal.Body.List) == 1 {
					if result, ok := literal.Body.List[0].(*ast.ReturnStmt); ok && len(result.Results) == 1 {
						keep(n, result.Results[0])
					}
				}
			}
		case *ast.IndexExpr:
			if literal := composite(n.X); literal != nil {
				for _, e := range literal.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok {
						e = kv.Value
					}
					keep(n, e)
				}
			}
		case *ast.CompositeLit:
			for i, e := range n.Elts {
				to := n.Rbrace // with the comma
				if i+1 < len(n.Elts) {
					to = n.Elts[i+1].Pos()
				}
				cuts = append(cuts, cut{from: int(e.Pos() - base), to: int(to - base)})
			}
		case *ast.ForStmt:
			keep(n, n.Body)
		case *ast.RangeStmt:
			keep(n, n.Body)
		case *ast.IfStmt:
			keep(n, n.Body)
		case *ast.LabeledStmt:
			keep(n, n.Stmt)
		case *ast.BlockStmt:
			for _, s := range n.List {
				if inner, ok := s.(*ast.BlockStmt); ok && len(inner.List) > 0 {
					cuts = append(cuts, cut{int(inner.Pos() - base), int(inner.End() - base), int(inner.List[0].Pos() - base), int(inner.List[len(inner.List)-1].End() - base)})
				}
			}
		}
		return true
	})
	return cuts
}

func composite(e ast.Expr) *ast.CompositeLit {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.CompositeLit:
			return x
		default:
			return nil
		}
	}
}

func parse(src []byte) *ast.File {
	file, err := parser.ParseFile(token.NewFileSet(), "sigmoid.go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	return file
}
