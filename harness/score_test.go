package harness

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestScore(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ earned, total, want float64 }{
		{0, 3, 0},
		{1, 3, 33.3333},
		{2, 3, 66.6667},
		{3, 3, 100},
		{0.1 + 0.2, 0.3, 100},
		{1e9 - 1, 1e9, 99.9999},
		{1, 1e9, 0.0001},
		{0, 0, 0},
		{1.5, 4, 37.5},
	} {
		assert.InDelta(t, test.want, score(test.earned, test.total), 0, "%v of %v", test.earned, test.total)
	}
}
