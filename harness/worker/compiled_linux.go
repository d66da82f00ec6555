//go:build amd64 || arm64

package worker

import (
	"os"

	"golang.org/x/sys/unix"
)

// launchCompiled starts the compiled program at path. What it prints, up to most
// bytes, goes to memory.
func (p *process) launchCompiled(path string, most int64) (err error) {
	var requests, replies *os.File // the program's ends
	p.tape = &tape{most: most}
	defer func() {
		requests.Close() // of a nil file: an error, and nothing else
		replies.Close()
		if err != nil {
			p.closePipes()
		}
	}()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	if p.tape.stdout.file, err = inMemory("stdout"); err != nil {
		return err
	}
	if p.tape.stderr.file, err = inMemory("stderr"); err != nil {
		return err
	}
	if requests, p.requests, err = os.Pipe(); err != nil {
		return err
	}
	if p.replies, replies, err = os.Pipe(); err != nil {
		return err
	}
	p.os, err = startProcess(path, []string{compiledName}, &os.ProcAttr{
		Dir:   "/",
		Env:   []string{},
		Files: []*os.File{null, p.tape.stdout.file, p.tape.stderr.file, fdRequests: requests, fdReplies: replies},
		Sys:   attributes(),
	})
	return err
}

// confinement is how p, if it is a compiled program, has to confine itself.
func (p *process) confinement() (*confinement, error) {
	if p.tape == nil {
		return nil, nil
	}
	// It says how much it has printed, for which it has to ask.
	calls := append(allowed(uint32(p.os.Pid)), call{number: unix.SYS_LSEEK, name: "lseek"})
	program, err := assemble(calls)
	if err != nil {
		return nil, err
	}
	c := &confinement{}
	if c.Processes, err = processLimit(); err != nil {
		return nil, err
	}
	for _, i := range program {
		c.Filter = append(c.Filter, uint64(i.Code)<<48|uint64(i.Jt)<<40|uint64(i.Jf)<<32|uint64(i.K))
	}
	return c, nil
}
