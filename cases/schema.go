package cases

import (
	_ "embed"
	"slices"
)

//go:embed case.schema.json
var schema []byte

//go:embed suite.schema.json
var suiteSchema []byte

// Schema is the JSON schema (draft 2020-12) of a case file, for editors that
// complete and check while one is written. Everything that it refuses, Load
// refuses too; the reverse is not so.
func Schema() []byte { return slices.Clone(schema) }

// SuiteSchema is the same for a suite file.
func SuiteSchema() []byte { return slices.Clone(suiteSchema) }
