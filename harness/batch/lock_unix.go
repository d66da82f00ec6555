//go:build unix && !solaris && !aix

package batch

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// lingering is how long a file may still be claimed by a process that was killed:
// by the workers that it was about to start.
const lingering = time.Second

// lock claims a file for this process, until it closes the file or ends.
func lock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	for begin := time.Now(); errors.Is(err, unix.EWOULDBLOCK) && time.Since(begin) < lingering; {
		time.Sleep(lingering / 100)
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	if errors.Is(err, unix.EWOULDBLOCK) {
		return ErrInUse
	}
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOLCK) {
		return nil // some network's file system, which has no locks
	}
	return err
}
