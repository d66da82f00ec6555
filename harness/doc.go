// Package harness grades one submission: it reads the student's file, has a
// worker process run it over the cases of a suite, compares the gradients that
// come back with the reference's, and says what they are worth.
//
// Start at [Grade]. The result is a [Result], whose JSON form is described by
// result.schema.json; package report turns it into text for people.
//
// What this package is for:
//
//   - deciding. Everything that makes a grade happens here, in the parent
//     process: expected gradients, tolerance, verdict, score.
//   - fairness. A [Status] that nobody set is [InternalError], and our own
//     faults have no score at all rather than a score of zero.
//   - silence about hidden cases: [Result] holds their names, statuses and
//     points, so that no report can tell more.
//
// What it is not for: it never evaluates student code, knows neither flags nor
// terminals, and trusts nothing that a worker sends.
package harness
