//go:build unix

package harness

import (
	"os"

	"golang.org/x/sys/unix"
)

// openNonblock opens path so that a pipe without a writer doesn't wait for one
// and a terminal doesn't become ours.
func openNonblock(path string, follow bool) (*os.File, error) {
	flags := os.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY
	if !follow {
		flags |= unix.O_NOFOLLOW
	}
	return os.OpenFile(path, flags, 0)
}
