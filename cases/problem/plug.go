package problem

import "github.com/miniflow/grader/reference/miniflow"

// plug makes backward the Backward of s. It stands in a file of its own because
// a program that is built over the students' kit, where Backward is a method
// like any other, has another plug.go; see [Sources].
func plug(s *miniflow.Sigmoid, backward func(*miniflow.Sigmoid)) { s.Plug(backward) }
