//go:build !linux

package worker

const abandoningParent = ""

func abandon() {}
