package cases

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a case file's numbers and names.
const (
	maxNameLength = 100     // characters of a case's name
	maxSteps      = 10_000  // of gradient descent
	maxEntries    = 100_000 // of all matrices of a feed together
)

// decoder reads one case file. Its fields hold what has been read, with the
// places that later errors have to point at.
type decoder struct {
	reader
	c       *Case
	nameAt  position
	present map[string]position // the keys of the file
	graph   []statement
	graphOK bool // the graph text could be read
	feed    []*feeding
	expect  []*feeding
	compare []ident
	update  []ident
	entries int // of all matrices so far
}

// fields are the keys of a case file and what reads their values, in the order
// in which messages list them.
var fields = []field[decoder]{
	{"name", (*decoder).readName},
	{"description", func(d *decoder, v value) { d.c.Description = d.text(v, "description") }},
	{"graph", (*decoder).readGraph},
	{"feed", func(d *decoder, v value) { d.feed = d.readMatrices(v, "feed") }},
	{"compare", func(d *decoder, v value) { d.compare = d.names(v, "compare") }},
	{"tolerance", func(d *decoder, v value) { d.tolerance(v, &d.c.Tolerance) }},
	{"points", func(d *decoder, v value) { d.c.Points = d.points(v) }},
	{"visibility", (*decoder).readVisibility},
	{"teaches", func(d *decoder, v value) { d.c.Teaches = d.text(v, "teaches") }},
	{"descent", (*decoder).readDescent},
	{"expect", func(d *decoder, v value) { d.expect = d.readMatrices(v, "expect") }},
}

// decode reads a case file's bytes. What the file doesn't set is as in defaults.
// The case is of use only if there are no errors; nameAt is where an error about
// its name belongs.
func decode(file string, raw []byte, defaults defaults) (c *Case, nameAt position, errs ErrorList) {
	d := &decoder{reader: reader{newSource(caseKind, file, raw)}, present: make(map[string]position)}
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	d.c = &Case{File: file, Points: defaults.points, Tolerance: defaults.tolerance}
	d.c.Name = strings.TrimSuffix(base, path.Ext(base))
	d.nameAt = position{1, 1}
	if len(d.src.errs) == 0 {
		top := parseYAML(d.src)
		if len(d.src.errs) == 0 {
			d.readCase(top)
		}
	}
	return d.c, d.nameAt, d.src.errs.sorted()
}

func (d *decoder) readCase(top value) {
	if !readFields(&d.reader, d, top, caseKind.name, fields) {
		return
	}
	for _, e := range top.entries {
		if _, ok := d.present[e.key]; !ok {
			d.present[e.key] = e.at
		}
	}
	for _, key := range []string{"graph", "feed"} {
		if _, ok := d.present[key]; !ok {
			d.fail(top.at, "%s is missing: a case needs at least graph and feed", key)
		}
	}
	if _, ok := d.present["name"]; !ok {
		d.checkName(d.c.Name, position{1, 1}, "the file's base name, which is the case's name as none is given,")
	}
	d.resolve()
}

func (d *decoder) readName(v value) {
	d.nameAt = v.at
	before := len(d.src.errs)
	d.c.Name = d.text(v, "name")
	if len(d.src.errs) == before {
		d.checkName(d.c.Name, v.at, "name")
	}
}

func (d *decoder) checkName(name string, at position, what string) {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	switch {
	case name == "":
		d.fail(at, "%s is empty", what)
	case utf8.RuneCountInString(name) > maxNameLength:
		d.fail(at, "%s is longer than %d characters", what, maxNameLength)
	case strings.ContainsFunc(name, unprintable) || !utf8.ValidString(name):
		d.fail(at, "%s has to be one line of printable characters, not %s", what, quote(name))
	}
}

func (d *decoder) readVisibility(v value) {
	if v.kind != scalar || !slices.Contains([]string{"visible", "hidden"}, v.text) {
		d.fail(v.at, "visibility has to be visible or hidden, not %s", v.describe())
	}
	d.c.Hidden = v.text == "hidden"
}

func (d *decoder) readDescent(v value) {
	descent := &Descent{}
	ok := d.mapping(v, "descent", map[string]func(value){
		"steps": func(v value) { descent.Steps, _ = d.integer(v, "steps", 1, maxSteps) },
		"learning_rate": func(v value) {
			rate, ok := d.number(v, "learning_rate")
			if ok && rate <= 0 {
				d.fail(v.at, "learning_rate has to be above 0, not %s", v.text)
			}
			descent.LearningRate = rate
		},
		"update": func(v value) { d.update = d.names(v, "update") },
	}, []string{"steps", "learning_rate", "update"})
	if !ok {
		return
	}
	for _, key := range []string{"steps", "learning_rate", "update"} {
		has := func(e entry) bool { return e.key == key }
		if !slices.ContainsFunc(v.entries, has) {
			d.fail(v.at, "descent lacks %s: it needs steps, learning_rate and update", key)
		}
	}
	d.c.Descent = descent
}

// names reads a list of names of inputs, each once. Whether they are fed is
// checked once the whole file is read.
func (d *decoder) names(v value, what string) []ident {
	if v.kind != list || len(v.items) == 0 {
		d.fail(v.at, "%s has to be a list of names of fed inputs, such as [W, b]; this is %s", what, describeList(v))
		return nil
	}
	var names []ident
	for _, item := range v.items {
		switch {
		case item.kind != scalar:
			d.fail(item.at, "%s has to be a list of names; this is %s", what, item.describe())
		case slices.ContainsFunc(names, func(n ident) bool { return n.name == item.text }):
			d.fail(item.at, "%s lists %s twice", what, quote(item.text))
		default:
			names = append(names, ident{item.text, item.at})
		}
	}
	return names
}

func describeList(v value) string {
	if v.kind == list && len(v.items) == 0 {
		return "an empty list"
	}
	return v.describe()
}

// ident is a name and where it stands.
type ident struct {
	name string
	at   position
}
