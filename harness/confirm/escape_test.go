//go:build linux && (amd64 || arm64)

package confirm

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness/student/host"
	"github.com/miniflow/grader/harness/worker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// attempts is a submission that could do anything that Go can: that imports are
// refused is one wall, and this is about the others. Which attempt is made is
// the number in its problem's input; what came of it is on standard output, if
// there was still somebody to print it.
const attempts = `package miniflow

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"unsafe"
)

func raw(number, a, b, c uintptr) error {
	if _, _, errno := syscall.RawSyscall(number, a, b, c); errno != 0 {
		return errno
	}
	return nil
}

var attempts = []func() error{
	func() error { _, err := os.ReadFile("/etc/passwd"); return err },
	func() error { return os.WriteFile("/tmp/escaped", []byte("x"), 0o644) },
	func() error { return exec.Command("/bin/true").Run() },
	func() error { _, err := net.Dial("tcp", "127.0.0.1:9"); return err },
	func() error { return syscall.Kill(syscall.Getppid(), 0) },
	func() error { _, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0); return err },
	func() error { return syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40}) },
	func() error { return raw(syscall.SYS_EXECVE, 0, 0, 0) },
	func() error { return raw(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0) },
	func() error { return raw(syscall.SYS_PTRACE, 16, uintptr(os.Getppid()), 0) },
	func() error { return raw(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 1, 0) },
	func() error { _, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_EXEC, syscall.MAP_ANON|syscall.MAP_PRIVATE); return err },
	func() error { return syscall.Mprotect(unsafe.Slice((*byte)(unsafe.Pointer(&page[0])), 4096), syscall.PROT_EXEC|syscall.PROT_READ) },
	func() error { _, err := os.Readlink("/proc/self/exe"); return err },
	func() error { return os.Remove("/tmp/escaped") },
	func() error { return os.Chdir("/") },
	func() error { return syscall.Ftruncate(1, 1<<40) },
	func() error { return raw(syscall.SYS_IOCTL, 1, 0, 0) },
	func() error { return raw(syscall.SYS_DUP, 4, 0, 0) },
	func() error { return raw(syscall.SYS_FCNTL, 4, 0, 0) },
}

var page [8192]byte

func (s *Sigmoid) Backward() {
	if n := int(s.Inbound()[0].Value().At(0, 0)); n < len(attempts) {
		fmt.Println("attempt", n, "of", len(attempts))
		fmt.Println("came back:", attempts[n]())
	}
	s.ZeroGradients()
}
`

func hostileToolchain(t *testing.T) *Toolchain {
	tc := New(append(slices.Clone(host.Allowed), "net", "os", "os/exec", "syscall", "unsafe"))
	tc.temp = t.TempDir()
	t.Cleanup(func() { assert.NoError(t, tc.Close()) })
	return tc
}

func TestEscapes(t *testing.T) {
	t.Parallel()
	c := compile(t, hostileToolchain(t), attempts)
	r := run1(t, c, worker.Limits{}, on(1000))
	require.Equal(t, worker.Finished, r.Cases[0].End, "without an attempt")
	const n = 20
	for i := range n {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			r, err := c.Run(t.Context(), worker.Job{Problems: []*problem.Problem{on(i)}}, worker.Limits{})
			var broken *worker.Error
			require.ErrorAs(t, err, &broken, "%+v", r)
			assert.Equal(t, "sandbox", broken.Op, "%v", err)
			assert.ErrorContains(t, err, "a forbidden system call")
		})
	}
	require.Equal(t, n, bytes.Count([]byte(attempts), []byte("func() error {")), "every attempt is made")
}

// Without its filter of system calls, the other layers hold.
func TestOtherLayers(t *testing.T) {
	t.Parallel()
	needSandbox(t)
	f, err := hostileToolchain(t).find(t.Context())
	require.NoError(t, err)
	victim := filepath.Join(t.TempDir(), "victim")
	require.NoError(t, os.WriteFile(victim, []byte("alive"), 0o644))
	b := &build{found: f, dir: t.TempDir()}
	program, err := b.program(t.Context(), []byte(`package miniflow

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

func init() {
	_, err := os.ReadFile("/etc/passwd")
	fmt.Println("read:", err)
	fmt.Println("write:", os.WriteFile("/tmp/escaped", nil, 0o644))
	fmt.Println("exec:", exec.Command("/bin/true").Run())
	fmt.Println("unlink:", syscall.Unlink("`+victim+`"))
	fmt.Println("truncate:", syscall.Truncate("`+victim+`", 0))
	fmt.Println("kill:", syscall.Kill(syscall.Getppid(), 0))
	fmt.Println("raise:", syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 40, Max: 1 << 40}))
	_, err = syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	fmt.Println("socket:", err)
	entries, err := os.ReadDir("/proc/self/fd")
	fmt.Println("descriptors:", len(entries), err)
	dumpable, _, _ := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_GET_DUMPABLE, 0, 0)
	privileges, _, _ := syscall.RawSyscall(syscall.SYS_PRCTL, 39, 0, 0)
	fmt.Println("dumpable", dumpable, "no new privileges", privileges)
	_, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, 7, 1, 0)
	fmt.Println("inherited:", errno)
	fmt.Println("environment:", os.Environ())
}

func (s *Sigmoid) Backward() {}
`))
	require.NoError(t, err)
	got := converse(t, program, map[string]any{
		"memory": 256 << 20, "stack": 64 << 20, "flood": 1 << 20, "processor": 10,
		"compiled": map[string]any{"processes": 5000, "filter": []uint64{0x06<<48 | 0x7fff0000}}, // allows everything
	})
	t.Run("Landlock", func(t *testing.T) {
		abi, err := landlocksys.LandlockGetABIVersion()
		if err != nil || abi < 6 {
			t.Skipf("this kernel has Landlock version %d (%v), and 6 is wanted", abi, err)
		}
		for _, call := range []string{"unlink: permission denied", "truncate: permission denied", "kill: operation not permitted"} {
			assert.Contains(t, got, call+"\n")
		}
	})
	for _, line := range []string{
		"read: open /etc/passwd: too many open files",
		"write: open /tmp/escaped: too many open files",
		"raise: operation not permitted",
		"socket: too many open files",
		"descriptors: 0 open /proc/self/fd: too many open files",
		"dumpable 0 no new privileges 1",
		"inherited: bad file descriptor",
		"environment: []",
	} {
		assert.Contains(t, got, line+"\n")
	}
	assert.Regexp(t, `exec: .*(too many open files|permission denied)`, got)
	assert.NoFileExists(t, "/tmp/escaped")
}

// converse runs a program up to its main function, with such a setup, and
// returns what it printed.
func converse(t *testing.T, program string, setup any) string {
	t.Helper()
	theirs, requests, err := os.Pipe()
	require.NoError(t, err)
	defer requests.Close()
	replies, answers, err := os.Pipe()
	require.NoError(t, err)
	defer replies.Close()
	printed, err := os.Create(t.TempDir() + "/stdout")
	require.NoError(t, err)
	defer printed.Close()
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Args = []string{"(miniflow program)"}
	cmd.Env = []string{}
	cmd.Stdout, cmd.Stderr = printed, printed
	// One more that somebody has left open.
	cmd.ExtraFiles = []*os.File{theirs, answers, nil, nil, printed}
	require.NoError(t, cmd.Start())
	theirs.Close()
	answers.Close()
	text, err := json.Marshal(setup)
	require.NoError(t, err)
	_, err = requests.Write(frame(text))
	require.NoError(t, err)
	require.NoError(t, requests.Close())
	require.NoError(t, replies.SetReadDeadline(time.Now().Add(20*time.Second)))
	said, err := io.ReadAll(replies)
	require.NoError(t, err)
	require.Error(t, cmd.Wait(), "there is no request")
	assert.Contains(t, string(said), `"missing":[]`)
	assert.Contains(t, string(said), `{"loaded":`)
	out, err := os.ReadFile(printed.Name())
	require.NoError(t, err)
	return string(out)
}

// A program that can't have its filter doesn't run at all.
func TestNoFilterNoRun(t *testing.T) {
	t.Parallel()
	needSandbox(t)
	f, err := shared.find(t.Context())
	require.NoError(t, err)
	b := &build{found: f, dir: t.TempDir()}
	program, err := b.program(t.Context(), []byte(correct+"\nfunc init() { println(\"I run\") }\n"))
	require.NoError(t, err)
	for _, filter := range [][]uint64{{}, {1}} {
		var out bytes.Buffer
		cmd := exec.CommandContext(t.Context(), program)
		cmd.Args = []string{"(miniflow program)"}
		cmd.Stderr = &out
		theirs, requests, err := os.Pipe()
		require.NoError(t, err)
		replies, answers, err := os.Pipe()
		require.NoError(t, err)
		cmd.ExtraFiles = []*os.File{theirs, answers}
		require.NoError(t, cmd.Start())
		theirs.Close()
		answers.Close()
		text, err := json.Marshal(map[string]any{"memory": 256 << 20, "stack": 64 << 20, "flood": 1 << 20, "processor": 10,
			"compiled": map[string]any{"processes": 5000, "filter": filter}})
		require.NoError(t, err)
		_, err = requests.Write(frame(text))
		require.NoError(t, err)
		requests.Close()
		said, err := io.ReadAll(replies)
		require.NoError(t, err)
		replies.Close()
		require.Error(t, cmd.Wait())
		assert.Contains(t, string(said), `{"fault":{"message":"confining the compiled program: `)
		assert.NotContains(t, string(said), "ready")
		assert.Empty(t, out.String())
	}
	// And one that nobody has told anything.
	out, err := exec.CommandContext(t.Context(), program).CombinedOutput()
	require.Error(t, err)
	assert.NotContains(t, string(out), "I run", "not even outside the grader")
}

// frame is text as a frame of the worker protocol, with nothing attached.
func frame(text []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(len(text))<<32), text...)
}
