package worker

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func init() {
	deeds["scrawl"] = func(st stage) { // all over the transcript
		memory := st.stdout.(*child).transcript.memory
		for i := range memory {
			memory[i] = 0xff
		}
	}
}

// TestForgedMark: what a worker says of its transcript can't make it more than what
// is in there.
func TestForgedMark(t *testing.T) {
	t.Parallel()
	for _, forged := range []string{`{"bytes":-9}`, `{"bytes":1}`, `{"bytes":999999999}`, `{"bytes":9223372036854775807,"cut":true}`} {
		source := "backward 1: print hello\nbackward 1: send " + `{"case":{"index":0,"panic":{"message":"x"}},"transcript":` + forged + "}"
		r := grade(t, 1, source, patiently)
		assert.LessOrEqual(t, len(r.Stdout), DefaultOutput, forged)
		assert.Equal(t, r.Stdout, r.Cases[0].Stdout, forged)
		assert.True(t, strings.HasPrefix("hello\n", strings.TrimRight(r.Stdout, "\x00")), forged)
	}
	// And the memory of one that dies.
	r := grade(t, 1, "backward 1: print hello\nbackward 1: scrawl\nbackward 1: loop", quickly)
	assert.Equal(t, []End{Timeout}, ends(r))
	assert.Len(t, r.Stdout, DefaultOutput)
}
