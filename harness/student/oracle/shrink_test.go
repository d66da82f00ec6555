package oracle_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestShrink looks for the smallest program that still calls clip.
func TestShrink(t *testing.T) {
	t.Parallel()
	p := submission(`import ("fmt"; "strings")

type thing struct{ name string; unused int }

func (t thing) Clip(n int) string { return clip(t.name, n) }

func clip(s string, n int) string {
	if len(s) > n {
		fmt.Println("cut")
		return s[:n]
	}
	return strings.TrimSpace(s)
}`, `x := thing{name: "long name", unused: 3}
	for i := 0; i < 3; i++ {
		if i > 1 {
			fmt.Println(x.Clip(i+2), x.unused)
		}
	}`)
	small, err := oracle.Shrink(t.Context(), p, func(candidates []oracle.Program) ([]bool, error) {
		shows := make([]bool, len(candidates))
		for i, c := range candidates {
			shows[i] = bytes.Contains(c.Source, []byte("clip(t.name, n)"))
		}
		return shows, nil
	})
	require.NoError(t, err)
	assert.Equal(t, `package miniflow
type thing struct {
	name string
}
func (t thing) Clip(n int) string { return clip(t.name, n) }
func clip(s string, n int) string {
	return s
}
func (s *Sigmoid) Backward() {
}
`, string(small.Source))
}

func TestShrinkKeepsWhatItCannotShrink(t *testing.T) {
	t.Parallel()
	p := submission("", "")
	same, err := oracle.Shrink(t.Context(), p, func(candidates []oracle.Program) ([]bool, error) {
		return make([]bool, len(candidates)), nil
	})
	require.NoError(t, err)
	assert.Equal(t, p, same)

	failure := errors.New("no compiler")
	_, err = oracle.Shrink(t.Context(), p, func([]oracle.Program) ([]bool, error) { return nil, failure })
	assert.ErrorIs(t, err, failure)
}
