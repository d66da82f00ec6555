//go:build cgo

package worker

// cLibrary says that the binary is linked with the C library, as it is wherever
// a C compiler was found: packages that synchronise threads, or look up names,
// bring it in.
const cLibrary = true
