// Package hugeheap has the beginning of the heap put in huge pages; import it for
// that. A process of the command lives for some milliseconds, touches a thousand
// pages of heap in them, and to fault on these one by one takes a tenth of its
// processor time. (To have the program itself mapped at once gains nothing.)
//
// It imports little, so that it is initialised before most others.
package hugeheap
