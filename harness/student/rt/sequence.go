package rt

import (
	"reflect"
	"unicode/utf8"
)

// An Iter walks over a map as a range statement does, deletions and insertions
// on the way included.
type Iter struct{ it *reflect.MapIter }

// Range begins an iteration over the map m.
func Range(m any) *Iter { return &Iter{it: reflect.ValueOf(m).MapRange()} }

// Next advances and says whether there is an entry.
func (r *Iter) Next() bool { return r.it.Next() }

// Key is the entry's key.
func (r *Iter) Key() any { return r.it.Key().Interface() }

// Value is the entry's value.
func (r *Iter) Value() any { return r.it.Value().Interface() }

// Rune decodes the rune at s[i:] and its width in bytes.
func Rune(s string, i int) (rune, int) { return utf8.DecodeRuneInString(s[i:]) }

// Clear is clear(x) for a map or a slice.
func Clear(x any) { reflect.ValueOf(x).Clear() }

// ArrayPointer is (*[n]T)(s) for a slice s of at least n elements.
func ArrayPointer(s any, n int) any {
	v := reflect.ValueOf(s)
	return v.Convert(reflect.PointerTo(reflect.ArrayOf(n, v.Type().Elem()))).Interface()
}

// ElemAddr is &s[i] for a slice s or a pointer to an array.
func ElemAddr(s any, i int) any {
	v := reflect.ValueOf(s)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v.Index(i).Addr().Interface()
}

// A Selector is a select statement under construction.
type Selector struct {
	cases []reflect.SelectCase
	value reflect.Value
	ok    bool
}

// NewSelect begins a select statement.
func NewSelect() *Selector { return new(Selector) }

// Send adds the case ch <- v. A function comes in a one-field struct.
func (s *Selector) Send(ch, v any) {
	c := reflect.ValueOf(ch)
	elem := c.Type().Elem()
	x := reflect.Zero(elem)
	if v != nil {
		x = reflect.ValueOf(v)
		if elem.Kind() == reflect.Func {
			x = dig(v)
		}
	}
	s.cases = append(s.cases, reflect.SelectCase{Dir: reflect.SelectSend, Chan: c, Send: x})
}

// Recv adds the case <-ch.
func (s *Selector) Recv(ch any) {
	s.cases = append(s.cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ch)})
}

// Do runs the statement and returns the chosen case's index, or -1 for default.
func (s *Selector) Do(blocking bool) int {
	n := len(s.cases)
	if blocking && n == 0 {
		select {}
	}
	if !blocking {
		s.cases = append(s.cases, reflect.SelectCase{Dir: reflect.SelectDefault})
	}
	i, v, ok := reflect.Select(s.cases)
	if i == n {
		return -1
	}
	s.value, s.ok = v, ok
	return i
}

// Ok says whether the received value was sent, not the zero of a closed channel.
func (s *Selector) Ok() bool { return s.ok }

// Value is the received value.
func (s *Selector) Value() any { return s.value.Interface() }

// RuneString is string(r) for an integer r of any type.
func RuneString(r int64) string {
	if r < 0 || r > utf8.MaxRune {
		r = utf8.RuneError
	}
	return string(rune(r))
}
