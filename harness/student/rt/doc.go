// Package rt is the run-time support of lowered student code.
//
// The lowering (package lower) turns a student's file into a small Go without
// named types, methods, defer, recover or generics, which the interpreter runs
// faithfully. What that small Go can't say for itself, it calls here, where the
// real compiler's Go says it:
//
//   - interface values that hold a value of a student's own type ([Box]),
//     their identity, equality, hashing and formatting;
//   - the panics of the language, raised by the very operation in compiled
//     code, so that their texts and types are Go's own ([Machine.Index] …);
//   - defer, panic and recover ([Defers]);
//   - iteration over maps and strings, select, conversions whose result
//     depends on the machine.
//
// Nothing here decides a grade, and nothing here can reach a file, a socket or
// an expected gradient. A [Machine] holds the state of one loaded program.
package rt
