// Package worker is the boundary between the grader and a student's code.
//
// [Run] starts a worker: a fresh process of the same binary, which takes a
// source file and problems, and answers with gradients. The worker is not
// trusted. It never holds an expected gradient, and what it says is a claim for
// the caller to compare.
//
// The parent's side is [Run], which never evaluates student code; the worker's
// side is [Main], which every binary that calls Run must call first thing in its
// own main. Start with Run.
//
// Goals:
//
//   - A worker always ends. It is killed, with its process group, when it passes
//     a limit, when the context ends and when its job is done, and it is reaped.
//   - How a worker ended is known from evidence: who killed it, its exit state,
//     and what the run-time wrote on standard error. See [Ending].
//   - One case that loops or dies costs that case. The rest run in a fresh worker.
//   - On Linux a worker takes away from itself, before it reads the source, all
//     that the machine lets an unprivileged process take away. See [Layers].
//
// Not goals: deciding what an ending is worth, and hiding one problem of a job
// from another. Problems that must not be seen together make two jobs.
package worker
