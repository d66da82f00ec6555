package generic_test

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/miniflow/grader/harness/student/std/generic"

	"github.com/stretchr/testify/require"
)

func TestOnceValue(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	value := generic.OnceValue(func() int { return int(calls.Add(1)) })
	values := generic.OnceValues(func() (int, error) { return int(calls.Add(10)), fs.ErrExist })
	require.Zero(t, calls.Load(), "not called before it is asked for")
	require.Equal(t, 1, value())

	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { value() })
		group.Go(func() { values() })
	}
	group.Wait()
	require.Equal(t, 1, value())
	number, err := values()
	require.Equal(t, 11, number)
	require.Equal(t, fs.ErrExist, err)
}

func TestOncePanicsEveryTime(t *testing.T) {
	t.Parallel()
	calls := 0
	value := generic.OnceValue(func() int { calls++; panic("no value") })
	values := generic.OnceValues(func() (int, int) { calls++; panic(fs.ErrExist) })
	for range 3 {
		require.PanicsWithValue(t, "no value", func() { value() })
		require.PanicsWithValue(t, fs.ErrExist, func() { values() })
	}
	require.Equal(t, 2, calls)
}

type plain struct{ text string }

func (p plain) Error() string { return p.text }

// disguised says that it is a plain error if it is asked nicely.
type disguised struct{ as bool }

func (d *disguised) Error() string { return "disguised" }

func (d *disguised) As(target any) bool {
	if p, ok := target.(*plain); ok {
		p.text = "set by As"
		return d.as
	}
	return false
}

func TestAsType(t *testing.T) {
	t.Parallel()
	wrapped := func(err error) error { return fmt.Errorf("wrapped: %w", err) }
	trees := []error{
		nil,
		fs.ErrExist,
		plain{"a"},
		wrapped(plain{"a"}),
		wrapped(wrapped(fs.ErrExist)),
		errors.Join(fs.ErrExist, wrapped(plain{"first"}), plain{"second"}),
		fmt.Errorf("%w and %w", fs.ErrExist, &disguised{true}),
		&disguised{false},
		errors.Join(&disguised{false}, plain{"b"}),
		errors.Join(&disguised{false}, fs.ErrExist),
		errors.Join(wrapped(&fs.PathError{Op: "open", Err: plain{"inner"}}), plain{"outer"}),
	}
	for i, tree := range trees {
		agree[plain](t, i, tree)
		agree[*disguised](t, i, tree)
		agree[*fs.PathError](t, i, tree)
		agree[interface {
			error
			As(any) bool
		}](t, i, tree)
	}
}

func agree[E error](t *testing.T, i int, tree error) {
	t.Helper()
	want, wantOK := errors.AsType[E](tree)
	got, gotOK := generic.AsType[E](tree)
	require.Equal(t, wantOK, gotOK, "tree %d", i)
	require.Equal(t, want, got, "tree %d", i)
}
