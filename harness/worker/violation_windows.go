package worker

import "os"

// violation has nothing to say: Windows knows no signals.
func violation(*os.ProcessState) (name string, ours bool) { return "", false }
