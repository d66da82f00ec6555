package batch

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Roster is a class list.
type Roster struct {
	People []Person

	ids, logins, names map[string][]int // of People, by folded keys
}

// The headings of the columns that say who somebody is, without blanks and
// capitals, as platforms and offices write them.
var (
	idColumns    = []string{"id", "studentid", "sid", "sisuserid", "userid", "studentnumber", "idnumber", "identifier", "rosteridentifier", "orgdefinedid"}
	loginColumns = []string{"login", "loginid", "sisloginid", "username", "githubusername", "github", "user"}
	emailColumns = []string{"email", "emailaddress", "mail"}
	nameColumns  = []string{"name", "fullname", "student", "studentname", "displayname"}
	firstColumns = []string{"firstname", "givenname"}
	lastColumns  = []string{"lastname", "surname", "familyname"}
)

// ReadRoster reads a class list: CSV with a heading, separated by commas,
// semicolons or tabs. Of its columns those that say id, login, email or name
// count, whatever their order and capitals.
func ReadRoster(r io.Reader) (*Roster, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	s := strings.TrimPrefix(string(text), "\ufeff")
	head, _, _ := strings.Cut(s, "\n")
	rows := csv.NewReader(strings.NewReader(s))
	rows.FieldsPerRecord = -1
	rows.LazyQuotes = true
	for _, sep := range ";\t" {
		if strings.Count(head, string(sep)) > strings.Count(head, string(rows.Comma)) {
			rows.Comma = sep
		}
	}
	all, err := rows.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("it is empty")
	}
	heading := make([]string, len(all[0]))
	for i, h := range all[0] {
		heading[i] = compact(h)
	}
	ros, err := newRoster(heading)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	for _, row := range all[1:] {
		ros.add(heading, row)
	}
	return ros, nil
}

// newRoster makes a roster for rows below a heading, of compact names.
func newRoster(heading []string) (*Roster, error) {
	known := slices.ContainsFunc(heading, func(h string) bool {
		return slices.Contains(slices.Concat(idColumns, loginColumns, emailColumns, nameColumns, lastColumns), h)
	})
	if !known {
		return nil, errors.New("no column is called id, login, email or name")
	}
	return &Roster{ids: make(map[string][]int), logins: make(map[string][]int), names: make(map[string][]int)}, nil
}

// add adds the person of a row, if it is one's.
func (r *Roster) add(heading, row []string) {
	fields := func(columns []string) (values []string) {
		for i, h := range heading {
			if i < len(row) && slices.Contains(columns, h) && strings.TrimSpace(row[i]) != "" {
				values = append(values, strings.TrimSpace(row[i]))
			}
		}
		return values
	}
	first := func(values []string) string { return append(values, "")[0] }
	ids, logins, emails, names := fields(idColumns), fields(loginColumns), fields(emailColumns), fields(nameColumns)
	if full := strings.TrimSpace(first(fields(firstColumns)) + " " + first(fields(lastColumns))); full != "" {
		names = append(names, full)
	}
	p := Person{ID: first(ids), Login: first(logins), Email: first(emails), Name: first(names)}
	if p == (Person{}) || p.Name == "Points Possible" { // as Canvas has it in its second line
		return
	}
	n := len(r.People)
	r.People = append(r.People, p)
	put := func(m map[string][]int, key string) {
		if key != "" && !slices.Contains(m[key], n) {
			m[key] = append(m[key], n)
		}
	}
	for _, id := range ids {
		put(r.ids, fold(id))
		if number, ok := strings.CutPrefix(fold(id), "participant "); ok { // Moodle
			put(r.ids, number)
		}
	}
	for _, login := range slices.Concat(logins, emails) {
		put(r.logins, fold(login))
	}
	for _, name := range names {
		for _, key := range orders(name) {
			put(r.names, key)
		}
	}
}

// compact is what is left of a text when only letters and digits count.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, fold(norm.NFC.String(s)))
}

// orders are the ways to write a name: Anna Maria Lee is Lee, Anna Maria too.
func orders(name string) []string {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '_' })
	var all []string
	for i := range words {
		all = append(all, compact(strings.Join(slices.Concat(words[i:], words[:i]), "")))
	}
	return all
}

// Join finds the people of a class. It returns who has handed in nothing, in the
// roster's order, and notes on students who are nobody's on the roster or could be
// several people.
func (r *Roster) Join(c *Class) (absent []Person, notes []string) {
	taken := make(map[int]string)
	c.people = make([]*Person, c.Len())
	for i := range c.people {
		e := c.place(i)
		found := r.find(&e)
		switch {
		case len(found) == 0:
			notes = append(notes, e.Student+": not on the roster")
			continue
		case len(found) > 1:
			notes = append(notes, fmt.Sprintf("%s: %d people on the roster could be meant", e.Student, len(found)))
			for _, n := range found { // nobody is said to be missing who may not be
				taken[n] = e.Student
			}
			continue
		}
		n := found[0]
		if other, ok := taken[n]; ok {
			notes = append(notes, fmt.Sprintf("%s: %s on the roster, as is %s", e.Student, r.People[n].Label(), other))
		}
		taken[n] = e.Student
		c.people[i] = &r.People[n]
	}
	for n, p := range r.People {
		if _, ok := taken[n]; !ok {
			absent = append(absent, p)
		}
	}
	return absent, notes
}

// find returns the people that an entry may be of: by what is surest. A
// platform's own number can happen to be another person's here, so that a
// number and a name that disagree are two people.
func (r *Roster) find(e *Entry) []int {
	name, _, _ := strings.Cut(e.Student, " (")
	byName := r.names[compact(name)]
	if e.ID != "" {
		if found := append(slices.Clone(r.ids[fold(e.ID)]), r.logins[fold(e.ID)]...); len(found) > 0 {
			slices.Sort(found)
			found = slices.Compact(found)
			if len(byName) > 0 && len(found) == 1 && !slices.Contains(byName, found[0]) {
				return append(found, byName...)
			}
			return found
		}
	}
	for _, m := range []map[string][]int{r.ids, r.logins} {
		if found := m[fold(e.Student)]; len(found) > 0 {
			return found
		}
	}
	return byName
}
