package cases

import (
	"math"
	"slices"
)

// checkReference runs the model solution. It reports what it can't compute and
// where it disagrees with the pinned gradients.
func (d *decoder) checkReference() {
	want, err := d.c.Want()
	if err != nil {
		d.fail(d.present["graph"], "the engine refuses the case: %v", err)
		return
	}
	if name := notFinite(want.Passes[0].Gradients); name != "" {
		d.fail(d.present["graph"], "the gradient of %s is not finite: are the inputs too large?", quote(name))
		return
	}
	if name := notFinite(want.Descent); name != "" {
		d.fail(d.present["descent"], "gradient descent diverges: %s is not finite; a smaller learning_rate may help", quote(name))
	}
	for _, pin := range d.expect {
		d.checkPinned(pin, want.Passes[0].Gradients)
	}
}

// checkPinned holds a pinned gradient against the model solution's: to relative
// 1e-6 and absolute 1e-9 times the largest pinned entry, or to the case's own
// tolerance where that is looser.
func (d *decoder) checkPinned(pin *feeding, gradients []Matrix) {
	i := slices.Index(d.c.Compare, pin.name)
	if i < 0 {
		d.fail(pin.ident.at, "expect pins the gradient of %s, which is not compared", quote(pin.name))
		return
	}
	got := gradients[i]
	pinned := pin.matrix(got.Rows == 1)
	if pinned.Rows != got.Rows || pinned.Cols != got.Cols {
		d.fail(pin.ident.at, "the pinned gradient of %s is %s; %s is %s", quote(pin.name), pinned.Shape(), pin.name, got.Shape())
		return
	}
	tolerance, largest := pinnedTolerance(d.c.Tolerance, pinned), pinned.Largest()
	for i, want := range pinned.Data {
		if !tolerance.Within(got.Data[i], want, largest) {
			d.fail(pin.at[i], "the gradient of %s is pinned to %v in row %d, column %d; the model solution gives %v",
				pin.name, want, i/got.Cols+1, i%got.Cols+1, got.Data[i])
		}
	}
	d.c.Expect = append(d.c.Expect, pinned)
}

func pinnedTolerance(t Tolerance, pinned Matrix) Tolerance {
	absolute := math.Max(t.AbsoluteFor(pinned), DefaultTolerance().AbsoluteFor(pinned))
	return Tolerance{Relative: math.Max(t.Relative, defaultRelative), Absolute: &absolute}
}

// notFinite is the name of the first matrix with an entry that is NaN or
// infinite.
func notFinite(matrices []Matrix) string {
	for _, m := range matrices {
		if largest := m.Largest(); math.IsNaN(largest) || math.IsInf(largest, 0) {
			return m.Name
		}
	}
	return ""
}
