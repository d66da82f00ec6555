package oracle

import (
	"encoding/json"
	"io"
	"os"
	"runtime/debug"
)

// This file too is part of what Native builds, as text. A child process gets
// the graphs on its standard input, runs one program and writes the report to
// descriptor 3; standard output and standard error are the program's.

// maxStack is the limit on one goroutine's stack, in bytes: an endless
// recursion should not take the gigabyte that it takes by default.
const maxStack = 128 << 20

// Serve is the main function of a child process. Its one argument names the
// program; a name that isn't there runs none.
func Serve(programs map[string]func(graphs []byte) any) {
	run := programs[os.Args[1]]
	if run == nil {
		return
	}
	debug.SetMaxStack(maxStack)
	graphs, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	report, err := json.Marshal(run(graphs))
	if err != nil {
		panic(err)
	}
	if _, err := os.NewFile(3, "report").Write(report); err != nil {
		panic(err)
	}
}
