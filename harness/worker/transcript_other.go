//go:build !linux

package worker

import "errors"

func newTranscript() *transcript { return nil }

func openTranscript(int) (*writer, error) { return nil, errors.ErrUnsupported }
