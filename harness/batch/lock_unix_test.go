//go:build unix && !solaris && !aix

package batch_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/require"
)

func TestJournalInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path, "", false)
	_, err := batch.OpenJournal(path, "", false)
	require.ErrorIs(t, err, batch.ErrInUse)
	// One that was killed may have the file open for a moment more.
	closed := make(chan error)
	go func() {
		time.Sleep(20 * time.Millisecond)
		closed <- j.Close()
	}()
	open(t, path, "", false)
	require.NoError(t, <-closed)
}
