// Package lazy has what is made when it is first used. A worker process starts
// for every submission, and initialises every package of the command: what only
// its parent needs must cost it nothing.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a function that compiles expr when it is called first. It panics
// like [regexp.MustCompile].
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
