package batch

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/lazy"
)

// Ledger is a gradebook that a learning platform has exported, with one column to
// fill. Its other cells, its line ends, quotes and separators stay as they are,
// byte for byte.
type Ledger struct {
	text   string
	rows   [][]span // the first is the heading
	column int
	comma  byte
	roster *Roster
	row    []int // of rows, by the roster's people

	most  float64        // what the column is worth, in the row that Canvas has for that; 0 if not said
	each  int            // the column that says so for every row, as Moodle has it; -1 if there is none
	point string         // decimal point
	put   map[int]string // cells to fill, by row
	taken map[int]string // whose score is in a row
}

// span is where a cell stands in the text, quotes included.
type span struct{ from, to int }

// Filling is what came of filling a ledger.
type Filling struct {
	Text    []byte   // the copy
	Filled  int      // how many cells hold a score now
	Changed []string // whose cell held another value before, with both
	Without []string // who has no score that could be filled in
	Unknown []string // who has a score and no row, or could have several
	Missing []string // who has a row and handed in nothing
}

// pointsPossible begins the row in which Canvas says what columns are worth.
const pointsPossible = "Points Possible"

// ReadLedger reads a gradebook: CSV in UTF-8 with a heading, separated by commas,
// semicolons or tabs, as Canvas and Moodle export it. column names the column to
// fill; the number that Canvas puts after a name may be left out.
func ReadLedger(text []byte, column string) (*Ledger, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("it is not UTF-8: save it as CSV UTF-8")
	}
	l := &Ledger{text: string(text), each: -1, point: ".", put: make(map[int]string), taken: make(map[int]string)}
	start := 0
	if strings.HasPrefix(l.text, "\ufeff") {
		start = len("\ufeff")
	}
	head, _, _ := strings.Cut(l.text[start:], "\n")
	l.comma = ','
	for _, sep := range []byte{';', '\t'} {
		if strings.Count(head, string(sep)) > strings.Count(head, string(l.comma)) {
			l.comma = sep
		}
	}
	if err := l.split(start); err != nil {
		return nil, err
	}
	if len(l.rows) == 0 {
		return nil, errors.New("it is empty")
	}
	heading := l.values(0)
	var err error
	if l.column, err = findColumn(heading, column); err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	compacted := make([]string, len(heading))
	for i, h := range heading {
		compacted[i] = compact(h)
		if slices.Contains([]string{"maximumgrade", "maxgrade"}, compacted[i]) && i != l.column {
			l.each = i
		}
	}
	if l.roster, err = newRoster(compacted); err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	for n := 1; n < len(l.rows); n++ {
		values := l.values(n)
		if strings.HasPrefix(strings.TrimSpace(values[0]), pointsPossible) {
			if err := l.worth(values); err != nil {
				return nil, err
			}
			continue
		}
		before := len(l.roster.People)
		l.roster.add(compacted, values)
		if len(l.roster.People) > before {
			l.row = append(l.row, n)
		}
		for _, c := range []int{l.column, l.each} {
			if c >= 0 && c < len(values) && decimalComma().MatchString(values[c]) {
				l.point = ","
			}
		}
	}
	if len(l.row) == 0 {
		return nil, errors.New("nobody is in it")
	}
	return l, nil
}

var decimalComma = lazy.Regexp(`^\s*[0-9]+,[0-9]+\s*$`)

// findColumn finds the heading that is meant.
func findColumn(heading []string, name string) (int, error) {
	var found []int
	for _, same := range []func(h string) bool{
		func(h string) bool { return h == name },
		func(h string) bool { return strings.EqualFold(h, name) },
		func(h string) bool { return strings.EqualFold(canvasID().ReplaceAllString(h, ""), name) },
	} {
		for i, h := range heading {
			if same(strings.TrimSpace(h)) {
				found = append(found, i)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return 0, fmt.Errorf("no column is called %q; there are %q", name, heading)
	default:
		return 0, fmt.Errorf("%d columns are called %q", len(found), name)
	}
}

// canvasID is the number of an assignment that Canvas puts after its name.
var canvasID = lazy.Regexp(` \([0-9]+\)$`)

// worth reads the row of what columns are worth.
func (l *Ledger) worth(values []string) error {
	if l.column >= len(values) {
		return nil
	}
	text := strings.TrimSpace(values[l.column])
	if strings.EqualFold(text, "(read only)") {
		return errors.New("that column is computed by Canvas, and can't be imported")
	}
	if most, ok := parseNumber(text); ok {
		l.most = most
	}
	return nil
}

func parseNumber(text string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
	return f, err == nil && f > 0 && !math.IsInf(f, 0)
}

// split finds the cells. A quote counts at the start of a cell only; within
// quotes two stand for one.
func (l *Ledger) split(at int) error {
	line := 1
	for at < len(l.text) {
		var row []span
		for {
			from := at
			if at < len(l.text) && l.text[at] == '"' {
				opened := line
				for at++; ; at++ {
					if at >= len(l.text) {
						return fmt.Errorf("line %d: a quote is opened and never closed", opened)
					}
					if l.text[at] == '\n' {
						line++
					}
					if l.text[at] == '"' {
						if at++; at >= len(l.text) || l.text[at] != '"' {
							break
						}
					}
				}
			}
			for at < len(l.text) && l.text[at] != l.comma && l.text[at] != '\n' {
				at++
			}
			to := at
			last := at >= len(l.text) || l.text[at] == '\n'
			if last && to > from && l.text[to-1] == '\r' {
				to--
			}
			row = append(row, span{from, to})
			at++
			if last {
				line++
				break
			}
		}
		l.rows = append(l.rows, row)
	}
	return nil
}

// values are the texts of a row's cells.
func (l *Ledger) values(n int) []string {
	values := make([]string, len(l.rows[n]))
	for i, s := range l.rows[n] {
		v := l.text[s.from:s.to]
		if len(v) > 1 && strings.HasPrefix(v, `"`) && strings.HasSuffix(v, `"`) {
			v = strings.ReplaceAll(v[1:len(v)-1], `""`, `"`)
		}
		values[i] = v
	}
	return values
}

// Fill fills in the scores of results, as shares of what the column is worth. A
// cell is left alone where two submissions could be a row's, and where there is no
// score.
func (l *Ledger) Fill(graded []Graded) Filling {
	var f Filling
	seen := make(map[int]bool) // rows that somebody has handed in for
	for i := range graded {
		g := &graded[i]
		found := l.find(&g.Entry)
		for _, n := range found {
			seen[l.row[n]] = true
		}
		switch {
		case len(found) == 0:
			f.Unknown = append(f.Unknown, g.Student)
			continue
		case len(found) > 1:
			f.Unknown = append(f.Unknown, fmt.Sprintf("%s (%d rows could be meant)", g.Student, len(found)))
			continue
		}
		row := l.row[found[0]]
		switch other, taken := l.taken[row]; {
		case taken:
			f.Unknown = append(f.Unknown, fmt.Sprintf("%s (the same row as %s)", g.Student, other))
			delete(l.put, row)
		case l.column >= len(l.rows[row]):
			f.Unknown = append(f.Unknown, g.Student+" (the row ends before that column)")
		case g.Result.Score == nil:
			f.Without = append(f.Without, g.Student)
		default:
			l.put[row] = l.score(row, *g.Result.Score)
		}
		l.taken[row] = g.Student
	}
	f.Filled = len(l.put)
	f.Text, f.Changed = l.write()
	for n, row := range l.row {
		if !seen[row] {
			f.Missing = append(f.Missing, l.roster.People[n].Label())
		}
	}
	return f
}

// find returns the people that an entry may be: by what the download says and, if
// there is a class list, by what that says.
func (l *Ledger) find(e *Entry) []int {
	if found := l.roster.find(e); len(found) > 0 || e.Person == nil {
		return found
	}
	p := *e.Person
	for _, key := range []struct {
		in   map[string][]int
		text string
	}{{l.roster.ids, p.ID}, {l.roster.logins, p.Login}, {l.roster.logins, p.Email}, {l.roster.ids, p.Login}} {
		if found := key.in[fold(key.text)]; key.text != "" && len(found) > 0 {
			return found
		}
	}
	return l.roster.names[compact(p.Name)]
}

// score is a score as a row's cell holds it: of what the row can have, with at
// most four decimals. Rounding makes no full score of something that is not one.
func (l *Ledger) score(row int, score float64) string {
	most := l.most
	if l.each >= 0 && l.each < len(l.rows[row]) {
		if m, ok := parseNumber(l.values(row)[l.each]); ok {
			most = m
		}
	}
	if most == 0 {
		most = harness.MaxScore
	}
	const step = 1e4
	scaled := math.Round(score/harness.MaxScore*most*step) / step
	if score < harness.MaxScore && scaled >= most {
		scaled = most - 1/step
	}
	return strings.Replace(decimal(scaled), ".", l.point, 1)
}

// write makes the copy, and tells whose cell held something else.
func (l *Ledger) write() (text []byte, changed []string) {
	copied := 0
	for n := 1; n < len(l.rows); n++ {
		value, ok := l.put[n]
		if !ok {
			continue
		}
		cell := l.rows[n][l.column]
		old := strings.TrimSpace(l.values(n)[l.column])
		before, isNumber := strconv.ParseFloat(strings.Replace(old, ",", ".", 1), 64)
		now, _ := strconv.ParseFloat(strings.Replace(value, ",", ".", 1), 64)
		if isNumber == nil && before == now {
			continue // 87.50 stays 87.50
		}
		if old != "" && old != "-" {
			changed = append(changed, fmt.Sprintf("%s: %s, was %s", l.taken[n], value, old))
		}
		if strings.HasPrefix(l.text[cell.from:cell.to], `"`) || strings.ContainsRune(value, rune(l.comma)) {
			value = `"` + value + `"`
		}
		text = append(text, l.text[copied:cell.from]...)
		text = append(text, value...)
		copied = cell.to
	}
	return append(text, l.text[copied:]...), changed
}

// Worth is what a full score is in the column: 0 if it differs from row to row, or
// the gradebook doesn't say, where it is 100.
func (l *Ledger) Worth() float64 { return l.most }
