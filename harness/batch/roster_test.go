package batch_test

import (
	"strings"
	"testing"

	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRoster(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		csv     string
		entries []batch.Entry
		people  []string // emails or names of the entries' people
		absent  []string
		notes   []string
	}{
		"Canvas": {
			"\ufeffStudent,ID,SIS User ID,SIS Login ID,Section\r\n    Points Possible,,,,\r\n\"Lee, Anna\",101,u7,alee,1\r\n\"Van Dijk, Zoë\",102,u8,zvd,1\r\n",
			[]batch.Entry{{Student: "leeanna", ID: "101"}, {Student: "vandijkzoë"}, {Student: "who"}},
			[]string{"Lee, Anna", "Van Dijk, Zoë", ""}, nil, []string{"who: not on the roster"},
		},
		"Moodle": {
			"Identifier;Full name;EMAIL Address\nParticipant 501;Anna Lee;a@x.org\nParticipant 502;Ben Ode;b@x.org\n",
			[]batch.Entry{{Student: "Anna Lee", ID: "501"}}, []string{"Anna Lee"}, []string{"Ben Ode"}, nil,
		},
		"logins and first names": {
			"GitHub Username\tFirst Name\tLast Name\tEmail\nAnna-L\tAnna\tLee\ta@x.org\nben\tBen\tOde\tb@x.org\n",
			[]batch.Entry{{Student: "anna-l"}, {Student: "B@X.org"}}, []string{"Anna Lee", "Ben Ode"}, nil, nil,
		},
		"two of a name": {
			"id,name\n1,Anna Lee\n2,Anna Lee\n3,Zoe\u0308\n",
			[]batch.Entry{{Student: "Anna Lee"}, {Student: "ZOË"}}, []string{"", "Zoe\u0308"}, nil, []string{"Anna Lee: 2 people on the roster could be meant"},
		},
		"a number that is another's": {
			"id,name\n1,Anna Lee\n2,Ben Ode\n",
			[]batch.Entry{{Student: "Ben Ode", ID: "1"}}, []string{""}, nil, []string{"Ben Ode: 2 people on the roster could be meant"},
		},
		"two submissions": {
			"login,name\nanna,Anna Lee\n",
			[]batch.Entry{{Student: "Anna Lee"}, {Student: "anna"}}, []string{"Anna Lee", "Anna Lee"}, nil, []string{"anna: Anna Lee on the roster, as is Anna Lee"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := batch.ReadRoster(strings.NewReader(test.csv))
			require.NoError(t, err)
			c := batch.NewClass(test.entries...)
			absent, notes := r.Join(c)
			var people, missing []string
			for e := range c.All() {
				people = append(people, e.OnRoster().Name)
			}
			for _, p := range absent {
				missing = append(missing, p.Label())
			}
			assert.Equal(t, test.people, people)
			assert.Equal(t, test.absent, missing)
			assert.Equal(t, test.notes, notes)
		})
	}
	for text, want := range map[string]string{"": "it is empty", "a,b\n1,2\n": "no column is called"} {
		_, err := batch.ReadRoster(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
}
