package worker

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/miniflow/grader/harness/lazy"
)

// exitRuntime is the exit code of a Go program whose run-time gave up: on a panic
// that nobody recovered and on a fatal error.
const exitRuntime = 2

// classify tells how a worker under the limits l ended, from who killed it, its
// exit state and what the run-time wrote. It returns an *Error for an end that is not to be expected
// of student code.
func classify(d *death, l *setup) (Ending, error) {
	e, ok := lastWords(d.stderr)
	if e.End == MemoryLimit && deep(d.stderr) {
		e = stackOverflow(e.Evidence + ", within a deep recursion")
	}
	if ok && (exitCode(d.state) == exitRuntime || d.killing != notKilled) {
		if e.Cause == CauseSignal && d.peak > l.Memory/2 {
			// Not every place of the run-time looks whether it got the memory that
			// it asked for.
			return memory(fmt.Sprintf("%s, in the run-time, at a peak of %d MiB", e.Evidence, d.peak>>20)), nil
		}
		return e, nil
	}
	switch d.killing {
	case killedForTime:
		return Ending{End: Timeout, Message: "it ran longer than it may", Evidence: "killed when its time was up"}, nil
	case killedForNoise:
		return Ending{End: OutputLimit, Message: "it printed more than it may", Evidence: "killed when it had filled standard error"}, nil
	case killedOnNotice:
		return d.notice, nil
	case killedStarved:
		return Ending{}, &Error{Op: "killed", Err: errors.New("the machine was too busy: the worker's time was up before it had had its share of the processor")}
	case killedForContext:
		return Ending{}, &Error{Op: "killed", Err: errors.New("the context ended")}
	}
	// When it looks at the limit, the kernel counts in ticks, of which a busy
	// machine makes too many. Wall-clock limits end an honest worker long before.
	most := time.Duration(l.Processor) * time.Second
	if used := processorUsed(d.state); d.killing != killedForProtocol && used > most/2 {
		return Ending{
			End: Timeout, Cause: CauseProcessorTime, Message: "it used more processor time than it may",
			Evidence: fmt.Sprintf("%v after %v of processor time", d.state, used.Round(time.Millisecond)),
		}, nil
	}
	if name, ours := violation(d.state); name != "" {
		if ours {
			return Ending{}, &Error{Op: "sandbox", Err: errors.New(name), Evidence: d.String()}
		}
		return Ending{End: Crashed, Message: "the process crashed: " + name, Evidence: d.String()}, nil
	}
	return Ending{}, &Error{Op: "worker", Err: errors.New("ended out of turn"), Evidence: d.String()}
}

func processorUsed(s *os.ProcessState) time.Duration {
	if s == nil {
		return 0
	}
	return s.UserTime() + s.SystemTime()
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
	for rest := stderr; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		if text, ok := strings.CutPrefix(rest, "panic: "); ok {
			return goroutinePanic(text), true
		}
		if text, ok := strings.CutPrefix(line, "fatal error: "); ok {
			return fatal(text), true
		}
		for _, sign := range memorySigns {
			if strings.HasPrefix(line, sign) {
				return memory(line), true
			}
		}
		if m := signal().FindStringSubmatch(line); m != nil {
			return Ending{
				End: Crashed, Cause: CauseSignal,
				Message: "the process crashed: " + m[1], Evidence: line,
			}, true
		}
		rest = after
	}
	return Ending{}, false
}

// signal is how the run-time begins to tell of a signal that it could not make
// into a panic.
var signal = lazy.Regexp(`^SIG[A-Z]+: ([a-z ]+)`)

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

func stackOverflow(evidence string) Ending {
	return Ending{
		End: Crashed, Cause: CauseStackOverflow,
		Message: "stack overflow: a function calls itself without end", Evidence: evidence,
	}
}

// elided is how the run-time says how many frames it leaves out of a stack.
var elided = lazy.Regexp(`(?m)^\.\.\.(\d+) frames elided\.\.\.$`)

// manyFrames are more than any program has that will come back from its calls:
// an interpreted call takes several of them.
const manyFrames = 3000

// deep reports whether the stacks that the run-time wrote are those of an endless
// recursion.
func deep(stderr string) bool {
	for _, m := range elided().FindAllStringSubmatch(stderr, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n > manyFrames {
			return true
		}
	}
	return false
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
	if message, ok := strings.CutPrefix(text, "interpreter: "); ok {
		return Ending{End: Panicked, Cause: CauseGoroutine, Message: cut(message), Ours: true, Evidence: evidence}
	}
	switch {
	case text == "stack overflow":
		return stackOverflow(evidence)
	case strings.HasSuffix(text, "deadlock!"):
		return deadlock(evidence)
	case strings.Contains(text, "out of memory"), strings.Contains(text, "cannot allocate memory"),
		strings.Contains(text, "cannot map pages"), text == "runtime.newosproc":
		return memory(evidence)
	}
	return Ending{End: Crashed, Message: cut(text), Evidence: evidence}
}

// position finds the line in which an evaluator says where the panic of a
// student's goroutine was. The run-time's own such lines go on after the number,
// and are about our code.
var position = lazy.Regexp(`(?m)^\t\S*\.go:(\d+)$`)

// goroutinePanic translates a panic that ended the process: one in a goroutine
// that the student's code started, since the worker recovers those in its own.
// rest is what follows "panic: " on standard error.
func goroutinePanic(rest string) Ending {
	lines := strings.Split(rest, "\n")
	message := lines[:1]
	for _, line := range lines[1:] {
		if !strings.HasPrefix(line, "\t") {
			break
		}
		message = append(message, strings.TrimPrefix(line, "\t"))
	}
	e := Ending{
		End: Panicked, Cause: CauseGoroutine,
		Message:  cut(strings.TrimSuffix(strings.Join(message, "\n"), " [recovered, repanicked]")),
		Evidence: "a panic on standard error",
	}
	if m := position().FindStringSubmatch(rest); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			e.Line = n
		}
	}
	return e
}
