package cases

import (
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/miniflow/grader/cases/bytesize"
)

// Limits bound what grading on a suite may take. A field that is 0 is not set.
type Limits struct {
	Timeout time.Duration // wall-clock time of one case
	Memory  int64         // bytes, of a submission
	Output  int64         // bytes that a case may print before it is ended
}

// MinMemory is the least memory, in bytes, that a submission can be limited to:
// the interpreter itself needs some. With less, a limit would be a student's zero.
const MinMemory = 128 << 20

// Bounds of a suite's settings.
const (
	maxTitleLength = 200 // characters
	minTimeout     = 100 * time.Millisecond
	maxTimeout     = 10 * time.Minute
	maxMemory      = 64 << 30
	minOutput      = 1 << 10
	maxOutput      = 1 << 30
)

// defaults are what a case has that doesn't say otherwise.
type defaults struct {
	tolerance Tolerance
	points    float64
}

// noSuiteFile are the defaults of a suite that doesn't set any.
var noSuiteFile = defaults{tolerance: DefaultTolerance(), points: 1}

// settings are what a suite file sets.
type settings struct {
	defaults
	title    string
	limits   Limits
	passMark float64 // 0 if there is none
}

// isSuiteFile says whether a file of a suite's folder, by its name in small
// letters, holds the suite's settings and not a case.
func isSuiteFile(name string) bool { return strings.TrimSuffix(name, path.Ext(name)) == "suite" }

// settingsDecoder reads one suite file.
type settingsDecoder struct {
	reader
	settings
}

// settingsFields are the keys of a suite file and what reads their values, in
// the order in which messages list them.
var settingsFields = []field[settingsDecoder]{
	{"title", (*settingsDecoder).readTitle},
	{"tolerance", func(d *settingsDecoder, v value) { d.reader.tolerance(v, &d.defaults.tolerance) }},
	{"points", func(d *settingsDecoder, v value) { d.defaults.points = d.reader.points(v) }},
	{"limits", (*settingsDecoder).readLimits},
	{"pass_mark", (*settingsDecoder).readPassMark},
}

// decodeSettings reads a suite file's bytes. The settings are of use only if
// there are no errors.
func decodeSettings(file string, raw []byte) (settings, ErrorList) {
	d := &settingsDecoder{reader: reader{newSource(suiteKind, file, raw)}, settings: settings{defaults: noSuiteFile}}
	if len(d.src.errs) == 0 {
		top := parseYAML(d.src)
		if len(d.src.errs) == 0 {
			readFields(&d.reader, d, top, suiteKind.name, settingsFields)
		}
	}
	return d.settings, d.src.errs.sorted()
}

func (d *settingsDecoder) readTitle(v value) {
	before := len(d.src.errs)
	d.title = d.text(v, "title")
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	switch {
	case len(d.src.errs) > before:
	case d.title == "":
		d.fail(v.at, "title is empty")
	case utf8.RuneCountInString(d.title) > maxTitleLength:
		d.fail(v.at, "title is longer than %d characters", maxTitleLength)
	case strings.ContainsFunc(d.title, unprintable):
		d.fail(v.at, "title has to be one line of printable characters, not %s", quote(d.title))
	}
}

func (d *settingsDecoder) readPassMark(v value) {
	x, ok := d.number(v, "pass_mark")
	if ok && (x <= 0 || x > 100) {
		d.fail(v.at, "pass_mark has to be above 0 and at most 100, the score of a submission that passes every case; not %s", v.text)
	}
	d.passMark = x
}

func (d *settingsDecoder) readLimits(v value) {
	readFields(&d.reader, d, v, "limits", []field[settingsDecoder]{
		{"timeout", (*settingsDecoder).readTimeout},
		{"memory", func(d *settingsDecoder, v value) { d.limits.Memory = d.size(v, "memory", MinMemory, maxMemory) }},
		{"output", func(d *settingsDecoder, v value) { d.limits.Output = d.size(v, "output", minOutput, maxOutput) }},
	})
}

func (d *settingsDecoder) readTimeout(v value) {
	t, err := time.ParseDuration(v.text)
	switch {
	case v.kind != scalar || err != nil:
		d.fail(v.at, "timeout has to be a time with its unit, such as 2s or 500ms; this is %s", v.describe())
	case t < minTimeout || t > maxTimeout:
		d.fail(v.at, "timeout has to be from %v to %v, not %s", minTimeout, maxTimeout, v.text)
	}
	d.limits.Timeout = t
}

func (d *settingsDecoder) size(v value, what string, least, most int64) int64 {
	n, err := bytesize.Parse(v.text)
	switch {
	case v.kind != scalar || err != nil:
		d.fail(v.at, "%s has to be a size, such as 256MiB; this is %s", what, v.describe())
	case n < least || n > most:
		d.fail(v.at, "%s has to be from %s to %s, not %s", what, bytesize.Format(least), bytesize.Format(most), v.text)
	}
	return n
}
