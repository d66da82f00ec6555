package harness

import (
	"strings"

	"github.com/miniflow/grader/cases/problem"
	"github.com/miniflow/grader/harness/diagnose"
	"github.com/miniflow/grader/harness/worker"
)

// Scene is the network of a visible case and where in it gradients go wrong.
type Scene struct {
	Graph []problem.Statement
	Wrong []string        // the Sigmoid nodes at which Backward itself goes wrong
	Spots []diagnose.Spot // the same nodes, where there are numbers to show
}

// newScene makes the scene of a case that did not pass. It returns nil where no
// more is known than that the case failed as a whole.
func newScene(w diagnose.Case, end *worker.Case) *Scene {
	if w.Passed {
		return nil
	}
	scene := &Scene{Graph: w.Case.Graph}
	switch {
	case w.Fault != nil:
		scene.Wrong = misfit(w.Case.Graph, end.Message)
	case w.Got != nil:
		scene.Spots = diagnose.Spots(w)
		for _, s := range scene.Spots {
			scene.Wrong = append(scene.Wrong, s.Node)
		}
	default:
		return nil
	}
	return scene
}

// misfit finds the Sigmoid node that a worker's words about a gradient are about.
// They name its input, which more than one Sigmoid may have: then it isn't known.
func misfit(graph []problem.Statement, message string) []string {
	var found []string
	for _, s := range graph {
		if s.Op != "Sigmoid" {
			continue
		}
		words := "the gradient for " + s.Args[0] + " "
		if strings.HasPrefix(message, words) || strings.HasPrefix(message, "Backward left "+words) {
			found = append(found, s.Name)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found
}
