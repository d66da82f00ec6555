// Package batch grades a class: a folder of submissions in, a stream of results
// out.
//
// Three parts that know nothing of each other's insides: [Find] turns a folder or
// a ZIP file into entries, one a student; [Run] grades them on several workers; and
// a [Sink] takes the results, in the order of the entries whatever the
// scheduling was.
//
// Every student who is discovered gets a result: one without a file to grade
// gets an invalid_file that says why.
package batch
