package problem

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The binary form of a problem and of an outcome is how they cross from one
// process to another. A worker reads and writes dozens of matrices and lives for
// some milliseconds, too short for a general encoding to earn back what it finds
// out about types. Whole numbers are varints; a text and a list begin with their
// length; an entry of a matrix is its IEEE 754 bits, least significant byte first,
// so that a gradient crosses bit for bit and NaN and the infinities with it.

// AppendProblems appends the problems' binary form to b.
func AppendProblems(b []byte, problems []*Problem) []byte {
	b = binary.AppendUvarint(b, uint64(len(problems)))
	for _, p := range problems {
		b = appendText(b, p.Name)
		b = binary.AppendUvarint(b, uint64(len(p.Graph)))
		for _, s := range p.Graph {
			b = appendText(b, s.Name)
			b = appendText(b, s.Op)
			b = appendTexts(b, s.Args)
		}
		b = appendMatrices(b, p.Feed)
		b = appendTexts(b, p.Compare)
		if p.Descent == nil {
			b = append(b, 0)
			continue
		}
		b = append(b, 1)
		b = binary.AppendUvarint(b, uint64(p.Descent.Steps))
		b = appendFloat(b, p.Descent.LearningRate)
		b = appendTexts(b, p.Descent.Update)
	}
	return b
}

// ReadProblems reads what AppendProblems writes, and nothing else. It checks the
// form, not whether the problems are sound.
func ReadProblems(data []byte) ([]*Problem, error) {
	r := reader{rest: data}
	var problems []*Problem
	for range r.count(5) {
		p := &Problem{Name: r.text()}
		for range r.count(3) {
			p.Graph = append(p.Graph, Statement{Name: r.text(), Op: r.text(), Args: r.texts()})
		}
		p.Feed = r.matrices()
		p.Compare = r.texts()
		switch r.number() {
		case 0:
		case 1:
			p.Descent = &Descent{Steps: r.number(), LearningRate: r.float(), Update: r.texts()}
		default:
			r.fail("more than one descent")
		}
		problems = append(problems, p)
	}
	if err := r.end(); err != nil {
		return nil, err
	}
	return problems, nil
}

// Append appends the outcome's binary form to b.
func (o *Outcome) Append(b []byte) []byte {
	for _, pass := range o.Passes {
		b = appendMatrices(b, pass.Gradients)
		b = binary.AppendUvarint(b, uint64(len(pass.Sigmoids)))
		for _, s := range pass.Sigmoids {
			b = appendText(b, s.Node)
			b = appendMatrix(b, s.Input)
			b = appendMatrix(b, s.Value)
			b = appendTexts(b, s.Outputs)
			b = appendMatrices(b, s.Upstream)
			b = appendMatrix(b, s.Gradient)
		}
	}
	return appendMatrices(b, o.Descent)
}

// ReadOutcome reads what Append writes, and nothing else. Every matrix that it
// yields has as many entries as its shape says, so that nobody has to check before
// they index; that it is the matrix that was asked for is another matter.
func ReadOutcome(data []byte) (*Outcome, error) {
	r := reader{rest: data}
	var o Outcome
	for i := range o.Passes {
		pass := &o.Passes[i]
		pass.Gradients = r.matrices()
		for range r.count(12) {
			pass.Sigmoids = append(pass.Sigmoids, Observation{
				Node:     r.text(),
				Input:    r.matrix(),
				Value:    r.matrix(),
				Outputs:  r.texts(),
				Upstream: r.matrices(),
				Gradient: r.matrix(),
			})
		}
	}
	o.Descent = r.matrices()
	if err := r.end(); err != nil {
		return nil, err
	}
	return &o, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendTexts(b []byte, texts []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, s := range texts {
		b = appendText(b, s)
	}
	return b
}

func appendFloat(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

func appendMatrix(b []byte, m Matrix) []byte {
	b = appendText(b, m.Name)
	b = binary.AppendUvarint(b, uint64(m.Rows))
	b = binary.AppendUvarint(b, uint64(m.Cols))
	for _, v := range m.Data {
		b = appendFloat(b, v)
	}
	return b
}

func appendMatrices(b []byte, matrices []Matrix) []byte {
	b = binary.AppendUvarint(b, uint64(len(matrices)))
	for _, m := range matrices {
		b = appendMatrix(b, m)
	}
	return b
}

// reader takes a binary form apart. From the first thing on that does not fit, it
// yields zeros, and err says what that was.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("malformed binary form: "+format, args...)
		r.rest = nil
	}
}

// end returns the error, if any: that something is left is one too.
func (r *reader) end() error {
	if len(r.rest) > 0 {
		r.fail("%d bytes too many", len(r.rest))
	}
	return r.err
}

// take returns the next n bytes.
func (r *reader) take(n int) []byte {
	if r.err != nil || n > len(r.rest) {
		r.fail("%d bytes wanted, %d left", n, len(r.rest))
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// number returns a whole number from 0 to the largest int32.
func (r *reader) number() int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > math.MaxInt32 {
		r.fail("no number up to %d", math.MaxInt32)
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

// count returns the length of a list whose elements take at least so many bytes
// each. It is no longer than what is left, so that a length takes no memory by
// itself.
func (r *reader) count(least int) int {
	n := r.number()
	if n > len(r.rest)/least {
		r.fail("a list of %d in %d bytes", n, len(r.rest))
		return 0
	}
	return n
}

func (r *reader) text() string { return string(r.take(r.number())) }

func (r *reader) texts() []string {
	var texts []string
	for range r.count(1) {
		texts = append(texts, r.text())
	}
	return texts
}

func (r *reader) float() float64 {
	raw := r.take(8)
	if raw == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(raw))
}

func (r *reader) matrix() Matrix {
	m := Matrix{Name: r.text(), Rows: r.number(), Cols: r.number()}
	entries := int64(m.Rows) * int64(m.Cols)
	if entries == 0 && m.Rows != m.Cols || entries > int64(len(r.rest)/8) {
		r.fail("matrix %q is %s with %d bytes to come", m.Name, m.Shape(), len(r.rest))
	}
	if r.err != nil || entries == 0 {
		return Matrix{Name: m.Name}
	}
	m.Data = make(Floats, entries)
	for i := range m.Data {
		m.Data[i] = r.float()
	}
	return m
}

func (r *reader) matrices() []Matrix {
	var matrices []Matrix
	for range r.count(3) {
		matrices = append(matrices, r.matrix())
	}
	return matrices
}
