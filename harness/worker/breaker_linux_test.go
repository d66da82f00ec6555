package worker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func init() {
	deeds["clone3"] = func(stage) {
		var args [11]uint64
		args[4] = uint64(unix.SIGCHLD)
		_, _, errno := syscall.RawSyscall(unix.SYS_CLONE3, uintptr(unsafe.Pointer(&args)), 0, 0)
		panic(&Panic{Message: errno.Error()})
	}
	deeds["freeze"] = func(stage) {
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		time.Sleep(time.Hour) // Another thread may take the signal, and this one run on until it has.
	}
	// What the other layers deny, denied with an error: "touch", "dial" and so on
	// say how it went.
	for name, f := range map[string]func(arg string) error{
		"read":   func(arg string) error { _, err := os.ReadFile(arg); return err },
		"list":   func(arg string) error { _, err := os.ReadDir(arg); return err },
		"create": func(arg string) error { return os.WriteFile(arg, []byte("x"), 0o644) },
		"remove": os.Remove,
		"mkdir":  func(arg string) error { return os.Mkdir(arg, 0o755) },
		"dial": func(arg string) error {
			c, err := net.DialTimeout("tcp", arg, time.Second)
			if err == nil {
				c.Close()
			}
			return err
		},
		"listen": func(arg string) error {
			var plain net.ListenConfig
			plain.SetMultipathTCP(false) // of which Landlock knows nothing
			l, err := plain.Listen(context.Background(), "tcp", arg)
			if err == nil {
				l.Close()
			}
			return err
		},
		"run":    func(arg string) error { return exec.Command(arg).Run() },
		"signal": func(arg string) error { return signal0(arg) },
		"raise": func(arg string) error {
			n, err := strconv.Atoi(arg)
			if err != nil {
				return err
			}
			var old unix.Rlimit
			if err := unix.Getrlimit(n, &old); err != nil {
				return err
			}
			return unix.Setrlimit(n, &unix.Rlimit{Cur: old.Max + 1, Max: old.Max + 1})
		},
		"limit": func(arg string) error {
			var now unix.Rlimit
			n, err := strconv.Atoi(arg)
			if err != nil {
				return err
			}
			if err := unix.Getrlimit(n, &now); err != nil {
				return err
			}
			return fmt.Errorf("%d %d", now.Cur, now.Max)
		},
		"prctl": func(arg string) error {
			n, err := strconv.Atoi(arg)
			if err != nil {
				return err
			}
			v, err := unix.PrctlRetInt(n, 0, 0, 0, 0)
			return fmt.Errorf("%d %v", v, err)
		},
		"descriptors": func(string) error {
			entries, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				return err
			}
			var open []string
			for _, e := range entries {
				if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil {
					open = append(open, e.Name()+" "+to)
				}
			}
			return errors.New(strings.Join(open, "\n"))
		},
		"environment": func(string) error { return errors.New(strings.Join(os.Environ(), " ")) },
		"self": func(string) error {
			dir, err := os.Getwd()
			return fmt.Errorf("%v %s %v %d %d", os.Args, dir, err, syscall.Getpid(), getpgid())
		},
		"everythread": everyThreadReads,
	} {
		deeds[name] = func(st stage) {
			if err := f(st.arg); err != nil {
				panic(&Panic{Message: err.Error()})
			}
			panic(&Panic{Message: "got through"})
		}
	}
}

func getpgid() int {
	n, err := syscall.Getpgid(0)
	if err != nil {
		return -1
	}
	return n
}

func signal0(pid string) error {
	n, err := strconv.Atoi(pid)
	if err != nil {
		return err
	}
	return syscall.Kill(n, 0)
}

// everyThreadReads reads a file on as many threads as there are, all at once,
// and tells of any that got through.
func everyThreadReads(arg string) error {
	const n = 12
	errs := make(chan error)
	var held [n]chan bool
	for i := range held {
		held[i] = make(chan bool)
		go func() {
			runtime.LockOSThread()
			_, err := os.ReadFile(arg)
			errs <- err
			<-held[i]
		}()
	}
	for range held {
		if err := <-errs; !errors.Is(err, fs.ErrPermission) {
			return fmt.Errorf("a thread got through: %v", err)
		}
	}
	return errors.New("permission denied")
}
