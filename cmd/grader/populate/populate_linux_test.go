package populate

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSegments: they are where the kernel has mapped the program.
func TestSegments(t *testing.T) {
	t.Parallel()
	if unsafe.Sizeof(uintptr(0)) != 8 {
		require.Empty(t, segments())
		return
	}
	function := reflect.ValueOf(segments).Pointer()
	text := "a constant of the program"
	constant := uintptr(unsafe.Pointer(unsafe.StringData(text)))
	variable := uintptr(unsafe.Pointer(&inHeap))
	holds := func(address uintptr) (found []segment) {
		for _, s := range segments() {
			if s.kind == loaded && s.address <= address && address < s.address+s.inMemory {
				found = append(found, s)
			}
		}
		return found
	}
	for _, address := range []uintptr{function, constant, variable} {
		require.Len(t, holds(address), 1, "%#x", address)
	}
	assert.Zero(t, holds(function)[0].flags&writable)
	assert.Zero(t, holds(constant)[0].flags&writable)
	assert.NotZero(t, holds(variable)[0].flags&writable)
	assert.Empty(t, holds(uintptr(unsafe.Pointer(inHeap))))
}

// TestPopulated: pages of the program that nothing has touched are there.
func TestPopulated(t *testing.T) {
	t.Parallel()
	var all, there int
	page := uintptr(syscall.Getpagesize())
	pages, err := os.Open("/proc/self/pagemap")
	require.NoError(t, err)
	defer pages.Close()
	for _, s := range segments() {
		if s.kind != loaded || s.flags&writable != 0 {
			continue
		}
		for at := s.address &^ (page - 1); at < s.address+s.inMemory; at += page {
			var entry [8]byte
			_, err := pages.ReadAt(entry[:], int64(at/page*8))
			require.NoError(t, err)
			all++
			if entry[7]&0x80 != 0 { // present
				there++
			}
		}
	}
	var uname syscall.Utsname
	require.NoError(t, syscall.Uname(&uname))
	release := strings.TrimRight(string(unsafe.Slice((*byte)(unsafe.Pointer(&uname.Release)), len(uname.Release))), "\x00")
	require.NotZero(t, all)
	if before514(release) {
		t.Skipf("Linux %s maps no pages ahead: %d of %d are there", release, there, all)
	}
	assert.Greater(t, there, all*9/10, "of %d", all)
}

// before514 reports whether a kernel is older than Linux 5.14.
func before514(release string) bool {
	var major, minor int
	_, err := fmt.Sscanf(release, "%d.%d", &major, &minor)
	return err == nil && (major < 5 || major == 5 && minor < 14)
}
