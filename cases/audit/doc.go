// Package audit tells whether a suite of cases can be trusted: whether it
// accepts every correct answer and catches every mistake that students make.
//
// It runs answers whose verdict is known beforehand, the controls, over every
// case. [Positive] controls are correct formulas; a case that refuses one is
// unfair. [Negative] controls are misconceptions, one by one and two at a time;
// one that passes every case survives, and the suite doesn't test what it says
// it does. [Run] gives a [Report] of what catches what, and of what is wrong.
//
// Misconceptions have the ids under which students are told of them, so that
// what a suite catches and what a student hears are the same things.
//
// Not here: whether a suite is well-formed, which loading it has shown, and what
// a report looks like to people.
//
// Where to start: answer.go says what an answer is made of, mistakes.go how each
// misconception departs from the right one, audit.go what is done with them.
package audit
