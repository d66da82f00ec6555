package main

import (
	"bytes"
	"fmt"
	"go/format"
	"go/types"
	"strings"

	"github.com/miniflow/grader/harness/student/std"

	"golang.org/x/tools/go/gcexportdata"
)

// writeExports adds one file of export data a package and the Go file that
// embeds them. The format keeps only what the package's exported objects reach,
// without positions and function bodies.
func writeExports(w *world, files map[string][]byte) error {
	var vars, cases bytes.Buffer
	for i, path := range w.exported {
		var data bytes.Buffer
		if err := gcexportdata.Write(&data, nil, w.packages[path]); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := checkReached(data.Bytes(), path); err != nil {
			return err
		}
		name := "data/" + strings.ReplaceAll(path, "/", "_") + ".x"
		sharded, err := shard(data.Bytes(), w.packages[path])
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		files[name] = sharded
		fmt.Fprintf(&vars, "\n//go:embed %s\nvar export%d string\n", name, i)
		fmt.Fprintf(&cases, "case %q: return export%d, true\n", path, i)
	}
	source, err := format.Source(fmt.Appendf(nil, `%s
package host

import _ "embed"
%s
// exportData returns the export data of a package.
func exportData(path string) (string, bool) {
	switch path {
	%s}
	return "", false
}
`, header, vars.Bytes(), cases.Bytes()))
	if err != nil {
		return err
	}
	files["zexports.go"] = source
	return nil
}

// checkReached makes sure that export data never brings in the original of a
// package whose own edition is checked from source: the two would be different
// packages to the type checker.
func checkReached(data []byte, path string) error {
	reached := map[string]*types.Package{}
	if _, err := gcexportdata.Read(bytes.NewReader(data), nil, reached, path); err != nil {
		return err
	}
	for other := range reached {
		if _, interpreted := std.Source(other); interpreted {
			return fmt.Errorf("the API of %s mentions package %s, which is interpreted", path, other)
		}
	}
	return nil
}
