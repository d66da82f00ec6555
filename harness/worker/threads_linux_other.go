//go:build linux && !amd64

package worker

import (
	"fmt"
	"os"

	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// restrictEveryThread puts the Landlock ruleset over every thread of the process.
func restrictEveryThread(ruleset int) error {
	if cLibrary {
		if err := allowThreadList(ruleset); err != nil {
			return fmt.Errorf("the list of threads: %w", err)
		}
	}
	return os.NewSyscallError("landlock_restrict_self", landlocksys.AllThreadsLandlockRestrictSelf(ruleset, 0))
}

// allowThreadList lets the process list its own threads, which whoever wakes them
// all does afterwards to see whether it has got every one.
func allowThreadList(ruleset int) error {
	dir, err := unix.Open("/proc/self/task", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	return landlocksys.LandlockAddPathBeneathRule(ruleset, &landlocksys.PathBeneathAttr{
		AllowedAccess: landlocksys.AccessFSReadDir,
		ParentFd:      dir,
	}, 0)
}
