package slices

// Insert returns s with v inserted before s[i], in s's own array if that is
// large enough. v may be a part of s. It panics if i is not within 0 and
// len(s).
func Insert[S ~[]E, E any](s S, i int, v ...E) S {
	rest := s[i:]
	if len(v) == 0 {
		return s
	}
	return splice(s, i, rest, v)
}

// Replace returns s with s[i:j] replaced by v, in s's own array if that is
// large enough; elements that fall off the end are set to zero. v may be a part
// of s. It panics if s[i:j] is not a part of s.
func Replace[S ~[]E, E any](s S, i, j int, v ...E) S {
	old := s[i:j]
	rest := s[j:]
	if len(old) == 0 && len(v) == 0 {
		return s
	}
	return splice(s, i, rest, v)
}

// splice returns s[:i], v and rest in a row, where rest is an end of s.
func splice[S ~[]E, E any](s S, i int, rest S, v []E) S {
	total := i + len(v) + len(rest)
	if total > cap(s) {
		// Appending to all of s, and not to s[:i], leaves the array's growth to
		// the runtime and both s and v as they are.
		out := append(s, make([]E, total-len(s))...)
		copy(out[i+len(v):], rest)
		copy(out[i:], v)
		return out
	}
	// v may lie anywhere in s, where moving rest would overwrite it.
	v = append([]E(nil), v...)
	out := s[:total]
	copy(out[i+len(v):], rest)
	copy(out[i:], v)
	if total < len(s) {
		clear(s[total:])
	}
	return out
}

// Delete removes s[i:j] from s in place, sets the elements that fall off the end
// to zero and returns what is left. It panics if s[i:j] is not a part of s.
func Delete[S ~[]E, E any](s S, i, j int) S {
	if gap := s[i:j:len(s)]; len(gap) == 0 {
		return s
	}
	kept := i + copy(s[i:], s[j:])
	clear(s[kept:])
	return s[:kept]
}

// DeleteFunc removes the elements for which del holds in place, sets the
// elements that fall off the end to zero and returns what is left.
func DeleteFunc[S ~[]E, E any](s S, del func(E) bool) S {
	kept := 0
	for i := range s {
		v := s[i]
		if del(v) {
			continue
		}
		if kept != i {
			s[kept] = v
		}
		kept++
	}
	clear(s[kept:])
	return s[:kept]
}

// Compact keeps the first element of each run of equal ones, in place, sets the
// elements that fall off the end to zero and returns what is left.
func Compact[S ~[]E, E comparable](s S) S {
	return CompactFunc(s, func(a, b E) bool { return a == b })
}

// CompactFunc is like [Compact], but asks eq about each element and the one
// before it.
func CompactFunc[S ~[]E, E any](s S, eq func(E, E) bool) S {
	if len(s) < 2 {
		return s
	}
	kept := 1
	before := s[0]
	for i := 1; i < len(s); i++ {
		v := s[i]
		if !eq(v, before) {
			if kept != i {
				s[kept] = v
			}
			kept++
		}
		before = v
	}
	clear(s[kept:])
	return s[:kept]
}

// Clone returns a shallow copy of s: nil for nil, and for an empty slice an
// empty one.
func Clone[S ~[]E, E any](s S) S {
	return append(s[:0:0], s...)
}

// Grow returns s with room for n more elements. It panics if n is negative.
func Grow[S ~[]E, E any](s S, n int) S {
	if n < 0 {
		panic("cannot be negative")
	}
	missing := n - (cap(s) - len(s))
	if missing <= 0 {
		return s
	}
	full := append(s[:cap(s)], make([]E, missing)...)
	return full[:len(s)]
}

// Clip returns s without the room behind its last element.
func Clip[S ~[]E, E any](s S) S {
	n := len(s)
	return s[:n:n]
}

// Concat returns a new slice with the elements of all slices in order: nil if
// there are none.
func Concat[S ~[]E, E any](slices ...S) S {
	total := 0
	for _, s := range slices {
		total += len(s)
		if total < 0 {
			panic("len out of range")
		}
	}
	var out S
	out = Grow(out, total)
	for _, s := range slices {
		out = append(out, s...)
	}
	return out
}

// Repeat returns a new slice that holds x count times over: never nil. It
// panics if count is negative or the result's length isn't an int.
func Repeat[S ~[]E, E any](x S, count int) S {
	if count < 0 {
		panic("cannot be negative")
	}
	const maxInt = int(^uint(0) >> 1)
	if len(x) > 0 && count > maxInt/len(x) {
		panic("the result of (len(x) * count) overflows")
	}
	out := make(S, len(x)*count)
	for at := 0; at < len(out); at += len(x) {
		copy(out[at:], x)
	}
	return out
}
