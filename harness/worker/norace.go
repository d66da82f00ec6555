//go:build !race

package worker

const raceDetector = false

var errRaceDetector error
