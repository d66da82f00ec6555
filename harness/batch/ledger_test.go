package batch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/miniflow/grader/harness"
	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func scored(student, id string, score float64) batch.Graded {
	return batch.Graded{Entry: batch.Entry{Student: student, ID: id}, Result: &harness.Result{Score: &score}}
}

const canvas = "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,\"Week 3 (17)\",Sigmoid (4711),Final Score\r\n" +
	",,,,,Manual Posting,Manual Posting,\r\n" +
	"    Points Possible,,,,,5,10,(read only)\r\n" +
	"\"Okafor, Amara\",101,s1,amara,\"A, B\",,,88.5\r\n" +
	"\"O\"\"Brien, Dan\",102,s2,dan,A,  3 ,\"7.5\",\r\n" +
	"Zoë Van Dijk,103,s3,zoe,A,,10.0,\r\n" +
	"\"Student, Test\",999,,,A,,,\r\n"

func TestLedgerOfCanvas(t *testing.T) {
	t.Parallel()
	l, err := batch.ReadLedger([]byte(canvas), "sigmoid")
	require.NoError(t, err)
	f := l.Fill([]batch.Graded{
		scored("Amara Okafor", "101", 87.5), scored("Dan", "102", 99.9999), scored("zoe", "", 100), scored("Nobody", "7", 3),
	})
	want := strings.ReplaceAll(canvas, `"A, B",,,88.5`, `"A, B",,8.75,88.5`)
	want = strings.ReplaceAll(want, `  3 ,"7.5",`, `  3 ,"9.9999",`)
	assert.Equal(t, want, string(f.Text), "nothing else has changed, 10.0 neither")
	assert.Equal(t, 3, f.Filled)
	assert.Equal(t, []string{"Dan: 9.9999, was 7.5"}, f.Changed)
	assert.Equal(t, []string{"Nobody"}, f.Unknown)
	assert.Equal(t, []string{"Student, Test"}, f.Missing)
	assert.InDelta(t, 10, l.Worth(), 0)

	_, err = batch.ReadLedger([]byte(canvas), "Final Score")
	require.ErrorContains(t, err, "that column is computed by Canvas")
}

func TestLedgerOfMoodle(t *testing.T) {
	t.Parallel()
	const moodle = "\ufeffIdentifier;Full name;Email address;Status;Grade;Maximum Grade;Grade can be changed;Feedback comments\n" +
		"Participant 12;Amara Okafor;amara@example.com;Submitted;;10,00;Yes;\"two\nlines; and \"\"quotes\"\"\"\n" +
		"Participant 13;Ben Fischer;ben@example.com;Submitted;-;20,00;Yes;\n" +
		"Participant 14;Chloé Dubois;c@example.com;No submission;;10,00;Yes;"
	l, err := batch.ReadLedger([]byte(moodle), "Grade")
	require.NoError(t, err)
	f := l.Fill([]batch.Graded{scored("Amara Okafor", "12", 87.5), scored("ben@example.com", "", 33.3333)})
	want := strings.ReplaceAll(moodle, "Submitted;;", "Submitted;8,75;")
	want = strings.ReplaceAll(want, "Submitted;-;", "Submitted;6,6667;")
	assert.Equal(t, want, string(f.Text))
	assert.Empty(t, f.Changed)
	assert.Empty(t, f.Unknown)
	assert.Equal(t, []string{"Chloé Dubois"}, f.Missing)
}

// TestLedgerIsCautious: no score is filled in that could be another's, and none
// that there is not.
func TestLedgerIsCautious(t *testing.T) {
	t.Parallel()
	const text = "name,id,Sigmoid\nAnna Lee,1,50\nAnna Lee,2,\nBen,3,80\nCarla,4,70\nDora,5\n"
	l, err := batch.ReadLedger([]byte(text), "Sigmoid")
	require.NoError(t, err)
	f := l.Fill([]batch.Graded{
		scored("Anna Lee", "", 100), scored("Ben", "3", 90), scored("ben", "", 0),
		{Entry: batch.Entry{Student: "Carla"}, Result: &harness.Result{}}, scored("Dora", "", 1),
	})
	assert.Equal(t, text, string(f.Text))
	assert.Zero(t, f.Filled)
	assert.Equal(t, []string{"Anna Lee (2 rows could be meant)", "ben (the same row as Ben)", "Dora (the row ends before that column)"}, f.Unknown)
	assert.Equal(t, []string{"Carla"}, f.Without)
	assert.Empty(t, f.Missing)
}

func TestLedgerByClassList(t *testing.T) {
	t.Parallel()
	l, err := batch.ReadLedger([]byte("Student\tSIS Login ID\tSigmoid\r\nOkafor, Amara\tao1\t\r\n"), "Sigmoid")
	require.NoError(t, err)
	g := scored("repo-17", "", 100)
	g.Person = &batch.Person{Login: "AO1"}
	assert.Equal(t, "Student\tSIS Login ID\tSigmoid\r\nOkafor, Amara\tao1\t100\r\n", string(l.Fill([]batch.Graded{g}).Text))
}

func TestLedgerRefusals(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                           "it is empty",
		"\ufeff":                     "it is empty",
		"name,x\n":                   "nobody is in it",
		"name,y\nAnna,1\n":           `line 1: no column is called "x"; there are ["name" "y"]`,
		"a,x\nAnna,1\n":              "line 1: no column is called id, login, email or name",
		"name,x,X (1),x\nAnna,,,\n":  `line 1: 2 columns are called "x"`,
		"name,x\n\"Anna,1\n":         "line 2: a quote is opened and never closed",
		"name,x\nJos\xe9,1\n":        "it is not UTF-8",
		"name,x (1),x (2)\nA,1,2\n":  `2 columns are called "x"`,
		"name,x\nPoints Possible,\n": "nobody is in it",
	} {
		_, err := batch.ReadLedger([]byte(text), "x")
		require.ErrorContains(t, err, want, "%q", text)
	}
}

// FuzzLedger: without scores, the copy is the original; with some, all other cells
// are.
func FuzzLedger(f *testing.F) {
	f.Add([]byte(canvas), "Sigmoid")
	f.Add([]byte("name;x\r\n\"a\"\"b\";\"1\r\n2\"\r\n\r\n;;"), "x")
	f.Add([]byte("name\tx\na\t"), "x")
	f.Add([]byte("name,x\n\"a\"b,\"c\"d\n"), "x")
	f.Fuzz(func(t *testing.T, text []byte, column string) {
		l, err := batch.ReadLedger(text, column)
		if err != nil {
			return
		}
		assert.Equal(t, string(text), string(l.Fill(nil).Text))
		l, err = batch.ReadLedger(text, column)
		require.NoError(t, err)
		var all []batch.Graded
		for i, name := range []string{"a", "Amara Okafor", "b", "101"} {
			all = append(all, scored(name, fmt.Sprint(i), 12.5))
		}
		filled := l.Fill(all)
		if filled.Filled == 0 {
			assert.Equal(t, string(text), string(filled.Text))
			return
		}
		again, err := batch.ReadLedger(filled.Text, column)
		require.NoError(t, err)
		assert.Equal(t, string(filled.Text), string(again.Fill(all).Text), "filling twice is filling once")
	})
}
