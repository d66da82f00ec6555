// A sample class, one student for each kind of answer. This file makes the folder
// a module of its own, so that ./... of the grader's doesn't reach into it.
module miniflow-class

go 1.26.0
