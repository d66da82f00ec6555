package rt

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// format prints a according to a format string, as package fmt does, complaints
// about it included.
func (p *printer) format(format string, a []any) {
	next, indexed := 0, false
	for {
		literal, rest, found := strings.Cut(format, "%")
		p.text(literal)
		if !found {
			break
		}
		d := directive{text: rest, next: next, operands: a, sound: true}
		d.parse()
		p.flags = d.flags
		for _, complaint := range d.complaints {
			p.text(complaint)
		}
		p.directive(&d)
		next, indexed, format = d.next, indexed || d.indexed, d.text
	}
	if !indexed && next < len(a) {
		p.extra(a[next:])
	}
}

// directive prints the operand that d asks for.
func (p *printer) directive(d *directive) {
	switch {
	case d.verb < 0:
		p.text("%!(NOVERB)")
	case d.verb == '%':
		p.text("%")
	case !d.sound:
		p.text("%!" + string(d.verb) + "(BADINDEX)")
	case d.next >= len(d.operands):
		p.text("%!" + string(d.verb) + "(MISSING)")
	default:
		if d.verb == 'w' {
			p.wrapped = append(p.wrapped, d.next)
		}
		if d.verb == 'v' || d.verb == 'w' {
			p.flags.sharpV, p.flags.sharp = p.flags.sharp, false
			p.flags.plusV, p.flags.plus = p.flags.plus, false
		}
		p.operand(d.operands[d.next], d.verb)
		d.next++
	}
}

// extra complains about operands that no directive asked for.
func (p *printer) extra(a []any) {
	p.flags = flags{}
	p.text("%!(EXTRA ")
	for i, x := range a {
		if i > 0 {
			p.text(", ")
		}
		if x == nil {
			p.text("<nil>")
			continue
		}
		p.text(typeName(x) + "=")
		p.operand(x, 'v')
	}
	p.text(")")
}

// A directive is what a % begins in a format string.
type directive struct {
	text     string // what follows
	operands []any
	next     int // the operand to come

	flags      flags
	verb       rune // -1 if the text ends before
	indexed    bool // has an index like [1]
	sound      bool // all indices are
	complaints []string
}

func (d *directive) parse() {
	for d.text != "" && d.flags.set(d.text[0]) {
		d.text = d.text[1:]
	}
	after := d.index()
	if d.take('*') {
		n, ok := d.count()
		if !ok {
			d.complaints = append(d.complaints, "%!(BADWIDTH)")
		}
		if n < 0 { // on the left, and not with zeros
			n, d.flags.minus, d.flags.zero = -n, true, false
		}
		d.flags.width, d.flags.hasWidth, after = n, ok, false
	} else {
		d.flags.width, d.flags.hasWidth = d.number()
		if after && d.flags.hasWidth {
			d.sound = false
		}
	}
	if d.take('.') {
		if after {
			d.sound = false
		}
		after = d.index()
		if d.take('*') {
			n, ok := d.count()
			if n < 0 {
				n, ok = 0, false
			}
			if !ok {
				d.complaints = append(d.complaints, "%!(BADPREC)")
			}
			d.flags.precision, d.flags.hasPrecision, after = n, ok, false
		} else {
			d.flags.precision, _ = d.number()
			d.flags.hasPrecision = true
		}
	}
	if !after {
		d.index()
	}
	if d.text == "" {
		d.verb = -1
		return
	}
	var size int
	d.verb, size = utf8.DecodeRuneInString(d.text)
	d.text = d.text[size:]
}

func (d *directive) take(c byte) bool {
	if d.text == "" || d.text[0] != c {
		return false
	}
	d.text = d.text[1:]
	return true
}

// number reads a decimal number, if there is one.
func (d *directive) number() (n int, ok bool) {
	digits := len(d.text) - len(strings.TrimLeft(d.text, "0123456789"))
	if digits == 0 {
		return 0, false
	}
	n, err := strconv.Atoi(d.text[:digits])
	if err != nil || n > maxCount {
		d.text = "" // package fmt gives up
		return 0, false
	}
	d.text = d.text[digits:]
	return n, true
}

// maxCount is the largest width or precision that package fmt takes.
const maxCount = 1_000_000

// index reads an operand's index in brackets and reports whether it is one.
func (d *directive) index() bool {
	if d.text == "" || d.text[0] != '[' {
		return false
	}
	d.indexed = true
	inside, rest, closed := strings.Cut(d.text[1:], "]")
	if len(d.text) < 3 || !closed {
		d.sound = false
		d.text = d.text[1:]
		return false
	}
	d.text = rest
	n, err := strconv.Atoi(inside)
	if err != nil || n > maxCount || strings.Trim(inside, "0123456789") != "" {
		d.sound = false
		return false
	}
	if n < 1 || n > len(d.operands) {
		d.sound = false
		return true
	}
	d.next = n - 1
	return true
}

// count takes an operand that a * stands for.
func (d *directive) count() (n int, ok bool) {
	if d.next >= len(d.operands) {
		return 0, false
	}
	v := reflect.ValueOf(Raw(d.operands[d.next]))
	d.next++
	switch {
	case v.IsValid() && v.CanInt():
		n = int(v.Int())
	case v.IsValid() && v.CanUint():
		n = int(v.Uint())
	default:
		return 0, false
	}
	if n > maxCount || n < -maxCount {
		return 0, false
	}
	return n, true
}

// flags are a directive's, with the meanings that package fmt gives them.
type flags struct {
	plus, minus, sharp, space, zero bool
	plusV, sharpV                   bool // of %+v and %#v
	width, precision                int
	hasWidth, hasPrecision          bool
}

// set sets the flag c and reports whether it is one.
func (f *flags) set(c byte) bool {
	switch c {
	case '+':
		f.plus = true
	case '-':
		f.minus = true
	case '#':
		f.sharp = true
	case ' ':
		f.space = true
	case '0':
		f.zero = true
	default:
		return false
	}
	return true
}

// directive is the text of the directive with these flags and a verb.
func (f flags) directive(verb rune) string {
	s := []byte{'%'}
	for _, flag := range []struct {
		set bool
		c   byte
	}{{f.plus || f.plusV, '+'}, {f.minus, '-'}, {f.sharp || f.sharpV, '#'}, {f.space, ' '}, {f.zero, '0'}} {
		if flag.set {
			s = append(s, flag.c)
		}
	}
	if f.hasWidth {
		s = strconv.AppendInt(s, int64(f.width), 10)
	}
	if f.hasPrecision {
		s = append(s, '.')
		s = strconv.AppendInt(s, int64(f.precision), 10)
	}
	return string(s) + string(verb)
}

// A printer prints values; it is what a student's Format method writes to.
type printer struct {
	m   *Machine
	out []byte
	flags
	wraps   bool // %w is allowed
	wrapped []int

	erroring  bool // in a complaint: no more methods are called
	panicking bool // in the report of a panic
}

var _ fmt.State = (*printer)(nil)

// Write implements fmt.State.
func (p *printer) Write(b []byte) (int, error) {
	p.out = append(p.out, b...)
	return len(b), nil
}

// WriteString is what io.WriteString looks for.
func (p *printer) WriteString(s string) (int, error) {
	p.text(s)
	return len(s), nil
}

// Width implements fmt.State.
func (p *printer) Width() (int, bool) { return p.width, p.hasWidth }

// Precision implements fmt.State.
func (p *printer) Precision() (int, bool) { return p.precision, p.hasPrecision }

// Flag implements fmt.State.
func (p *printer) Flag(c int) bool {
	switch c {
	case '+':
		return p.plus || p.plusV
	case '-':
		return p.minus
	case '#':
		return p.sharp || p.sharpV
	case ' ':
		return p.space
	case '0':
		return p.zero
	}
	return false
}

func (p *printer) text(s string) { p.out = append(p.out, s...) }

// leaf lets package fmt print x, which has no methods, under the verb.
func (p *printer) leaf(x any, verb rune) {
	if verb == 'v' && (p.plus || p.sharp) { // which would mean %+v or %#v
		verb = plainVerb(x)
	}
	p.out = fmt.Appendf(p.out, p.flags.directive(verb), x)
}

// plainVerb is the verb that prints x as %v does.
func plainVerb(x any) rune {
	switch x.(type) {
	case bool:
		return 't'
	case int64, uint64:
		return 'd'
	case float32, float64, complex64, complex128:
		return 'g'
	case string:
		return 's'
	}
	return 'v'
}
