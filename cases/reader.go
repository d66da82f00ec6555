package cases

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPoints bounds the points of one case.
const maxPoints = 1e6

// reader reads what case files and suite files have in common. What is wrong
// goes to its source.
type reader struct{ src *source }

func (r *reader) fail(at position, format string, args ...any) { r.src.fail(at, format, args...) }

// mapping reads the entries of v, each with its reader, and reports keys that
// are unknown or repeated. It returns false if v is no mapping at all.
func (r *reader) mapping(v value, what string, readers map[string]func(value), keys []string) bool {
	if v.kind != mapping {
		r.fail(v.at, "%s has to be a mapping with the keys %s; this is %s", what, strings.Join(keys, ", "), v.describe())
		return false
	}
	seen := make(map[string]position)
	for _, e := range v.entries {
		read, known := readers[e.key]
		switch first, repeated := seen[e.key]; {
		case repeated:
			r.fail(e.at, "the key %s is repeated; it is already in line %d", quote(e.key), first.line)
		case !known:
			r.fail(e.at, "unknown key %s; the keys of %s are %s", quote(e.key), what, strings.Join(keys, ", "))
		default:
			read(e.value)
		}
		if _, ok := seen[e.key]; !ok {
			seen[e.key] = e.at
		}
	}
	return true
}

// text reads text for people: anything printable, and line breaks.
func (r *reader) text(v value, what string) string {
	if v.kind != scalar {
		r.fail(v.at, "%s has to be text; this is %s", what, v.describe())
		return ""
	}
	if v.plain() && decimal().MatchString(v.text) {
		r.fail(v.at, "%s has to be text: put %s in quotes", what, v.text)
		return ""
	}
	unprintable := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	if strings.ContainsFunc(v.text, unprintable) || !utf8.ValidString(v.text) {
		r.fail(v.at, "%s has a character that can't be printed: %s", what, quote(v.text))
		return ""
	}
	return strings.TrimSpace(v.text)
}

// tolerance reads a tolerance into t. The part that isn't written stays as it is.
func (r *reader) tolerance(v value, t *Tolerance) {
	part := func(name string, store func(float64)) func(value) {
		return func(v value) {
			if x, ok := r.number(v, name); ok {
				if x < 0 {
					r.fail(v.at, "%s has to be at least 0, not %s", name, v.text)
				}
				store(x)
			}
		}
	}
	r.mapping(v, "tolerance", map[string]func(value){
		"relative": func(v value) {
			part("relative", func(x float64) { t.Relative = x })(v)
			if t.Relative >= 1 {
				r.fail(v.at, "relative has to be below 1, or an answer of zeros would pass; this is %s", v.text)
			}
		},
		"absolute": part("absolute", func(x float64) { t.Absolute = &x }),
	}, []string{"relative", "absolute"})
}

func (r *reader) points(v value) float64 {
	x, ok := r.number(v, "points")
	if ok && (x < 0 || x > maxPoints) {
		r.fail(v.at, "points have to be from 0 to %.0f, not %s", maxPoints, v.text)
	}
	return x
}

// field is a key of a mapping and what reads its value into a D.
type field[D any] struct {
	key  string
	read func(*D, value)
}

// readFields reads a mapping with these keys, in which messages call it what. It
// returns false if v is no mapping at all.
func readFields[D any](r *reader, d *D, v value, what string, fields []field[D]) bool {
	readers := make(map[string]func(value))
	var keys []string
	for _, f := range fields {
		keys = append(keys, f.key)
		readers[f.key] = func(v value) { f.read(d, v) }
	}
	return r.mapping(v, what, readers, keys)
}
