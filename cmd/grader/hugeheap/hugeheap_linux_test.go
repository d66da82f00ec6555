package hugeheap

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAdvised: the kernel notes that a piece of the heap is to be in huge pages, all
// of it, whether it has any or not.
func TestAdvised(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("this kernel has no huge pages to give: ", err)
	}
	text, err := os.ReadFile("/proc/self/smaps")
	require.NoError(t, err)
	var begin, end uintptr
	flags := map[uintptr]string{} // of the area in which an address is
	for line := range strings.Lines(string(text)) {
		var from, to uintptr
		if n, _ := fmt.Sscanf(line, "%x-%x ", &from, &to); n == 2 {
			begin, end = from, to
			continue
		}
		for _, at := range []uintptr{advised, advised + piece - 1} {
			if rest, ok := strings.CutPrefix(line, "VmFlags:"); ok && begin <= at && at < end {
				flags[at] = rest
			}
		}
	}
	require.Len(t, flags, 2)
	for at, f := range flags {
		assert.Contains(t, strings.Fields(f), "hg", "%#x", at)
	}
}
