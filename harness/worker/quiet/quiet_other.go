//go:build !linux

package quiet

// End does nothing: no sandbox of this system forbids to open files.
func End() {}
