package oracle

import (
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"runtime"
	"strings"
	"sync"
)

// Native builds every program with the Go toolchain, together with the kit,
// and runs each in a process of its own. The outcomes are in the
// programs' order. dir is an empty directory to build in; compiled packages
// stay in the user's build cache, so that the same programs build fast a
// second time.
//
// A program that doesn't compile is an Outcome with a Refusal, or with a
// Failure, in the compiler's words. An error means that the toolchain or this package is at
// fault.
func Native(ctx context.Context, dir string, programs []Program) ([]Outcome, error) {
	if len(programs) == 0 {
		return nil, errors.New("no programs to build")
	}
	m := &module{dir: dir}
	for _, p := range programs {
		m.packages = append(m.packages, packageName(p.Source))
	}
	if err := m.write(programs); err != nil {
		return nil, err
	}
	refusals, err := m.compile(ctx)
	if err != nil {
		return nil, err
	}
	binaries, err := m.link(ctx, refusals)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(programs))
	err = parallel(len(programs), func(i int) error {
		name := m.packages[i]
		if refusal, ok := refusals[name]; ok {
			if outcomes[i].Failure = failure(refusal); outcomes[i].Failure == "" {
				outcomes[i].Refusal = refusal
			}
			return nil
		}
		var err error
		outcomes[i], err = runNative(ctx, binaries[name], name, programs[i].graphs())
		return err
	})
	return outcomes, err
}

// runNative runs one program of a binary.
func runNative(ctx context.Context, binary, name string, graphs []Graph) (Outcome, error) {
	input, err := json.Marshal(graphs)
	if err != nil {
		return Outcome{}, err
	}
	o, err := runChild(ctx, exec.Command(binary, name), input, func(report []byte, o *Outcome) error {
		return json.Unmarshal(report, &o.Runs)
	})
	// The text of a generic type's name holds the path of its package.
	own := strings.NewReplacer("oracle/"+name+"/miniflow", "miniflow-lesson/miniflow")
	o.Stdout, o.Death = own.Replace(o.Stdout), own.Replace(o.Death)
	for i := range o.Runs {
		o.Runs[i].Panic = own.Replace(o.Runs[i].Panic)
	}
	return o, err
}

// parallel calls f for 0 to n-1, on as many goroutines as there are
// processors.
func parallel(n int, f func(i int) error) error {
	var (
		wg     sync.WaitGroup
		next   = make(chan int)
		mu     sync.Mutex
		failed []error
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					mu.Lock()
					failed = append(failed, err)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return errors.Join(failed...)
}
