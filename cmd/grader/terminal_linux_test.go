package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestColorful(t *testing.T) {
	// The near end of a pseudo-terminal is a terminal too.
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	require.NoError(t, err)
	defer terminal.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	require.NoError(t, err)
	defer null.Close()

	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	assert.True(t, colorful(terminal, false))
	assert.False(t, colorful(terminal, true), "--no-color")
	assert.False(t, colorful(null, false), "a device, but no terminal")
	assert.False(t, colorful(&bytes.Buffer{}, false))

	t.Setenv("TERM", "dumb")
	assert.False(t, colorful(terminal, false))
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	assert.False(t, colorful(terminal, false))
}
