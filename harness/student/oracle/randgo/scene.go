package randgo

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
)

// The templates are Go with random parts between « and »; each declares a
// function scene«.S» and gives every other package-level name the suffix «.S»
// too. They hold what the random statements don't reach: generic types,
// channels and goroutines, embedding through pointers, and the corners of
// defer, recover, copying and comparing.
//
//go:embed scenes/*.tmpl
var sceneFiles embed.FS

// writtenScene adds a scene from a template.
func (g *gen) writtenScene() {
	t := template.New("").Delims("«", "»").Funcs(template.FuncMap{
		"n":       func(low, high int) int { return low + g.n(high-low+1) },
		"pick":    func(values ...string) string { return one(g, values...) },
		"flat":    func() *typ { return g.flatType(1) },
		"basic":   func() *typ { return g.basic() },
		"any":     func() *typ { return g.anything(2) },
		"integer": func() *typ { return one(g, integers...) },
		"ordered": func() *typ { return one(g, intT, uint8T, int16T, uint64T, float64T, stringT) },
		"literal": g.literal,
		"value":   func(t *typ) string { return g.sceneValue(t) },
		"hash":    g.hash,
		"some":    g.someStatements,
	})
	template.Must(t.ParseFS(sceneFiles, "scenes/*.tmpl"))
	names := templateNames(t)
	file := names[g.n(len(names))]
	g.id++
	suffix := fmt.Sprintf("_%s%d", strings.TrimSuffix(file, ".tmpl"), g.id)
	var text strings.Builder
	if err := t.ExecuteTemplate(&text, file, struct{ S string }{suffix}); err != nil {
		panic(err)
	}
	g.declare(text.String())
	g.scenes = append(g.scenes, "scene"+suffix)
}

func templateNames(t *template.Template) []string {
	var names []string
	for _, defined := range t.Templates() {
		if strings.HasSuffix(defined.Name(), ".tmpl") {
			names = append(names, defined.Name())
		}
	}
	slices.Sort(names)
	return names
}

// sceneValue writes a value that uses no variable of the scene.
func (g *gen) sceneValue(t *typ) string {
	defer g.enter(context{pure: true})()
	return g.exactly(t, 2)
}

// someStatements writes a block of random statements.
func (g *gen) someStatements() string {
	defer g.enter(context{budget: 5, depth: 2})()
	return "{\n" + g.block(func() { g.statements(3) }) + "}"
}
