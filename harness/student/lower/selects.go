package lower

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

func (f *function) selects(v *ssa.Select) {
	n := f.register(v)
	s := f.temp("*rt.Selector")
	f.stmt("%s = rt.NewSelect()", s)
	for _, c := range v.States {
		ch := f.target(c.Chan)
		if c.Dir == types.RecvOnly {
			f.stmt("%s.Recv(%s)", s, ch)
			continue
		}
		x := f.typed(c.Send)
		t := c.Chan.Type().Underlying().(*types.Chan).Elem()
		if _, ok := t.Underlying().(*types.Signature); ok && !f.opaque(t) {
			x = f.holder(t) + "{" + x + "}"
		}
		f.stmt("%s.Send(%s, %s)", s, ch, x)
	}
	f.stmt("%s_0 = %s.Do(%t)", n, s, v.Blocking)
	f.stmt("%s_1 = %s.Ok()", n, s)
	received := 2
	for i, c := range v.States {
		if c.Dir != types.RecvOnly {
			continue
		}
		t := c.Chan.Type().Underlying().(*types.Chan).Elem()
		f.stmt("if %s_0 == %d { %s }", n, i, f.fromAny(fmt.Sprintf("%s_%d", n, received), s+".Value()", t))
		received++
	}
}
