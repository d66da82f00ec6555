//go:build unix && !solaris && !aix

package batch_test

import (
	"path/filepath"
	"testing"

	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/require"
)

func TestJournalInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path, "", false)
	_, err := batch.OpenJournal(path, "", false)
	require.ErrorIs(t, err, batch.ErrInUse)
	require.NoError(t, j.Close())
	open(t, path, "", false)
}
