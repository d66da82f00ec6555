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
// Measured on two cores of an AMD EPYC that others kept busy at the same time (a load
// of 40), so that times are upper bounds; processor time for one submission:
//
//	grading a right answer on the built-in suite       25.3 ms   BenchmarkServe of cmd/grader, cpu-ms/local
//	the same through a server in the process           27.8 ms   cpu-ms/shared
//	the queue alone, all its ends, messages of 1 KiB    0.27 ms  BenchmarkQueue
//	the same, messages of 16 KiB                        0.62 ms
//	a batch's journal and books, results of 23 KB       1.8 ms   a second batch over 400 graded files
//
// Throughput through a server in the process was 95 % of the local batch's, over three
// rounds of 200 submissions in turn. The queue holds what is in flight, by default
// 1,024 submissions and their results, some 25 MB; the journal grows by 23 KB a
// submission.
//
// So N submissions take max(N·27.8 ms / cores, N·1.8 ms / batches). Grading is what
// saturates first, up to 15 cores for each batch; beyond, it is the batch's own end,
// whose books are written in the order of the class, at 550 submissions a second.
// More cores want more batches: a class in several folders, all on one queue.
//
//	submissions   core time   1 core    10 cores   1,000 cores, one batch   65 batches
//	100,000       46 min      46 min    4.6 min    3 min                    3 s
//	10,000,000    77 h        77 h      7.7 h      5 h                      4.6 min
//
// The last column is arithmetic and has not been run: its server takes 36,000
// submissions a second, where the one of BenchmarkQueue took 1,200 on a third of a
// busy core. Long before, several servers, each with some of the batches, are the way
// to go.
package queue
