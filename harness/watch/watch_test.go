package watch_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/miniflow/grader/harness/watch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// begin watches a file, and returns a function that waits until a save has been
// told of after which the file holds a text ("" for a file that is gone).
func begin(t *testing.T, path string) (until func(text string)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	saves, ended := make(chan struct{}, 1000), make(chan error, 1)
	go func() { ended <- watch.File(ctx, path, func() { saves <- struct{}{} }) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended)
	})
	<-saves // it watches
	return func(text string) {
		t.Helper()
		for {
			select {
			case <-saves:
			case err := <-ended:
				ended <- nil
				require.NoError(t, err)
			}
			if now, err := os.ReadFile(path); err == nil && string(now) == text || os.IsNotExist(err) && text == "" {
				return
			}
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

// replace saves as many editors do: what is new is written beside the file, and
// takes its place.
func replace(t *testing.T, path, text string) {
	t.Helper()
	write(t, path+".new", text)
	require.NoError(t, os.Rename(path+".new", path))
}

func TestEveryWayOfSavingIsTold(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sigmoid.go")
	write(t, path, "first")
	until := begin(t, path)

	write(t, path, "in place")
	until("in place")
	replace(t, path, "replaced")
	until("replaced")
	replace(t, path, "replaced again")
	until("replaced again")
	require.NoError(t, os.Rename(path, path+"~")) // a backup, then a new file
	write(t, path, "anew")
	until("anew")
	require.NoError(t, os.Remove(path))
	until("")
	write(t, path, "back")
	until("back")
	for i := range 200 {
		replace(t, path, strconv.Itoa(i))
	}
	until("199")
}

func TestAFolderThatComesBack(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "kit")
	path := filepath.Join(folder, "sigmoid.go")
	require.NoError(t, os.Mkdir(folder, 0o755))
	write(t, path, "first")
	until := begin(t, path)
	require.NoError(t, os.RemoveAll(folder))
	require.NoError(t, os.Mkdir(folder, 0o755))
	write(t, path, "second")
	until("second")
	write(t, path, "third")
	until("third")
}

func TestALinkAndWhatItLeadsTo(t *testing.T) {
	t.Parallel()
	here, there := t.TempDir(), t.TempDir()
	path, target := filepath.Join(here, "sigmoid.go"), filepath.Join(there, "mine.go")
	write(t, target, "first")
	require.NoError(t, os.Symlink(target, path))
	until := begin(t, path)
	write(t, target, "second")
	until("second")
	replace(t, target, "third")
	until("third")
	replace(t, path, "no link any more")
	until("no link any more")
}

func TestWhatCantBeWatched(t *testing.T) {
	t.Parallel()
	err := watch.File(t.Context(), filepath.Join(t.TempDir(), "nowhere", "sigmoid.go"), func() { t.Error("saved") })
	require.Error(t, err)
}

// Other files of the folder, which editors are busy with too, are of no account.
func TestOtherFilesAreNotTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "sigmoid.go")
	write(t, path, "first")
	ctx, stop := context.WithCancel(t.Context())
	calls, watching, ended := 0, make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- watch.File(ctx, path, func() {
			if calls++; calls == 1 {
				close(watching)
				return
			}
			text, err := os.ReadFile(path)
			if assert.NoError(t, err) && string(text) == "first" {
				t.Error("told of a save that was of another file")
			}
			if string(text) == "second" {
				stop()
			}
		})
	}()
	<-watching
	for i := range 20 {
		write(t, filepath.Join(dir, ".sigmoid.go.swp"), strconv.Itoa(i))
	}
	replace(t, path, "second")
	require.NoError(t, <-ended)
}
