//go:build !linux

package quiet

func hush() {}

// End does nothing: no sandbox of this system forbids to open files.
func End() {}
