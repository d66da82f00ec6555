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
//     some more than it runs at a time and the same number waiting, and results go
//     from the store as they come into the journal. Where the store is full all the
//     same, a host hands a result to the batch itself.
//   - Quarantine. A submission that has brought down three hosts (not its worker,
//     which is what workers are for) is an internal_error, for a person to look at.
//     A job that may have brought down a host runs with no other beside it, so that
//     none is blamed for its neighbour. That a host is gone is asked, not guessed from
//     time: see [Host].
//
// What it is not for: it doesn't schedule, weigh or reserve. Whoever pulls grades.
// Hosts are trusted: they have the suite and say what the result is. Who may connect
// is the server's to decide, by accounts, passwords and certificates.
//
// # Capacity
//
// Measured on two cores of an AMD EPYC; processor time for one submission:
//
//	grading a right answer on the built-in suite       13.6 ms   BenchmarkServe of cmd/grader, cpu-ms/local
//	the same through a server in the process           14.9 ms   cpu-ms/shared
//	the queue alone, all its ends, messages of 1 KiB    0.19 ms  BenchmarkQueue
//	the same, messages of 16 KiB                        0.48 ms
//	a batch's journal and books, results of 23 KB       1.3 ms   a second batch over 400 graded files
//
// Throughput through a server in the process was 84 to 89 % of the local batch's, over
// three rounds of 200 submissions in turn. The queue holds what is in flight, by
// default 1,024 submissions and their results, some 25 MB; the journal grows by 23 KB
// a submission.
//
// So N submissions take max(N·14.9 ms / cores, N·1.3 ms / batches). Grading is what
// saturates first, up to 11 cores for each batch; beyond, it is the batch's own end,
// whose books are written in the order of the class, at 770 submissions a second.
// More cores want more batches: a class in several folders, all on one queue.
//
//	submissions   core time   1 core    10 cores   1,000 cores, one batch   90 batches
//	100,000       25 min      25 min    2.5 min    2.2 min                  1.5 s
//	10,000,000    41 h        41 h      4.1 h      3.6 h                    2.5 min
//
// The last column is arithmetic and has not been run: its server takes 67,000
// submissions a second, where the one of BenchmarkQueue took 9,600. Long before,
// several servers, each with some of the batches, are the way to go.
package queue
