package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// junitRule is what Jenkins' schema for JUnit's XML (version 10) says of an
// element. GitLab takes what it allows.
type junitRule struct {
	required, optional []string // attributes
	children           []string
	text               bool
}

var junitRules = map[string]junitRule{
	"testsuites": {optional: []string{"name", "time", "tests", "failures", "errors"}, children: []string{"testsuite"}},
	"testsuite": {
		required: []string{"name", "tests", "failures", "errors"},
		optional: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"},
	},
	"properties": {children: []string{"property"}},
	"property":   {required: []string{"name", "value"}},
	"testcase": {
		required: []string{"name"}, optional: []string{"time", "classname", "group"},
		children: []string{"skipped", "error", "failure", "system-out", "system-err"},
	},
	"failure":    {optional: []string{"type", "message"}, text: true},
	"error":      {optional: []string{"type", "message"}, text: true},
	"skipped":    {optional: []string{"type", "message"}, text: true},
	"system-out": {text: true},
	"system-err": {text: true},
}

var surefireTime = regexp.MustCompile(`^[0-9]*(\.[0-9]*)?$`)

// validJUnit checks a document against the rules, and that the numbers of tests
// are those of the elements.
func validJUnit(t testing.TB, out string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(out))
	path := []string{"/"}
	count := make(map[string]int)
	said := make(map[string]string)
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err, out)
		switch token := token.(type) {
		case xml.StartElement:
			name, parent := token.Name.Local, path[len(path)-1]
			rule, ok := junitRules[name]
			require.True(t, ok, "no element is called %q", name)
			if parent == "/" {
				require.Equal(t, "testsuites", name)
			} else {
				require.Contains(t, junitRules[parent].children, name, "in %s", parent)
			}
			attributes := make(map[string]string)
			for _, a := range token.Attr {
				require.Contains(t, append(rule.required, rule.optional...), a.Name.Local, "of %s", name)
				attributes[a.Name.Local] = a.Value
			}
			for _, need := range rule.required {
				require.Contains(t, attributes, need, "of %s", name)
			}
			if time, ok := attributes["time"]; ok {
				require.Regexp(t, surefireTime, time)
			}
			if name == "testsuite" {
				said = attributes
			}
			count[name]++
			path = append(path, name)
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) > 1 && !junitRules[path[len(path)-1]].text {
				require.Empty(t, strings.TrimSpace(string(token)), "text in %s", path)
			}
		}
	}
	require.Len(t, path, 1)
	for attribute, element := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
		require.Equal(t, strconv.Itoa(count[element]), said[attribute], attribute)
	}
}

func TestJUnitSaysWhatWasPrinted(t *testing.T) {
	t.Parallel()
	doc := hostileDocument("]]>\x1b[31m\n::error::x\n##[error]y")
	out := write(t, "junit", doc)
	var suites struct {
		Suite struct {
			Out string `xml:"system-out"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal([]byte(out), &suites))
	assert.Contains(t, suites.Suite.Out, "]]>\\x1b[31m\n::error::x\n##[error]y\n", "no more is escaped than a reader undoes")
}
