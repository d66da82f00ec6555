// Package populate has the kernel map ahead of time what every process of the
// command goes through anyway; import it for that. One lives for some milliseconds,
// and to fault on its two thousand pages one by one takes a fifth of that.
//
// It imports next to nothing, so that it is initialised before most others.
package populate
