//go:build !cgo

package worker

const cLibrary = false
