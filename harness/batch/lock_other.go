//go:build !unix || solaris || aix

package batch

import "os"

// lock does nothing: two runs into one folder are for the user to avoid.
func lock(*os.File) error { return nil }
