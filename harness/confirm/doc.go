// Package confirm gives second opinions: it compiles a submission with the Go
// toolchain of the machine, together with the students' kit, and runs it over
// the same problems as the interpreter did, in the same kind of process.
//
// Make a [Toolchain] once a run. Its Compile is what harness.Options wants; when
// to ask for an opinion, and what to do with one that differs, is decided there.
//
// Goals:
//
//   - The Go compiler itself decides what a submission does: the same sources
//     that a student builds, in the same language version.
//   - Nothing is fetched, and nothing of the user's is changed. Packages are
//     compiled once, into the user's build cache; a submission's own files stay
//     in a folder that goes away.
//   - A submission that is hard to compile costs bounded time and memory, and
//     keeps the verdict that it has.
//   - The compiled code is confined before any of it runs: see package gate.
//
// Submissions are not built by the go command. It would act on what files say
// about cgo, embedding and the like, and keep what it builds. The compiler and
// the linker are run as it runs them, with a list of the packages that can be
// imported: others don't exist for them.
//
// Not goals: other systems than Linux, where there is no sandbox for compiled
// code; finding out what a submission should be told, which package harness does
// from the report, whichever way it came about.
package confirm
