package oracle_test

import (
	"testing"

	"github.com/miniflow/grader/harness/student/oracle"
	"github.com/stretchr/testify/assert"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	ran := func(panicText string, line int, gradients ...string) []oracle.Run {
		return []oracle.Run{{Graph: "quiz", Panic: panicText, Line: line, Gradients: gradients}}
	}
	refused := func(status string, line int, message string) oracle.Outcome {
		return oracle.Outcome{Status: status, Refusal: []oracle.Diagnostic{{Line: line, Column: 1, Message: message}}}
	}
	fine := oracle.Outcome{Runs: ran("", 0, "W 1x1 0"), Stdout: "a\n"}
	for _, test := range []struct {
		name                string
		native, interpreted oracle.Outcome
		want                oracle.Class
	}{
		{"equal", fine, fine, oracle.Same},
		{"other gradients", fine, oracle.Outcome{Runs: ran("", 0, "W 1x1 8000000000000000"), Stdout: "a\n"}, oracle.Wrong},
		{"fewer gradients", fine, oracle.Outcome{Runs: ran("", 0), Stdout: "a\n"}, oracle.Wrong},
		{"fewer graphs", fine, oracle.Outcome{Stdout: "a\n"}, oracle.Wrong},
		{"other output", fine, oracle.Outcome{Runs: fine.Runs, Stdout: "b\n"}, oracle.Wrong},
		{"less output", fine, oracle.Outcome{Runs: fine.Runs}, oracle.Wrong},
		{"addresses", oracle.Outcome{Runs: fine.Runs, Stdout: "0xc000012345"}, oracle.Outcome{Runs: fine.Runs, Stdout: "0xc000abcdef"}, oracle.Same},
		{"println", oracle.Outcome{Runs: fine.Runs, Stdout: "a\nc\n", Stderr: "b\n"}, oracle.Outcome{Runs: fine.Runs, Stdout: "a\nb\nc\n"}, oracle.Same},
		{"println lost", oracle.Outcome{Runs: fine.Runs, Stdout: "a\n", Stderr: "b\n"}, fine, oracle.Wrong},
		{"panic", fine, oracle.Outcome{Runs: ran("boom", 3), Stdout: "a\n"}, oracle.Wrong},
		{"same panic", oracle.Outcome{Runs: ran("runtime error: boom", 3)}, oracle.Outcome{Runs: ran("boom", 3)}, oracle.Same},
		{"other panic", oracle.Outcome{Runs: ran("boom", 3)}, oracle.Outcome{Runs: ran("bang", 3)}, oracle.Wrong},
		{"other line", oracle.Outcome{Runs: ran("boom", 3)}, oracle.Outcome{Runs: ran("boom", 4)}, oracle.Misplaced},
		{"review", fine, oracle.Outcome{Review: "goto"}, oracle.NeedsReview},
		{"review of nonsense", refused("", 3, "undefined: x"), oracle.Outcome{Review: "goto"}, oracle.NeedsReview},
		{"hang", fine, oracle.Outcome{Death: "timed out"}, oracle.Hang},
		{"both hang", oracle.Outcome{Death: "timed out"}, oracle.Outcome{Death: "timed out"}, oracle.Same},
		{"hangs natively", oracle.Outcome{Death: "timed out"}, fine, oracle.Wrong},
		{"crash", fine, oracle.Outcome{Death: "fatal error: stack overflow"}, oracle.Wrong},
		{"same refusal", refused("", 3, "undefined: x"), refused("compile_error", 3, "undefined: x"), oracle.Same},
		{"other refusal", refused("", 3, "undefined: x"), refused("compile_error", 3, "undefined: y"), oracle.Refused},
		{"refusal elsewhere", refused("", 3, "undefined: x"), refused("compile_error", 9, "undefined: x"), oracle.Refused},
		{"detail added", refused("", 3, "requires go1.22 (file declares go1.21)"), refused("compile_error", 3, "requires go1.22"), oracle.Same},
		{"syntax", refused("", 3, "syntax error: unexpected }"), refused("compile_error", 3, "syntax error: expected operand"), oracle.Same},
		{"syntax elsewhere", refused("", 3, "syntax error: unexpected }"), refused("compile_error", 5, "syntax error: expected operand"), oracle.Refused},
		{"refused wrongly", fine, refused("compile_error", 3, "undefined: x"), oracle.Refused},
		{"accepted wrongly", refused("", 3, "undefined: x"), fine, oracle.Refused},
		{"compiler failed", oracle.Outcome{Failure: "internal compiler error: oops"}, fine, oracle.CompilerFailed},
		{"compiler failed, review", oracle.Outcome{Failure: "internal compiler error: oops"}, oracle.Outcome{Review: "goto"}, oracle.NeedsReview},
		{"compiler failed, refused wrongly", oracle.Outcome{Failure: "internal compiler error: oops"}, refused("compile_error", 3, "undefined: x"), oracle.Refused},
		{"forbidden", fine, refused("forbidden_import", 3, "os is not allowed"), oracle.Same},
		{"no Backward", refused("", 0, "Sigmoid doesn't implement Node"), refused("missing_backward", 1, "no Backward"), oracle.Same},
		{"no Backward, wrongly", fine, refused("missing_backward", 1, "no Backward"), oracle.Refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			class, detail := oracle.Compare(test.native, test.interpreted)
			assert.Equal(t, test.want, class, detail)
			assert.Equal(t, class == oracle.Same, detail == "", "a detail where there is a difference: %q", detail)
		})
	}
}
