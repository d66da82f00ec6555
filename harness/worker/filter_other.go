//go:build linux && !amd64 && !arm64

package worker

import "errors"

func restrictCalls() error {
	return errors.New("there is no list of system calls for this machine's architecture")
}
