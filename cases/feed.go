package cases

import (
	"fmt"
)

// feeding is a matrix of a case file: an input's value or a pinned gradient.
type feeding struct {
	ident
	rows, cols int
	flat       bool // written as one list of numbers: a row or a column
	data       Floats
	at         []position // of the entries
	sound      bool       // it could be read
}

// readMatrices reads a mapping from names to matrices.
func (d *decoder) readMatrices(v value, what string) []*feeding {
	if v.kind != mapping || len(v.entries) == 0 {
		d.fail(v.at, "%s has to be a mapping from names to matrices, such as X: [[1, 2], [3, 4]]; this is %s", what, describeMapping(v))
		return nil
	}
	seen := make(map[string]position)
	var all []*feeding
	for _, e := range v.entries {
		if first, ok := seen[e.key]; ok {
			d.fail(e.at, "the key %s is repeated; it is already in line %d", quote(e.key), first.line)
			continue
		}
		seen[e.key] = e.at
		f := d.readMatrix(e)
		all = append(all, f)
		if msg := invalidName(e.key); msg != "" {
			d.fail(e.at, "%s", msg)
			f.sound = false
		}
	}
	return all
}

func describeMapping(v value) string {
	if v.kind == mapping && len(v.entries) == 0 {
		return "an empty mapping"
	}
	return v.describe()
}

// readMatrix reads nested lists as rows, and one list of numbers as a row or a
// column: which of them, the graph decides. A number alone is a 1×1 matrix.
func (d *decoder) readMatrix(e entry) *feeding {
	f := &feeding{ident: ident{e.key, e.at}}
	before := len(d.src.errs)
	v := e.value
	switch {
	case v.kind == scalar:
		d.readRow(f, []value{v})
		f.rows, f.cols = 1, 1
	case v.kind != list || len(v.items) == 0:
		d.fail(v.at, "%s has to be a matrix: a list of rows, each a list of numbers; this is %s", quote(e.key), describeList(v))
	case v.items[0].kind != list:
		d.readRow(f, v.items)
		f.flat, f.rows, f.cols = true, len(v.items), 1
	default:
		d.readRows(f, v.items)
	}
	d.entries += len(f.data)
	if d.entries > maxEntries && d.entries-len(f.data) <= maxEntries {
		d.fail(e.at, "the matrices up to this one have more than %d entries together", maxEntries)
	}
	f.sound = len(d.src.errs) == before
	return f
}

func (d *decoder) readRows(f *feeding, rows []value) {
	first := rows[0]
	for i, row := range rows {
		switch {
		case row.kind != list || len(row.items) == 0:
			d.fail(row.at, "row %d of %s has to be a list of numbers; this is %s", i+1, quote(f.name), describeList(row))
		case first.kind == list && len(first.items) > 0 && len(row.items) != len(first.items):
			d.fail(row.at, "row %d of %s has %s, and row 1 has %d: all rows of a matrix are equally long",
				i+1, quote(f.name), count(len(row.items), "entry", "entries"), len(first.items))
		default:
			d.readRow(f, row.items)
		}
	}
	f.rows, f.cols = len(rows), len(first.items)
}

func (d *decoder) readRow(f *feeding, items []value) {
	for _, item := range items {
		if item.kind == list {
			d.fail(item.at, "an entry of %s has to be a number: this is a list; a matrix is a list of rows, and a row a list of numbers", quote(f.name))
			continue
		}
		if x, ok := d.number(item, "an entry of "+quote(f.name)); ok {
			f.data, f.at = append(f.data, x), append(f.at, item.at)
		}
	}
}

// matrix is f as a Matrix. A flat one is a column, or a row if asRow.
func (f *feeding) matrix(asRow bool) Matrix {
	m := Matrix{Name: f.name, Rows: f.rows, Cols: f.cols, Data: f.data}
	if f.flat && asRow {
		m.Rows, m.Cols = m.Cols, m.Rows
	}
	return m
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
