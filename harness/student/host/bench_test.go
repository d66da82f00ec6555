package host

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkImport(b *testing.B) {
	for _, bench := range []struct {
		name  string
		whole bool
		text  string
	}{
		{"ordinary", false, `import ("fmt"; "gonum.org/v1/gonum/mat"); func f(d *mat.Dense) { mat.NewDense(1, 1, nil); fmt.Println(mat.Formatted(d)) }`},
		{"ordinary-whole", true, `import ("fmt"; "gonum.org/v1/gonum/mat")`},
		{"sync", false, `import "sync"; var wg sync.WaitGroup`},
		{"sync-whole", true, `import "sync"`},
		{"slices", false, `import "slices"; var _ = slices.Sort[[]int]`},
		{"slices-max", false, `import "slices"; var _ = slices.Max[[]int]`},
		{"slices-whole", true, `import "slices"`},
		{"maps", false, `import "maps"; var _ = maps.Keys[map[int]int]`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+bench.text, 0)
			require.NoError(b, err)
			for b.Loop() {
				importer := NewImporter(token.NewFileSet())
				if !bench.whole {
					importer.WantFile(file)
				}
				importAll(b, importer, file)
			}
		})
	}
}

func importAll(tb testing.TB, importer *Importer, file *ast.File) {
	for _, spec := range file.Imports {
		_, err := importer.Import(spec.Path.Value[1 : len(spec.Path.Value)-1])
		require.NoError(tb, err)
	}
}
