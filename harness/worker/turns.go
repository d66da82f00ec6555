package worker

import "context"

// Turns bound how many workers run student code at the same time. Other workers of
// the same jobs start, compile, and then wait for their turn, so that no processor
// is idle between one submission and the next. Nil bounds nothing.
type Turns chan struct{}

// NewTurns lets n workers run student code at a time.
func NewTurns(n int) Turns { return make(Turns, n) }

// InHand is how many submissions to have in hand for a turn to be taken as soon as
// it is free, and no processor to be idle meanwhile.
func (t Turns) InHand() int {
	if t == nil {
		return 0
	}
	return 2*cap(t) + 2
}

// Take waits for a turn. Its only error is the context's.
func (t Turns) Take(ctx context.Context) error {
	if t == nil {
		return nil
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave ends a turn that was taken.
func (t Turns) Leave() {
	if t != nil {
		<-t
	}
}
