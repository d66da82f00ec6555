package worker

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// exitRuntime is the exit code of a Go program whose run-time gave up: on a panic
// that nobody recovered and on a fatal error.
const exitRuntime = 2

// classify tells how a worker ended from who killed it, its exit state and what
// the run-time wrote. It returns an *Error for an end that is not to be expected
// of student code, and ctx's error is the caller's to return if the context
// ended it.
func classify(d *death) (Ending, error) {
	if e, ok := lastWords(d.stderr); ok && (exitCode(d.state) == exitRuntime || d.killing != notKilled) {
		return e, nil
	}
	switch d.killing {
	case killedForTime:
		return Ending{End: Timeout, Message: "it ran longer than it may", Evidence: "killed when its time was up"}, nil
	case killedForNoise:
		return Ending{End: OutputLimit, Message: "it printed more than it may", Evidence: "killed when it had filled standard error"}, nil
	case killedOnNotice:
		return d.notice, nil
	case killedForContext:
		return Ending{}, &Error{Op: "killed", Err: errors.New("the context ended")}
	}
	if name, ours := violation(d.state); name != "" {
		if ours {
			return Ending{}, &Error{Op: "sandbox", Err: errors.New(name), Evidence: d.String()}
		}
		return Ending{End: Crashed, Message: "the process crashed: " + name, Evidence: d.String()}, nil
	}
	return Ending{}, &Error{Op: "worker", Err: errors.New("ended out of turn"), Evidence: d.String()}
}

func exitCode(s *os.ProcessState) int {
	if s == nil {
		return -1
	}
	return s.ExitCode()
}

// lastWords finds what the run-time says about the end in the standard error of
// a worker. The run-time puts its own words at the beginning of a line, and
// indents the further lines of a text that comes from the program.
func lastWords(stderr string) (Ending, bool) {
	for line := range strings.Lines(stderr) {
		line = strings.TrimSuffix(line, "\n")
		if text, ok := strings.CutPrefix(line, "fatal error: "); ok {
			return fatal(text), true
		}
		if _, ok := strings.CutPrefix(line, "panic: "); ok {
			return goroutinePanic(stderr), true
		}
		for _, sign := range memorySigns {
			if strings.HasPrefix(line, sign) {
				return memory(line), true
			}
		}
		if strings.HasPrefix(line, "SIGXCPU: ") {
			return Ending{
				End: Timeout, Cause: CauseProcessorTime,
				Message: "it used more processor time than it may", Evidence: line,
			}, true
		}
	}
	return Ending{}, false
}

// memorySigns begin the lines in which the run-time says that the system gives
// it no more memory, where that comes before the fatal error.
var memorySigns = []string{
	"runtime: out of memory",
	"runtime: cannot allocate memory",
	"runtime: failed to create new OS thread",
	"runtime: cannot map pages in arena address space",
}

func memory(evidence string) Ending {
	return Ending{End: MemoryLimit, Message: "it needed more memory than it may have", Evidence: evidence}
}

func deadlock(evidence string) Ending {
	return Ending{
		End: Panicked, Cause: CauseDeadlock,
		Message: "deadlock: all goroutines are asleep", Evidence: evidence,
	}
}

// fatal translates what follows "fatal error: ".
func fatal(text string) Ending {
	evidence := "fatal error: " + text
	switch {
	case text == "stack overflow":
		return Ending{
			End: Crashed, Cause: CauseStackOverflow,
			Message: "stack overflow: a function calls itself without end", Evidence: evidence,
		}
	case strings.HasSuffix(text, "deadlock!"):
		return deadlock(evidence)
	case strings.Contains(text, "out of memory"), strings.Contains(text, "cannot allocate memory"),
		strings.Contains(text, "cannot map pages"), text == "runtime.newosproc":
		return memory(evidence)
	}
	return Ending{End: Crashed, Message: text, Evidence: evidence}
}

// position finds where the text of a panic says that it happened.
var position = regexp.MustCompile(`\.go:(\d+)`)

// goroutinePanic translates a panic that ended the process: one in a goroutine
// that the student's code started, since the worker recovers those in its own.
func goroutinePanic(stderr string) Ending {
	_, text, _ := strings.Cut("\n"+stderr, "\npanic: ")
	var message []string
	for i, line := range strings.Split(text, "\n") {
		if i > 0 && !strings.HasPrefix(line, "\t") {
			break
		}
		message = append(message, strings.TrimPrefix(line, "\t"))
	}
	e := Ending{
		End: Panicked, Cause: CauseGoroutine,
		Message:  cut(strings.TrimSuffix(strings.Join(message, "\n"), " [recovered, repanicked]")),
		Evidence: fmt.Sprintf("exit code %d and a panic on standard error", exitRuntime),
	}
	if m := position.FindStringSubmatch(e.Message); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
	}
	return e
}
