// Package lower turns a type-checked Go program in SSA form into plain Go that
// the interpreter runs as the compiler would run the original.
//
// The interpreter knows an older and smaller Go than students write, and is
// wrong in silence about parts of it. So it is given a Go that is smaller still,
// the target subset:
//
//   - functions whose statements are assignments of one operation, if, goto,
//     labels and return; all variables declared on top; no nested functions but
//     the one literal in which a closure or a body with deferred calls lives;
//   - no named types but structs, whose fields are F0, F1, …; no methods, no
//     interfaces but any and those of compiled packages;
//   - no generics, no range, switch or select, no defer, panic or recover;
//   - every index, division, pointer and conversion that may fail is tested
//     first, and fails in compiled code (package rt).
//
// What SSA form does away with (generics, iterators, loop variables, evaluation
// order, embedding, constants), needs no further thought. What is left:
//
//	types.go     how a type is represented; types that contain themselves
//	boxes.go     interface values that hold a type which the target lacks
//	dispatch.go  calls of, and assertions to, the student's own interfaces
//	values.go    constants, operands, places
//	checks.go    the tests before an operation that may panic
//	instr.go     instructions; in files of their own those of interfaces.go,
//	             maps.go, slices.go and selects.go
//	numbers.go   arithmetic and conversions
//	order.go     when a statement reads variables that its calls change
//	control.go   blocks, jumps, phis
//	calls.go     calls, built-in functions, compiled functions
//	defers.go    go, defer, recover
//	funcs.go     functions, closures, initialisation
//	zeros.go     arguments that are negative zeros
//
// What has no sound rendering makes Lower return an [Unsupported] error.
package lower
