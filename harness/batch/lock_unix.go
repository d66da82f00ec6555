//go:build unix && !solaris && !aix

package batch

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock claims a file for this process, until it closes the file or ends.
func lock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return ErrInUse
	}
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOLCK) {
		return nil // some network's file system, which has no locks
	}
	return err
}
