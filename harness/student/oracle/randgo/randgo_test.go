package randgo_test

import (
	"go/format"
	"testing"

	"github.com/miniflow/grader/harness/student/oracle/randgo"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// That the programs compile and end, package oracle tests.
func TestSource(t *testing.T) {
	t.Parallel()
	seen := map[string]uint64{}
	for seed := range uint64(60) {
		src := randgo.Source(seed)
		assert.Equal(t, string(src), string(randgo.Source(seed)), "seed %d gives two programs", seed)
		other, twice := seen[string(src)]
		assert.False(t, twice, "seeds %d and %d give one program", seed, other)
		seen[string(src)] = seed

		_, err := format.Source(src)
		require.NoError(t, err, "seed %d does not parse", seed)
		assert.Contains(t, string(src), "\tscene(\"", "seed %d plays no scene", seed)
		assert.Less(t, len(src), 200_000, "seed %d", seed)
	}
}
