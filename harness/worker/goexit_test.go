package worker

import "runtime"

func goexit() { runtime.Goexit() }
