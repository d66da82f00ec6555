package bytesize

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"1": 1, "17B": 17, "2KiB": 2048, "2k": 2048, "2KB": 2000, "256MiB": 256 << 20, "256m": 256 << 20,
		"3mb": 3e6, "1GiB": 1 << 30, "1G": 1 << 30, "5gb": 5e9, "9223372036854775807": math.MaxInt64,
	} {
		got, err := Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "B", "MiB", "0", "0MiB", "-1", "-1K", "1.5G", "1 MiB", "1TiB", "MiB1", "9223372036854775808", "9999999999G", "0x10", "1e3"} {
		_, err := Parse(text)
		assert.EqualError(t, err, "not a size such as 256MiB", text)
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 1: "1", 1000: "1000", 1024: "1KiB", 1025: "1025", 256 << 20: "256MiB", 3 << 30: "3GiB", 1<<30 + 1<<20: "1025MiB",
	} {
		assert.Equal(t, want, Format(n))
		if n > 0 {
			back, err := Parse(want)
			require.NoError(t, err)
			assert.Equal(t, n, back)
		}
	}
}
