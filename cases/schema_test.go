package cases

import (
	"bytes"
	"io/fs"
	"strconv"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("case.schema.json", doc))
	s, err := c.Compile("case.schema.json")
	require.NoError(t, err)
	return s
}

// generic is v as encoding/json would give it, for the schema to be applied to.
func generic(v value) any {
	switch v.kind {
	case mapping:
		m := make(map[string]any)
		for _, e := range v.entries {
			m[e.key] = generic(e.value)
		}
		return m
	case list:
		items := []any{}
		for _, item := range v.items {
			items = append(items, generic(item))
		}
		return items
	case scalar:
		if x, err := strconv.ParseFloat(v.text, 64); err == nil && v.plain() {
			return x
		}
		return v.text
	}
	return nil
}

func TestTheSchemaAcceptsTheBuiltinCases(t *testing.T) {
	t.Parallel()
	s := compileSchema(t)
	names, err := fs.Glob(builtin, "builtin/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		raw, err := fs.ReadFile(builtin, name)
		require.NoError(t, err)
		src := newSource(caseKind, name, raw)
		doc := parseYAML(src)
		require.Empty(t, src.errs)
		assert.NoError(t, s.Validate(generic(doc)), name)
	}
}

func TestTheSchemaKnowsTheFieldsOfACase(t *testing.T) {
	t.Parallel()
	s := compileSchema(t)
	require.Len(t, s.Properties, len(fields))
	for _, f := range fields {
		assert.Contains(t, s.Properties, f.key)
	}
}

func TestWhatTheSchemaRefusesIsRefused(t *testing.T) {
	t.Parallel()
	s := compileSchema(t)
	refused := 0
	for _, m := range readMalformed(t) {
		src := newSource(caseKind, "x.yaml", m.raw)
		doc := parseYAML(src)
		if len(src.errs) == 0 && s.Validate(generic(doc)) != nil {
			refused++
			_, _, errs := decode("x.yaml", m.raw, noSuiteFile)
			assert.NotEmpty(t, errs, m.name)
		}
	}
	assert.GreaterOrEqual(t, refused, 30, "of the malformed files, the schema should catch many")
}
