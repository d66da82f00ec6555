//go:build !unix

package queue_test

import (
	"testing"
	"time"
)

// processorTime is not to be had here.
func processorTime(testing.TB) time.Duration { return 0 }
