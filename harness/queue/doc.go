// Package queue has a batch graded by many machines, over NATS JetStream.
//
// [Client] is the batch's end. It takes the place of a grader: it gets submissions
// and gives results, so that whatever is made of those is the same as without a
// queue. [Host] is the end of a machine that grades. [Serve] starts a server in the
// process itself, for who has none.
//
// What it is for:
//
//   - At least once from the queue, exactly once in the grade book. A job is named by
//     the student (the place of the file in the class folder), the content, the
//     suite, the limits and the build of the grader. Its subject takes one message,
//     and so does that of its result: offering a job, grading it and storing its
//     result can all be done twice, and nothing comes of the second time.
//   - Nothing is lost with a machine. A job is acknowledged when its result is
//     stored; one whose host says nothing for [Options].Patience goes to another. A
//     batch looks again for each result that is due, and offers its job again, so
//     that even a server may come back without anything. What a batch has noted in
//     its journal it doesn't need the queue for.
//   - Bounds. A batch has so many submissions and so many bytes on their way, a host
//     as many as it grades at a time and the same number waiting, and results go
//     from the store as they come into the journal. Where the store is full all the
//     same, a host hands a result to the batch itself.
//   - Quarantine. A submission that has brought down three hosts (not its worker,
//     which is what workers are for) is an internal_error, for a person to look at.
//     That a host is gone is asked, not guessed from time: see [Host].
//
// What it is not for: it doesn't schedule, weigh or reserve. Whoever pulls grades.
// Hosts are trusted: they have the suite and say what the result is. Who may connect
// is the server's to decide, by accounts, passwords and certificates.
package queue
