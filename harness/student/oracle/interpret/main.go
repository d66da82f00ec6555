// Interpret is the child process that package oracle interprets a program in.
package main

import "github.com/miniflow/grader/harness/student/oracle"

func main() { oracle.Interpret() }
