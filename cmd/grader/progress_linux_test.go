package main

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	require.NoError(t, err)
	defer terminal.Close()
	rows, full := 0, errors.New("full")
	sink := func(batch.Graded) error {
		rows++
		if rows == 3 {
			return full
		}
		return nil
	}
	p := newProgress(terminal, 3)
	require.NotNil(t, p.bar)
	shown := p.around(sink)
	require.NoError(t, shown(batch.Graded{}))
	require.NoError(t, shown(batch.Graded{}))
	assert.EqualValues(t, 2, p.bar.State().CurrentNum)
	require.ErrorIs(t, shown(batch.Graded{}), full)
	assert.Equal(t, 3, rows)
	p.end()

	var log bytes.Buffer
	p = newProgress(&log, 3)
	require.NoError(t, p.around(sink)(batch.Graded{}))
	p.end()
	assert.Empty(t, log.String(), "only on a terminal")
}
