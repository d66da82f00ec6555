//go:build unix

package harness_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestReadSubmissionNeverHangsOnSpecialFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo.go")
	require.NoError(t, unix.Mkfifo(fifo, 0o644))
	socket := filepath.Join(dir, "socket.go")
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	require.NoError(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	require.NoError(t, unix.Bind(fd, &unix.SockaddrUnix{Name: socket}))

	for path, want := range map[string]string{
		fifo:        "this is a pipe, not a file",
		socket:      "this is a socket, not a file",
		"/dev/zero": "this is a device, not a file",
	} {
		sub := harness.ReadSubmission("sigmoid.go", path, true)
		require.EqualError(t, sub.Err, want)
		assert.False(t, sub.Missing())
	}
}

func TestReadSubmissionFollowsLinksOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := filepath.Join(dir, "someone-elses.go")
	require.NoError(t, os.WriteFile(secret, []byte("package miniflow\n"), 0o644))
	link := filepath.Join(dir, "sigmoid.go")
	require.NoError(t, os.Symlink(secret, link))
	loop := filepath.Join(dir, "loop.go")
	require.NoError(t, os.Symlink(loop, loop))
	device := filepath.Join(dir, "device.go")
	require.NoError(t, os.Symlink("/dev/zero", device))

	require.NoError(t, harness.ReadSubmission("sigmoid.go", link, true).Err)
	require.EqualError(t, harness.ReadSubmission("sigmoid.go", device, true).Err, "this is a device, not a file")
	require.Error(t, harness.ReadSubmission("sigmoid.go", loop, true).Err)
	for _, path := range []string{link, loop, device} {
		sub := harness.ReadSubmission("sigmoid.go", path, false)
		require.EqualError(t, sub.Err, "this is a symbolic link, not a file")
		assert.Empty(t, sub.Source)
	}
}
