package worker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

var everyLayer = []string{
	layerLandlock, layerSeccomp, layerLimits, layerPrivileges, layerDumpable, layerDescriptors,
}

// only leaves out every layer but the given ones.
func only(layers ...string) Limits {
	without := slices.DeleteFunc(slices.Clone(everyLayer), func(l string) bool { return slices.Contains(layers, l) })
	return Limits{Timeout: time.Minute, Startup: time.Minute, without: without}
}

// offered says whether this machine has a layer. One that it lacks is reported
// with the reason.
func offered(t *testing.T, layer string) bool {
	t.Helper()
	box, err := Layers(t.Context())
	require.NoError(t, err)
	if slices.Contains(box.Layers, layer) {
		return true
	}
	i := slices.IndexFunc(box.Missing, func(m MissingLayer) bool { return m.Layer == layer })
	require.GreaterOrEqual(t, i, 0, "%s is neither in force nor missing", layer)
	assert.NotEmpty(t, box.Missing[i].Reason)
	t.Logf("this machine has no %s: %s", layer, box.Missing[i].Reason)
	return false
}

func TestLayers(t *testing.T) {
	t.Parallel()
	box, err := Layers(t.Context())
	require.NoError(t, err)
	var all []string
	all = append(all, box.Layers...)
	for _, m := range box.Missing {
		all = append(all, m.Layer)
		assert.NotEmpty(t, m.Reason)
	}
	assert.ElementsMatch(t, everyLayer, all, "each is either there or not")
	assert.Equal(t, box, grade(t, 1, "backward: nothing", patiently).Sandbox)
	// These need nothing of the machine.
	for _, layer := range []string{layerLimits, layerPrivileges, layerDumpable, layerDescriptors} {
		assert.Contains(t, box.Layers, layer)
	}

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Layers(cancelled)
	require.ErrorIs(t, err, context.Canceled)
}

func TestMissingLayersAreReportedAndMayBeRefused(t *testing.T) {
	t.Parallel()
	for _, layer := range everyLayer {
		limits := Limits{without: []string{layer}}
		r := grade(t, 1, "backward: nothing", limits)
		assert.Equal(t, []End{Finished}, ends(r), "it runs all the same")
		assert.Contains(t, r.Sandbox.Missing, MissingLayer{Layer: layer, Reason: "left out"})
		assert.NotContains(t, r.Sandbox.Layers, layer)

		limits.RequireSandbox = true
		_, err := Run(t.Context(), Job{Source: []byte("backward: nothing"), Problems: quizzes(1)}, limits)
		var fault *Error
		require.ErrorAs(t, err, &fault)
		assert.Equal(t, "sandbox", fault.Op)
		assert.Contains(t, err.Error(), "this machine lacks ")
	}
	box, err := Layers(t.Context())
	require.NoError(t, err)
	_, err = Run(t.Context(), Job{Source: []byte("backward: nothing"), Problems: quizzes(1)}, Limits{RequireSandbox: true})
	assert.Equal(t, len(box.Missing) == 0, err == nil, "%v", err)
}

// TestForbiddenCalls: each of them ends the worker, by the filter alone.
func TestForbiddenCalls(t *testing.T) {
	t.Parallel()
	filtered := offered(t, layerSeccomp)
	limits := only(layerSeccomp, layerPrivileges) // the one takes the other
	try := func(deed string) error {
		r, err := Run(t.Context(), Job{Source: []byte("backward: " + deed), Problems: quizzes(1)}, limits)
		if err == nil {
			err = errors.New(r.Cases[0].Message)
		}
		return err
	}
	if !filtered {
		assert.ErrorContains(t, try("call getppid"), "got through", "which is what the missing layer is for")
		return
	}
	killed := func(t *testing.T, deed string) {
		err := try(deed)
		var fault *Error
		require.ErrorAs(t, err, &fault)
		assert.Equal(t, "sandbox", fault.Op)
		assert.Contains(t, err.Error(), "a forbidden system call")
		assert.Contains(t, fault.Evidence, "bad system call")
	}
	require.Greater(t, len(forbidden), 100)
	for name := range forbidden {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killed(t, "call "+name)
		})
	}
	t.Run("clone3", func(t *testing.T) {
		t.Parallel()
		want := "a forbidden system call"
		if cLibrary { // which is told that there is none
			want = unix.ENOSYS.Error()
		}
		require.ErrorContains(t, try("clone3"), want)
	})
	t.Run("from another thread", func(t *testing.T) {
		t.Parallel()
		killed(t, "callfromthread getppid")
	})
	if runtime.GOARCH == "amd64" {
		t.Run("interrupt", func(t *testing.T) {
			t.Parallel()
			// A kernel without 32-bit calls does not even know that it is one.
			err := try("interrupt")
			assert.NotContains(t, err.Error(), "got through")
		})
	}
	for name := range innocent {
		t.Run(name+" is allowed", func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, try("call "+name), "got through")
		})
	}
}

func init() {
	deeds["clone3"] = func(stage) {
		var args [11]uint64
		args[4] = uint64(unix.SIGCHLD)
		_, _, errno := syscall.RawSyscall(unix.SYS_CLONE3, uintptr(unsafe.Pointer(&args)), 0, 0)
		panic(&Panic{Message: errno.Error()})
	}
	deeds["freeze"] = func(stage) { _ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) }
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

// says runs a deed with some layers only, and returns what it says.
func says(t *testing.T, deed string, layers ...string) string {
	t.Helper()
	r := grade(t, 1, "backward: "+deed, only(layers...))
	require.Equal(t, Panicked, r.Cases[0].End, "%+v", r.Cases[0].Ending)
	return r.Cases[0].Message
}

// TestLandlock: files, the network and other processes' signals are out of reach
// even without the filter of system calls.
func TestLandlock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o777))
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("secret"), 0o666))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()

	denied := "permission denied"
	scopes := "operation not permitted"
	if !offered(t, layerLandlock) {
		denied, scopes = "got through", "got through"
	} else if abi := landlockABI(t); abi < 6 {
		scopes = "got through" // older than signals in Landlock
	}
	for deed, want := range map[string]string{
		"read " + file:                      denied,
		"read /etc/passwd":                  denied,
		"read /proc/self/exe":               denied,
		"read /proc/self/environ":           denied,
		"list " + dir:                       denied,
		"list /":                            denied,
		"create " + dir + "/new":            denied,
		"create " + file:                    denied,
		"mkdir " + dir + "/newdir":          denied,
		"run /bin/true":                     denied,
		"everythread " + file:               denied,
		"signal " + fmt.Sprint(os.Getpid()): scopes,
	} {
		t.Run(deed, func(t *testing.T) {
			got := says(t, deed, layerPrivileges, layerLandlock)
			if want == "got through" {
				assert.NotContains(t, got, "permission denied")
				return
			}
			assert.Contains(t, got, want)
		})
	}
	if denied == "permission denied" && landlockABI(t) >= 4 {
		assert.Contains(t, says(t, "dial "+listener.Addr().String(), layerPrivileges, layerLandlock), denied)
		assert.Contains(t, says(t, "listen 127.0.0.1:0", layerPrivileges, layerLandlock), denied)
	}
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	if denied == "permission denied" {
		assert.Equal(t, "secret", string(content))
	}
	// Without it, they can: the test is one.
	assert.Equal(t, "got through", says(t, "read "+file))
	assert.Equal(t, "got through", says(t, "dial "+listener.Addr().String()))
	assert.Equal(t, "got through", says(t, "signal "+fmt.Sprint(os.Getpid())))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	assert.Contains(t, says(t, "read /etc/hostname", layerLimits), "too many open files")
	for resource, want := range map[int]string{
		unix.RLIMIT_CORE:   "0 0",
		unix.RLIMIT_FSIZE:  "0 0",
		unix.RLIMIT_NOFILE: "0 0",
		unix.RLIMIT_DATA:   fmt.Sprintf("%[1]d %[1]d", dataLimit(DefaultMemory)),
	} {
		assert.Equal(t, want, says(t, fmt.Sprint("limit ", resource), layerLimits), "%d", resource)
	}
	assert.NotContains(t, says(t, fmt.Sprint("limit ", unix.RLIMIT_NPROC), layerLimits), fmt.Sprint(uint64(unix.RLIM_INFINITY)))
	if os.Getuid() != 0 { // root may raise limits, until the filter takes that away
		assert.Equal(t, "operation not permitted", says(t, fmt.Sprint("raise ", unix.RLIMIT_DATA), layerLimits))
	}
	assert.NoFileExists(t, file)
}

func TestProcessorTime(t *testing.T) {
	t.Parallel()
	limits := Limits{Timeout: time.Minute, processor: 1}
	r := grade(t, 1, "backward: loop", limits)
	assert.Equal(t, Timeout, r.Cases[0].End, "%+v", r.Cases[0].Ending)
	assert.Equal(t, CauseProcessorTime, r.Cases[0].Cause)
	assert.Less(t, r.Cases[0].Duration, 30*time.Second)
}

func TestProcessAttributes(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "1 <nil>", says(t, fmt.Sprint("prctl ", unix.PR_GET_NO_NEW_PRIVS), layerPrivileges))
	assert.Equal(t, "0 <nil>", says(t, fmt.Sprint("prctl ", unix.PR_GET_DUMPABLE), layerDumpable))
	assert.Equal(t, "1 <nil>", says(t, fmt.Sprint("prctl ", unix.PR_GET_DUMPABLE)), "else it would be")
	assert.Empty(t, says(t, "environment"))
	var name, dir, failed string
	var pid, group int
	text := strings.Replace(says(t, "self"), "["+workerName+"]", "name", 1)
	_, err := fmt.Sscan(text, &name, &dir, &failed, &pid, &group)
	require.NoError(t, err, text)
	assert.Equal(t, "name", name)
	assert.Equal(t, "/", dir)
	assert.Equal(t, pid, group)
	assert.NotEqual(t, group, getpgid(), "a group of its own")
}

// TestStarvedWorker: one that does not get the processor is no time-out of the
// student's.
func TestStarvedWorker(t *testing.T) {
	t.Parallel()
	limits := only(layerLimits)
	limits.Timeout = 50 * time.Millisecond
	begin := time.Now()
	_, err := Run(t.Context(), Job{Source: []byte("backward: freeze"), Problems: quizzes(1)}, limits)
	var fault *Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, "killed", fault.Op)
	assert.Contains(t, err.Error(), "too busy")
	assert.GreaterOrEqual(t, time.Since(begin), patience*limits.Timeout)
}

// TestEveryThread looks from outside at a worker at work.
func TestEveryThread(t *testing.T) {
	t.Parallel()
	filter := "0"
	if offered(t, layerSeccomp) {
		filter = "2"
	}
	p := loopingWorker(t)
	defer p.close()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.os.Pid))
	require.NoError(t, err)
	require.Greater(t, len(tasks), 2)
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		require.NoError(t, err)
		status := make(map[string]string)
		for line := range strings.Lines(string(text)) {
			key, value, _ := strings.Cut(line, ":")
			status[key] = strings.TrimSpace(value)
		}
		assert.Equal(t, "1", status["NoNewPrivs"])
		assert.Equal(t, filter, status["Seccomp"])
	}
}

// loopingWorker returns a worker that has begun its first case, which is endless.
func loopingWorker(t *testing.T) *process {
	t.Helper()
	p, err := start(t.Context())
	require.NoError(t, err)
	j := newRun(Job{Source: []byte("backward: print x\nbackward: loop"), Problems: quizzes(1)}, Limits{Timeout: time.Second})
	c := &conversation{run: j, process: p, in: p.replies}
	require.NoError(t, c.ask())
	for _, want := range []string{"ready", "compiled", "loaded"} {
		p.clock.start(time.Minute)
		_, err := c.reply(want)
		require.NoError(t, err)
	}
	var r reply
	require.NoError(t, readFrame(p.replies, &r))
	require.Equal(t, "stdout", r.kind())
	p.clock.start(time.Minute)
	return p
}

// TestInheritedDescriptors: one that was left open for the grader is not there
// in the worker.
func TestInheritedDescriptors(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "left-open")
	require.NoError(t, err)
	defer file.Close()
	// A duplicate has no close-on-exec, as one of a shell's has none.
	fd, err := syscall.Dup(int(file.Fd()))
	require.NoError(t, err)
	defer syscall.Close(fd)

	assert.Contains(t, says(t, "descriptors"), "left-open", "else it would be")
	open := says(t, "descriptors", layerDescriptors)
	assert.NotContains(t, open, "left-open")
	for line := range strings.Lines(open) {
		number, to, _ := strings.Cut(strings.TrimSpace(line), " ")
		fd, err := strconv.Atoi(number)
		require.NoError(t, err)
		switch {
		case fd < 2:
			assert.Equal(t, os.DevNull, to)
		case fd == 2 || fd == fdReplies:
			assert.Contains(t, to, "pipe:")
		default:
			// The poller's, and the directory that is being read.
			assert.Regexp(t, `^(anon_inode:|/proc/)`, to, "descriptor %d", fd)
		}
	}
}

func TestParentDeath(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	require.NoError(t, err)
	parent := exec.Command(exe)
	parent.Args[0] = abandoningParent
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	var pid int
	_, err = fmt.Fscanln(out, &pid)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, 0))
	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return gone(pid) }, 5*time.Second, time.Millisecond)
}

// gone says whether a process of somebody else's is dead. It may take whoever
// inherits it a while to reap it.
func gone(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(text), ") Z ") || strings.Contains(string(text), ") X ")
}

// abandoningParent is the name of a process of the tests that starts a worker,
// tells its number and waits to be killed.
const abandoningParent = "(abandoning parent)"

func abandon() {
	p, err := start(context.Background())
	if err != nil {
		panic(err)
	}
	j := newRun(Job{Source: []byte("backward: loop"), Problems: quizzes(1)}, Limits{Timeout: time.Hour})
	c := &conversation{run: j, process: p, in: p.replies}
	if err := c.ask(); err != nil {
		panic(err)
	}
	for _, want := range []string{"ready", "compiled", "loaded"} {
		p.clock.start(time.Minute)
		if _, err := c.reply(want); err != nil {
			panic(err)
		}
	}
	fmt.Println(p.os.Pid)
	select {}
}

func landlockABI(t *testing.T) int {
	t.Helper()
	abi, err := landlocksys.LandlockGetABIVersion()
	require.NoError(t, err)
	return abi
}
