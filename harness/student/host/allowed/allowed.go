// Package allowed names the packages that student code may import. It is apart
// from package host so that the generator doesn't depend on what it generates.
package allowed

// Packages are the import paths that a submission may use, in the order in
// which messages list them.
var Packages = []string{
	"cmp",
	"errors",
	"fmt",
	"maps",
	"math",
	"math/bits",
	"math/cmplx",
	"slices",
	"sort",
	"strconv",
	"strings",
	"sync",
	"gonum.org/v1/gonum/floats",
	"gonum.org/v1/gonum/mat",
}
