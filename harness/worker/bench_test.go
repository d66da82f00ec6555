//go:build unix

package worker

import (
	"context"
	"syscall"
	"testing"
	"time"
)

// BenchmarkReady is what a process costs: to start it, to confine it and to be
// rid of it.
func BenchmarkReady(b *testing.B) {
	benchmark(b, func(ctx context.Context) error {
		_, err := Layers(ctx)
		return err
	})
}

// BenchmarkRun is what a job of twelve small cases costs with an evaluator that
// costs nothing.
func BenchmarkRun(b *testing.B) {
	job := Job{Source: []byte("backward: nothing"), Problems: quizzes(12)}
	benchmark(b, func(ctx context.Context) error {
		_, err := Run(ctx, job, Limits{})
		return err
	})
}

// benchmark also reports the processor time of an operation, in this process and
// in its workers: a batch is bound by that.
func benchmark(b *testing.B, f func(context.Context) error) {
	b.ReportAllocs()
	ours, theirs := used(b, syscall.RUSAGE_SELF), used(b, syscall.RUSAGE_CHILDREN)
	for b.Loop() {
		if err := f(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(used(b, syscall.RUSAGE_SELF)-ours)/float64(b.N), "parent-cpu-ns/op")
	b.ReportMetric(float64(used(b, syscall.RUSAGE_CHILDREN)-theirs)/float64(b.N), "worker-cpu-ns/op")
}

func used(b *testing.B, who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
