// Package bytesize reads and writes numbers of bytes as people do, such as
// 256MiB: for flags and for a suite's settings alike.
package bytesize

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// units are tried in this order: a name comes after those that it ends.
var units = []struct {
	name  string
	bytes int64
}{
	{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3},
	{"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10},
	{"B", 1}, {"", 1},
}

var errForm = errors.New("not a size such as 256MiB")

// Parse reads a whole number above 0 with one of the units GiB, MiB, KiB, GB, MB,
// KB, G, M, K (the last three are powers of 1024), B or none, in capitals or not.
func Parse(text string) (int64, error) {
	for _, u := range units {
		digits, ok := strings.CutSuffix(strings.ToLower(text), strings.ToLower(u.name))
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/u.bytes {
			break
		}
		return n * u.bytes, nil
	}
	return 0, errForm
}

// Format writes n, with the largest of GiB, MiB and KiB that leaves a whole
// number, so that Parse gives it back if it is above 0.
func Format(n int64) string {
	for _, u := range units[:3] {
		if n > 0 && n%u.bytes == 0 {
			return fmt.Sprintf("%d%s", n/u.bytes, u.name)
		}
	}
	return strconv.FormatInt(n, 10)
}
