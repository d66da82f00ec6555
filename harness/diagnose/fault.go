package diagnose

import "fmt"

// faultFindings words the gradients that can't be one.
func faultFindings(all []Case) []Finding {
	unset := 0
	var shapes [][2][2]int // got and want
	for i := range all {
		switch f := all[i].Fault; {
		case f == nil:
		case f.Unset:
			unset++
		default:
			shapes = append(shapes, [2][2]int{f.Got, f.Want})
		}
	}
	var found []Finding
	if unset > 0 {
		found = append(found, word(deviation{id: GradientUnset}, unset))
	}
	if len(shapes) > 0 {
		found = append(found, word(shapeDeviation(shapes), len(shapes)))
	}
	return found
}

// misshapes are what gradients of the wrong shape may have in common.
var misshapes = []struct {
	deviation
	fits func(got, want [2]int) bool
}{
	{deviation{id: Transposed}, func(got, want [2]int) bool { return got[0] == want[1] && got[1] == want[0] }},
	{deviation{WrongShape, "it has a single row, whatever the number of examples"},
		func(got, want [2]int) bool { return got[0] == 1 && got[1] == want[1] }},
	{deviation{WrongShape, "it has a single column, whatever the number of neurons"},
		func(got, want [2]int) bool { return got[1] == 1 && got[0] == want[0] }},
	{deviation{WrongShape, "it is a single number"}, func(got, _ [2]int) bool { return got == [2]int{1, 1} }},
	{deviation{WrongShape, "it is square, with as many columns as the input has rows"},
		func(got, want [2]int) bool { return got == [2]int{want[0], want[0]} }},
	{deviation{WrongShape, "it is square, with as many rows as the input has columns"},
		func(got, want [2]int) bool { return got == [2]int{want[1], want[1]} }},
	{deviation{WrongShape, "all entries are in one row"},
		func(got, want [2]int) bool { return got == [2]int{1, want[0] * want[1]} }},
	{deviation{WrongShape, "all entries are in one column"},
		func(got, want [2]int) bool { return got == [2]int{want[0] * want[1], 1} }},
}

func shapeDeviation(shapes [][2][2]int) deviation {
	for _, m := range misshapes {
		fits := true
		for _, s := range shapes {
			fits = fits && m.fits(s[0], s[1])
		}
		if fits {
			return m.deviation
		}
	}
	got, want := shapes[0][0], shapes[0][1]
	return deviation{WrongShape, fmt.Sprintf("in one case it is %d×%d where the input is %d×%d", got[0], got[1], want[0], want[1])}
}

// notImplied drops the faults that found explains as well, and counts them there:
// what goes wrong in the shape where one is square gives another shape where it
// isn't.
func notImplied(faults, found []Finding) []Finding {
	var rest []Finding
	for _, f := range faults {
		implied := false
		for i := range found {
			switch found[i].ID {
			case Transposed, MatrixProduct, SummedOverRows, SummedOverColumns, SummedOverAll:
				if !implied && (f.ID == WrongShape || f.ID == Transposed) {
					implied = true
					found[i].Explains += f.Explains
				}
			}
		}
		if !implied {
			rest = append(rest, f)
		}
	}
	return rest
}
