//go:build !linux

package confirm

import (
	"errors"
	"os"
	"syscall"
)

// There is no sandbox for compiled code here, so that no tool is ever started.
const confinable = false

func attributes() *syscall.SysProcAttr { return nil }

func killGroup(p *os.Process) error { return p.Kill() }

func (*bounds) apply(*os.Process) error { return errors.ErrUnsupported }
