package worker

import (
	"time"

	"github.com/miniflow/grader/cases/problem"
)

// Job is what one call of [Run] does: compile a source, and run problems with
// it. All problems of a job may run in one process, so that code which has seen
// one of them may tell when it runs another.
type Job struct {
	Name     string // the file's name, for messages
	Source   []byte
	Problems []*problem.Problem

	// Strikes is how many workers the same submission has brought down in
	// earlier jobs; see [Report.Strikes].
	Strikes int

	// Turns are for the job's workers to take before they run student code.
	Turns Turns
}

// MaxStrikes is how many workers a submission may bring down. After that its
// remaining problems are skipped, so that an endless loop costs two time-outs
// and not one for each case.
const MaxStrikes = 2

// Limits bound what a job may use. A field that is zero has the default.
type Limits struct {
	// Timeout bounds the wall-clock time of one case, from when the worker
	// begins it, and of the package's initialisers. One that has not had that much
	// of the processor, on a busy machine, may take up to three times as long.
	// Default: 2s.
	Timeout time.Duration

	// Startup bounds the wall-clock time that a worker takes to be ready. None of
	// the student's code runs in it, nor in the next, so that they do not count
	// against Timeout. Default: 10s.
	Startup time.Duration

	// Compile bounds the wall-clock time that a worker takes to compile the source.
	// An ordinary one takes some ten milliseconds. Default: 5s.
	Compile time.Duration

	// Memory bounds the worker's memory, in bytes. Default: 256 MiB.
	Memory int64

	// Stack bounds the stack of one goroutine, in bytes. Default: 48 MiB.
	Stack int

	// Output bounds the standard output that is kept, in bytes for the whole
	// job. What comes after is cut. Default: 64 KiB.
	Output int

	// Flood bounds the standard output that is borne, in bytes for one worker,
	// where no write counts for less than 64: a case that prints more is ended
	// with [OutputLimit]. Default: 4 MiB.
	Flood int64

	// RequireSandbox makes Run fail if the machine lacks a layer of the
	// sandbox.
	RequireSandbox bool

	// without leaves out layers of the sandbox. Only tests do that: to see what
	// each is good for, and to be on a machine that lacks one.
	without []string
	// processor bounds the processor time, in seconds, if it is not 0; else the
	// other limits do. Only a test wants it.
	processor uint64
}

// The defaults of Limits.
const (
	DefaultTimeout = 2 * time.Second
	DefaultStartup = 10 * time.Second
	DefaultCompile = 5 * time.Second
	DefaultMemory  = 256 << 20
	DefaultStack   = 48 << 20
	DefaultOutput  = 64 << 10
	DefaultFlood   = 4 << 20
)

func (l Limits) withDefaults() Limits {
	return Limits{
		Timeout:        orDefault(l.Timeout, DefaultTimeout),
		Startup:        orDefault(l.Startup, DefaultStartup),
		Compile:        orDefault(l.Compile, DefaultCompile),
		Memory:         orDefault(l.Memory, DefaultMemory),
		Stack:          orDefault(l.Stack, DefaultStack),
		Output:         orDefault(l.Output, DefaultOutput),
		Flood:          orDefault(l.Flood, DefaultFlood),
		RequireSandbox: l.RequireSandbox,
		without:        l.without,
		processor:      l.processor,
	}
}

func orDefault[T ~int | ~int64](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}
