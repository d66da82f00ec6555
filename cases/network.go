package cases

import (
	"slices"
	"strings"
)

// resolve checks what only the whole file can tell: that names mean something,
// that shapes fit, and that the model solution agrees with what is pinned. Each
// step runs only if those before it found nothing that would make it repeat
// their errors.
func (d *decoder) resolve() {
	n := &network{decoder: d, defined: make(map[string]statement), fed: make(map[string]*feeding)}
	for _, f := range d.feed {
		n.fed[f.name] = f
	}
	if d.feed != nil {
		d.checkFed(d.compare, "compare")
		d.checkFed(d.update, "update")
	}
	if d.graphOK && d.feed != nil {
		before := len(d.src.errs)
		n.checkDefinitions()
		n.checkUses()
		n.checkCost()
		n.sort()
		if len(d.src.errs) == before {
			n.checkGrades()
			n.orient()
			n.checkShapes()
		}
	}
	if len(d.src.errs) > 0 {
		return
	}
	d.fill(n)
	d.checkReference()
}

func (d *decoder) checkFed(names []ident, what string) {
	for _, name := range names {
		fed := func(f *feeding) bool { return f.name == name.name }
		if !slices.ContainsFunc(d.feed, fed) {
			d.fail(name.at, "%s lists %s, which is not a fed input", what, quote(name.name))
		}
	}
}

// fill makes the Problem out of what has been read.
func (d *decoder) fill(n *network) {
	for _, s := range d.graph {
		args := make([]string, len(s.args))
		for i, arg := range s.args {
			args[i] = arg.name
		}
		d.c.Graph = append(d.c.Graph, Statement{Name: s.name, Op: s.op.name, Args: args})
	}
	for _, f := range d.feed {
		d.c.Feed = append(d.c.Feed, f.matrix(n.rows[f.name]))
		if d.compare == nil {
			d.c.Compare = append(d.c.Compare, f.name)
		}
	}
	for _, name := range d.compare {
		d.c.Compare = append(d.c.Compare, name.name)
	}
	for _, name := range d.update {
		d.c.Descent.Update = append(d.c.Descent.Update, name.name)
	}
}

// network is a graph text and a feed while they are checked against each other.
type network struct {
	*decoder
	defined map[string]statement
	fed     map[string]*feeding
	order   []statement     // each after those that it needs
	rows    map[string]bool // flat inputs that are a bias, and so a row
}

func (n *network) checkDefinitions() {
	for _, s := range n.graph {
		if first, ok := n.defined[s.name]; ok {
			n.fail(s.at, "%s is defined again; it is already in line %d", quote(s.name), first.at.line)
			continue
		}
		if f, ok := n.fed[s.name]; ok {
			n.fail(s.at, "%s is defined here and fed in line %d: it can be only one of them", quote(s.name), f.ident.at.line)
		}
		n.defined[s.name] = s
	}
}

// checkUses reports names that mean nothing, and those that nothing uses.
func (n *network) checkUses() {
	used := make(map[string]bool)
	for _, s := range n.graph {
		for _, arg := range s.args {
			_, defined := n.defined[arg.name]
			_, fed := n.fed[arg.name]
			if !defined && !fed && !used[arg.name] {
				n.fail(arg.at, "%s is neither defined in the graph nor fed", quote(arg.name))
			}
			used[arg.name] = true
		}
	}
	for _, s := range n.graph {
		if s.op.name != "MSE" && !used[s.name] {
			n.fail(s.at, "%s is never used: every node has to lead to the MSE", quote(s.name))
		}
	}
	for _, f := range n.feed {
		if !used[f.name] && invalidName(f.name) == "" {
			n.fail(f.ident.at, "%s is fed, but the graph doesn't use it", quote(f.name))
		}
	}
}

// checkCost checks that there is one MSE, at the end.
func (n *network) checkCost() {
	var cost []statement
	for _, s := range n.graph {
		if s.op.name == "MSE" {
			cost = append(cost, s)
		}
	}
	if len(cost) == 0 {
		n.fail(n.present["graph"], "the graph has no MSE: its last line has to be the cost, such as cost = MSE(y, a)")
		return
	}
	for _, s := range cost[1:] {
		n.fail(s.at, "%s is a second MSE, after the one in line %d: a graph has one cost", quote(s.name), cost[0].at.line)
	}
	last := n.graph[len(n.graph)-1]
	if len(cost) == 1 && last.op.name != "MSE" {
		n.fail(cost[0].at, "the MSE has to be the last line of the graph; after it comes %s", quote(last.name))
	}
	for _, s := range n.graph {
		for _, arg := range s.args {
			if n.defined[arg.name].op.name == "MSE" {
				n.fail(arg.at, "%s is the MSE: nothing can compute with the cost", quote(arg.name))
			}
		}
	}
	if y, a := cost[0].args[0], cost[0].args[1]; y.name == a.name {
		n.fail(a.at, "the MSE compares %s with itself: the cost would always be 0", quote(a.name))
	}
}

// sort puts the statements in order, or reports a cycle.
func (n *network) sort() {
	const (
		visiting = 1
		done     = 2
	)
	state := make(map[string]int)
	var path []string
	var visit func(s statement) bool
	visit = func(s statement) bool {
		state[s.name] = visiting
		path = append(path, s.name)
		for _, arg := range s.args {
			next, ok := n.defined[arg.name]
			switch {
			case !ok || state[arg.name] == done:
			case state[arg.name] == visiting:
				cycle := append(path[slices.Index(path, arg.name):], arg.name)
				n.fail(arg.at, "the graph has a cycle: %s", cycle[0]+" needs "+strings.Join(cycle[1:], ", which needs "))
				return false
			case !visit(next):
				return false
			}
		}
		path = path[:len(path)-1]
		state[s.name] = done
		n.order = append(n.order, s)
		return true
	}
	for _, s := range n.graph {
		if state[s.name] == 0 && !visit(s) {
			return
		}
	}
}

// checkGrades checks that there is something to grade: that at least one of the
// compared matrices depends on what the student writes.
func (n *network) checkGrades() {
	depends := make(map[string]bool) // names whose gradients pass through a Sigmoid
	for _, s := range slices.Backward(n.order) {
		for _, arg := range s.args {
			depends[arg.name] = depends[arg.name] || depends[s.name] || s.op.name == "Sigmoid"
		}
	}
	if !slices.ContainsFunc(n.order, func(s statement) bool { return s.op.name == "Sigmoid" }) {
		n.fail(n.present["graph"], "the graph has no Sigmoid: there is nothing to grade")
		return
	}
	if n.compare == nil {
		return // all inputs, and a Sigmoid has one before it
	}
	counts := func(name ident) bool { return depends[name.name] || n.fed[name.name] == nil }
	if !slices.ContainsFunc(slices.Concat(n.compare, n.update), counts) {
		n.fail(n.present["compare"], "no compared input is before a Sigmoid: these gradients are right whatever the student writes")
	}
}
