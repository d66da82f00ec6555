package rt

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Exports returns what lowered source imports as package rt, in the form that
// the interpreter wants: functions by value, a type T as a nil *T.
func (m *Machine) Exports() map[string]reflect.Value {
	f := reflect.ValueOf
	return map[string]reflect.Value{
		"Error":    f((*error)(nil)),
		"Defers":   f((*Defers)(nil)),
		"Recovery": f((*Recovery)(nil)),
		"Iter":     f((*Iter)(nil)),
		"Selector": f((*Selector)(nil)),

		"Box": f(m.Box), "ID": f(ID), "Is": f(Is), "Val": f(Val), "Method": f(m.Method), "Target": f(m.Target),
		"Equal": f(Equal), "Raw": f(Raw), "RawAll": f(RawAll),
		"KitKind": f(KitKind), "HostMissing": f(HostMissing), "CallHost": f(CallHost), "FieldAddr": f(FieldAddr),

		"NilDeref": f(NilDeref), "DivZero": f(DivZero), "NilMap": f(NilMap), "NegShift": f(NegShift),
		"Index": f(Index), "IndexU": f(IndexU), "SliceOf": f(SliceOf), "SliceArray": f(SliceArray),
		"SliceString": f(SliceString), "MakeSlice": f(MakeSlice), "MakeChan": f(MakeChan),
		"ArrayLen": f(ArrayLen), "BadAssert": f(BadAssert), "NotImplemented": f(NotImplemented), "Throw": f(m.Throw), "Close": f(Close),
		"WrapNil": f(WrapNil), "Hashable": f(Hashable), "Append": f(Append), "RangeState": f(RangeState),
		"LeaveZero": f(m.LeaveZero), "TakeZero": f(m.TakeZero),
		"At": f(m.At), "Line": f(m.Line),

		"NewDefers": f(m.NewDefers), "Enter": f(m.Enter), "Go": f(m.Go), "GroupGo": f(m.GroupGo),

		"Range": f(Range), "Rune": f(Rune), "RuneString": f(RuneString), "Clear": f(Clear),
		"ArrayPointer": f(ArrayPointer), "ElemAddr": f(ElemAddr), "NewSelect": f(NewSelect),

		"AddC64": f(AddC64), "SubC64": f(SubC64), "MulC64": f(MulC64), "QuoC64": f(QuoC64),
		"MulC128": f(MulC128), "QuoC128": f(QuoC128), "MinF64": f(MinF64), "MaxF64": f(MaxF64),
		"IntToFloat32": f(IntToFloat32), "UintToFloat32": f(UintToFloat32),
		"FloatToInt64": f(FloatToInt64), "FloatToUint64": f(FloatToUint64),
		"FloatToUint32": f(FloatToUint32), "FloatToInt32": f(FloatToInt32),

		"Print": f(m.Print), "Println": f(m.Println), "Printf": f(m.Printf), "Debug": f(m.Debug), "Words": f(Words),
		"Sprint": f(m.Sprint), "Sprintln": f(m.Sprintln), "Sprintf": f(m.Sprintf), "Errorf": f(m.Errorf),
		"Fprint": f(m.Fprint), "Fprintln": f(m.Fprintln), "Fprintf": f(m.Fprintf),
		"AppendText": f(m.Append), "Appendln": f(m.Appendln), "Appendf": f(m.Appendf),
		"Scan": f(Scan), "Scanln": f(Scanln), "Scanf": f(Scanf), "As": f(As), "ErrorIs": f(ErrorIs), "KitType": f(m.KitType),
	}
}

// Close is close(ch).
func Close(ch any) { reflect.ValueOf(ch).Close() }

// noInput is the student's standard input: there is nothing to read.
func noInput() io.Reader { return strings.NewReader("") }

// Scan is fmt.Scan on empty input.
func Scan(a ...any) (int, error) { return fmt.Fscan(noInput(), a...) }

// Scanln is fmt.Scanln on empty input.
func Scanln(a ...any) (int, error) { return fmt.Fscanln(noInput(), a...) }

// Scanf is fmt.Scanf on empty input.
func Scanf(format string, a ...any) (int, error) { return fmt.Fscanf(noInput(), format, a...) }
