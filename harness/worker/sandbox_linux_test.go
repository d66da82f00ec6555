package worker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

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
	return Limits{Timeout: time.Minute, Startup: time.Minute, Compile: time.Minute, without: without}
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
	if denied == "permission denied" && runtime.GOARCH == "amd64" {
		assert.Contains(t, says(t, "list /proc/self/task", layerPrivileges, layerLandlock), denied, "what it took to restrict every thread")
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

func landlockABI(t *testing.T) int {
	t.Helper()
	abi, err := landlocksys.LandlockGetABIVersion()
	require.NoError(t, err)
	return abi
}
