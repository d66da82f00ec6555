// Package random makes cases that nobody has seen: random networks with random
// inputs, and pinned gradients.
//
// A case follows from a seed and a number alone, to the byte, and is the same
// however many others are made. It is valid, for it is written as a case file and
// read back as strictly as any other, and well-conditioned: no Sigmoid is
// saturated, every gradient is of a size that means something, and an answer that
// is right but for rounding stays far inside the default tolerance. So no correct
// answer fails one, and answers that have gradients written down fail them all.
//
// The networks differ in depth, shapes, fan-out and in how branches come together
// again; some are trained for a few steps. Any few cases in a row have Sigmoids
// with several outputs among them.
//
// Where to start: [Spec.Case]; grow.go makes networks, condition.go says which are
// good enough.
package random
