package confirm

import (
	"bytes"
	"fmt"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/report"
)

// Report is all that the maintainers need of an overruled verdict, as a txtar
// archive: the versions, how the two runs differ, and the submission. Who handed
// it in is not in it.
func Report(r *harness.Result) []byte {
	var b bytes.Buffer
	first := r.Overruled.First
	fmt.Fprintf(&b, "grader %s, %s, suite %s\n\n", r.Grader, r.Confirmed, r.Suite)
	for _, line := range r.Overruled.Differences {
		fmt.Fprintln(&b, report.Clean(line))
	}
	fmt.Fprintf(&b, "\ninterpreted: %s\ncompiled:    %s\n", report.Clean(first.Message), report.Clean(r.Message))
	if first.Fault != nil {
		fmt.Fprintf(&b, "the interpreter's fault: %s\n", report.Clean(first.Fault.Error()))
	}
	fmt.Fprintf(&b, "-- %s --\n%s", sourceName, r.Overruled.Source)
	if !bytes.HasSuffix(r.Overruled.Source, []byte("\n")) {
		b.WriteByte('\n')
	}
	return b.Bytes()
}
