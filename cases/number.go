package cases

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// decimal is what counts as a number: what JSON has, and beyond that a plus
// sign and a point with digits on one side only, as NumPy prints them.
// YAML's other numbers mean different things to different readers (010, 1_000,
// 0x10) or are not finite (.inf, .nan).
var decimal = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
})

// number reads a finite float64. On failure it reports what stands there
// instead; what names the thing that should be a number.
func (r *reader) number(v value, what string) (float64, bool) {
	x, problem := parseNumber(v)
	if problem != "" {
		r.fail(v.at, "%s has to be a number: %s", what, problem)
		return 0, false
	}
	return x, true
}

// parseNumber reads v as a number, or says why it is none.
func parseNumber(v value) (x float64, problem string) {
	if !v.plain() {
		return 0, "this is " + v.describe()
	}
	text := v.text
	if !decimal().MatchString(text) {
		return 0, notDecimal(text)
	}
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, quote(text) + " is too large for a float64"
	case err != nil:
		return 0, notDecimal(text)
	case x == 0 && hasDigits(text):
		return 0, quote(text) + " is too small for a float64, which would make it 0"
	}
	return x, ""
}

// hasDigits says whether the number is other than 0 as it is written.
func hasDigits(text string) bool {
	mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
	return strings.ContainsAny(mantissa, "123456789")
}

// notDecimal says why text, which is not a decimal number, is none.
func notDecimal(text string) string {
	switch strings.ToLower(strings.TrimLeft(text, "+-")) {
	case ".inf", "inf", "infinity", ".nan", "nan":
		return quote(text) + " is not finite"
	}
	if x, err := strconv.ParseInt(text, 0, 64); err == nil {
		return quote(text) + " is not written as a decimal number; is it " + strconv.FormatInt(x, 10) + "?"
	}
	return quote(text) + " is not one"
}

// integer reads a whole number from least to most.
func (r *reader) integer(v value, what string, least, most int) (int, bool) {
	x, ok := r.number(v, what)
	if !ok {
		return 0, false
	}
	if x != math.Trunc(x) || x < float64(least) || x > float64(most) {
		r.fail(v.at, "%s has to be a whole number from %d to %d, not %s", what, least, most, v.text)
		return 0, false
	}
	return int(x), true
}
