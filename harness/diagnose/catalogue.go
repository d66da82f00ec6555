package diagnose

import (
	"fmt"
	"strings"
)

// The rules for what is said to students:
//
//   - A message says what Backward does, in a sentence or two, in the words of
//     the lesson: a node's input, its value, its outputs, what they send back
//     (gradCost), the gradient. It is true of every number that was seen.
//   - A hint asks one question, or names one thing to try. It leads to the
//     mistake, and never says what the right formula is.
//   - "You" is the reader. Nobody is blamed, nothing is called easy.
//   - One line of plain text, with no markup: reports wrap and escape it.

// ID names a finding. IDs are stable: results are counted and compared by them.
type ID string

// The IDs, in the order in which a message is preferred to others that explain
// the same numbers as well.
const (
	LeftAtZero       ID = "left-at-zero"
	GradientUnset    ID = "gradient-unset"
	WrongShape       ID = "wrong-shape"
	NotANumber       ID = "not-a-number"
	ConstantGradient ID = "constant-gradient"

	KeepsOnlyLast       ID = "keeps-only-last-output"
	KeepsOnlyFirst      ID = "keeps-only-first-output"
	SkipsAnOutput       ID = "skips-an-output"
	AveragesOutputs     ID = "averages-outputs"
	MultipliesOutputs   ID = "multiplies-outputs-together"
	SubtractsOutputs    ID = "subtracts-outputs"
	RepeatsOutputs      ID = "repeats-outputs"
	KeepsOnlyOne        ID = "keeps-only-one-output"
	DerivativePerOutput ID = "derivative-once-an-output"
	ValueOverwritten    ID = "value-overwritten"

	IgnoresUpstream   ID = "ignores-upstream"
	AddsUpstream      ID = "adds-upstream"
	SubtractsUpstream ID = "subtracts-upstream"
	UpstreamAltered   ID = "upstream-altered"
	UpstreamInPart    ID = "upstream-in-part"

	DerivativeMissing      ID = "derivative-missing"
	DerivativeIsS          ID = "derivative-is-s"
	DerivativeIsOneMinusS  ID = "derivative-is-one-minus-s"
	DerivativeOfInput      ID = "derivative-of-input"
	DerivativeAppliedTwice ID = "derivative-applied-twice"
	DerivativeSquared      ID = "derivative-squared"
	DerivativeOfTanh       ID = "derivative-of-tanh"
	DerivativeOfRelu       ID = "derivative-of-relu"
	DerivativePlus         ID = "derivative-plus"
	ExpNotSquared          ID = "exp-not-squared"
	DerivativeDivides      ID = "derivative-divides"
	DerivativeWrong        ID = "derivative-wrong"

	WrongSign        ID = "wrong-sign"
	ScaledByConstant ID = "scaled-by-constant"
	GradientAltered  ID = "gradient-altered"

	Transposed        ID = "transposed"
	MatrixProduct     ID = "matrix-product"
	SummedOverRows    ID = "summed-over-rows"
	SummedOverColumns ID = "summed-over-columns"
	SummedOverAll     ID = "summed-over-all"
	SameForAll        ID = "same-for-all"
	PartOfMatrix      ID = "part-of-matrix"

	AccumulatesAcrossPasses ID = "accumulates-across-passes"
	ChangesOtherNodes       ID = "changes-other-nodes"
	Unstable                ID = "unstable"
	ExpOverflows            ID = "exp-overflows"
	Imprecise               ID = "imprecise"
	HardCoded               ID = "hard-coded"

	// Unexplained is for numbers that no finding above explains. Its message
	// says what is certain about them.
	Unexplained ID = "unexplained"
)

// Idea is what a student who has a misconception should read again.
type Idea string

// The ideas of the lesson.
const (
	IdeaGradient   Idea = "what Backward has to leave behind"
	IdeaOutputs    Idea = "several outputs"
	IdeaUpstream   Idea = "upstream gradients and the chain rule"
	IdeaDerivative Idea = "the derivative of the logistic function"
	IdeaSize       Idea = "the sign and the size of a gradient"
	IdeaEntries    Idea = "entry by entry: shapes, rows and columns"
	IdeaPasses     Idea = "every pass starts afresh"
	IdeaNumbers    Idea = "what floating-point numbers can hold"
	IdeaAny        Idea = "from the numbers, not by heart"
)

// Entry is what the catalogue holds of an ID.
type Entry struct {
	ID    ID
	Idea  Idea
	Title string // a few words, for tables and headings

	message string // with at most one %s
	hint    string
}

// Catalogue lists all that can be found, in a fixed order.
func Catalogue() []Entry { return append([]Entry(nil), catalogue...) }

var catalogue = []Entry{
	{ID: LeftAtZero, Idea: IdeaGradient, Title: "Gradient left at zero",
		message: "Backward leaves every gradient at zero.",
		hint:    "ZeroGradients only makes room. Which line is meant to put something there, does it run, and does its result get back into the node?"},
	{ID: GradientUnset, Idea: IdeaGradient, Title: "Gradient not set",
		message: "Backward returns without having set a gradient for the node's input.",
		hint:    "Which call gives the node its gradient? Does it run whatever the network looks like, and for the node in s.Inbound()?"},
	{ID: WrongShape, Idea: IdeaEntries, Title: "Gradient of the wrong shape",
		message: "The gradient that Backward sets doesn't have the shape of the node's input: %s.",
		hint:    "Print Dims() of the node's input, of what an output sends back, and of what you set. Which step changes the shape?"},
	{ID: NotANumber, Idea: IdeaNumbers, Title: "Not a number",
		message: "No entry of your gradients is a finite number: all are NaN or infinite.",
		hint:    "Print every intermediate result for one entry. Which is the first that is not a number, and what was divided or taken a logarithm of there?"},
	{ID: ConstantGradient, Idea: IdeaUpstream, Title: "The same number everywhere",
		message: "Backward gives the same number for every entry of every network.",
		hint:    "Neither what the outputs send back nor the node's own value is in your result. Where do they get lost?"},

	{ID: KeepsOnlyLast, Idea: IdeaOutputs, Title: "Keeps only the last output",
		message: "Where a node has several outputs, only what the last one sends back is in your gradient.",
		hint:    "Follow your loop by hand for two outputs. What does the second turn do with what the first one has found?"},
	{ID: KeepsOnlyFirst, Idea: IdeaOutputs, Title: "Keeps only the first output",
		message: "Where a node has several outputs, only what the first one sends back is in your gradient.",
		hint:    "How often does your loop over the outputs run? Print a line in every turn of it."},
	{ID: SkipsAnOutput, Idea: IdeaOutputs, Title: "Skips an output",
		message: "Your gradient leaves out %s.",
		hint:    "Print, in every turn of your loop, which output it looks at. Compare that with s.Outbound()."},
	{ID: AveragesOutputs, Idea: IdeaOutputs, Title: "Averages the outputs",
		message: "You average over what a node's outputs send back.",
		hint:    "If the node's value rises a little, the cost changes by way of every output. Do those changes replace each other, or do they all happen?"},
	{ID: MultipliesOutputs, Idea: IdeaOutputs, Title: "Multiplies the outputs together",
		message: "Where a node has several outputs, you multiply with each other what they send back.",
		hint:    "Each output tells how the cost changes by way of itself. If one of them sends back zero, should nothing be left of the others?"},
	{ID: SubtractsOutputs, Idea: IdeaOutputs, Title: "Subtracts the outputs",
		message: "Where a node has several outputs, you subtract what the later ones send back from what the first one does.",
		hint:    "Would your result change if the outputs came in another order? Should it?"},
	{ID: RepeatsOutputs, Idea: IdeaOutputs, Title: "Counts outputs more than once",
		message: "Where a node has several outputs, %s.",
		hint:    "Follow your loop by hand for two outputs. What has already been added when the second turn begins, and is it added again?"},
	{ID: KeepsOnlyOne, Idea: IdeaOutputs, Title: "Keeps only one of the outputs",
		message: "Where a node has several outputs, only %s of what they send back is in your gradient.",
		hint:    "If the node's value rises a little, by how many ways does that change the cost?"},
	{ID: DerivativePerOutput, Idea: IdeaOutputs, Title: "Derivative once an output",
		message: "Where a node has several outputs, the derivative is multiplied in more than once.",
		hint:    "Follow your loop by hand for two outputs. Which part of the result has gone through the multiplication twice?"},
	{ID: ValueOverwritten, Idea: IdeaOutputs, Title: "Overwrites the node's value",
		message: "Your loop overwrites the node's value, and the next turn takes what is left there for the value.",
		hint:    "Does s.Value() give you a copy? Print it before the loop and after each turn."},

	{ID: IgnoresUpstream, Idea: IdeaUpstream, Title: "Ignores the upstream gradient",
		message: "What the outputs send back (gradCost) is not in your gradient.",
		hint:    "Your result says how the node's value changes with its input. How does the cost change with the node's value, and who knows that?"},
	{ID: AddsUpstream, Idea: IdeaUpstream, Title: "Adds the upstream gradient",
		message: "You add what the outputs send back and the node's own derivative.",
		hint:    "If the value changes twice as fast as the input, and the cost three times as fast as the value, how fast does the cost change with the input?"},
	{ID: SubtractsUpstream, Idea: IdeaUpstream, Title: "Subtracts from the upstream gradient",
		message: "You subtract the node's own derivative from what the outputs send back.",
		hint:    "If the value changes twice as fast as the input, and the cost three times as fast as the value, how fast does the cost change with the input?"},
	{ID: UpstreamAltered, Idea: IdeaUpstream, Title: "Alters the upstream gradient",
		message: "What the outputs send back enters your gradient %s.",
		hint:    "What an output sends back is a rate of change: its sign and its size both mean something. What would the cost do if it were twice as large, or negative?"},
	{ID: UpstreamInPart, Idea: IdeaUpstream, Title: "Upstream gradient in a part of the formula",
		message: "What the outputs send back reaches only a part of your formula.",
		hint:    "Go through the expression in the order in which Go computes it. What does the multiplication take in, and where are parentheses missing?"},

	{ID: DerivativeMissing, Idea: IdeaDerivative, Title: "Derivative missing",
		message: "You pass on what the outputs send back as it is.",
		hint:    "That is how the cost changes with the node's value. How fast does the value change when the node's input does?"},
	{ID: DerivativeIsS, Idea: IdeaDerivative, Title: "Value for derivative",
		message: "What you multiply by comes to the node's value itself.",
		hint:    "Draw the logistic function. Where is it steepest, and is that where its value is largest?"},
	{ID: DerivativeIsOneMinusS, Idea: IdeaDerivative, Title: "One minus the value for derivative",
		message: "What you multiply by comes to one minus the node's value.",
		hint:    "Draw the logistic function. How steep is it far to the left, and what do you multiply by there?"},
	{ID: DerivativeOfInput, Idea: IdeaDerivative, Title: "Formula applied to the input",
		message: "You put the node's input into the formula for the derivative.",
		hint:    "What does the letter in your formula stand for: what goes into the sigmoid, or what comes out of it?"},
	{ID: DerivativeAppliedTwice, Idea: IdeaDerivative, Title: "Derivative applied twice",
		message: "What you put into the formula for the derivative has been through a function once too often.",
		hint:    "What does the formula want, and what does s.Value() already hold? Check for an input of 0."},
	{ID: DerivativeSquared, Idea: IdeaDerivative, Title: "Derivative squared",
		message: "The derivative is multiplied in twice.",
		hint:    "Look for two places that multiply by it: a helper and its caller, or inside the loop and after it."},
	{ID: DerivativeOfTanh, Idea: IdeaDerivative, Title: "Derivative of tanh",
		message: "The derivative that you use is that of the hyperbolic tangent.",
		hint:    "Both functions are S-shaped, but one runs from -1 to 1. How steep is the logistic function at 0?"},
	{ID: DerivativeOfRelu, Idea: IdeaDerivative, Title: "Derivative of a rectifier",
		message: "The derivative that you use is that of a rectifier (ReLU): it depends on the sign of the input only.",
		hint:    "Draw the logistic function. Is it a straight line on either side of 0?"},
	{ID: DerivativePlus, Idea: IdeaDerivative, Title: "A sign in the derivative",
		message: "The formula that you use for the derivative has a plus where it needs another sign.",
		hint:    "Where the value is near 1, the function is flat. What does your formula give there?"},
	{ID: ExpNotSquared, Idea: IdeaDerivative, Title: "Denominator not squared",
		message: "You write the derivative with an exponential, and the denominator is not squared.",
		hint:    "Derive the quotient once more on paper. Or: is what you multiply by largest where the function is steepest?"},
	{ID: DerivativeDivides, Idea: IdeaDerivative, Title: "Divides by the derivative",
		message: "You divide by the derivative.",
		hint:    "Where the function is flat, its derivative is nearly 0. Should the gradient there be huge, or tiny?"},
	{ID: DerivativeWrong, Idea: IdeaDerivative, Title: "Another formula for the derivative",
		message: "Where the derivative of the node belongs, you have %s.",
		hint:    "Draw the logistic function and try your formula at an input of 0, far to the left and far to the right. How steep is the function there?"},

	{ID: WrongSign, Idea: IdeaSize, Title: "Wrong sign",
		message: "All of your gradients have the wrong sign.",
		hint:    "The gradient says which way the cost rises; it is the descent that goes against it. Where does your minus come from?"},
	{ID: ScaledByConstant, Idea: IdeaSize, Title: "Scaled by a constant",
		message: "All of your gradients are %s.",
		hint:    "Is there a factor in Backward that belongs to another place, or that is there twice? The cost has taken its mean before anything is sent back."},
	{ID: GradientAltered, Idea: IdeaSize, Title: "Alters the finished gradient",
		message: "Your gradient would be right, but it is %s in the end.",
		hint:    "The gradient's size says how much the cost changes. What becomes of that in your last step, and who has asked for it?"},

	{ID: Transposed, Idea: IdeaEntries, Title: "Rows and columns swapped",
		message: "Rows and columns are swapped on the way to your gradient.",
		hint:    "Work with a value of two rows and three columns. To which entry of it does row 1, column 2 of your gradient belong?"},
	{ID: MatrixProduct, Idea: IdeaEntries, Title: "Matrix product",
		message: "You multiply matrices with each other as a layer does, in place of entry by entry.",
		hint:    "An entry of the node's value depends on one entry of its input. On how many entries does one of a matrix product depend?"},
	{ID: SummedOverRows, Idea: IdeaEntries, Title: "Summed over the rows",
		message: "You take the %s over all rows.",
		hint:    "Every row is an example. Does the value of one example depend on the input of another?"},
	{ID: SummedOverColumns, Idea: IdeaEntries, Title: "Summed over the columns",
		message: "You take the %s over all columns.",
		hint:    "Every column is a neuron. Does the value of one neuron depend on the input of the one beside it?"},
	{ID: SummedOverAll, Idea: IdeaEntries, Title: "Summed over all entries",
		message: "You take the %s over all entries of a matrix.",
		hint:    "An entry of the node's value depends on one entry of its input. Which entries of your gradient should differ from each other?"},
	{ID: SameForAll, Idea: IdeaEntries, Title: "One entry for several",
		message: "You take %s.",
		hint:    "Look at the indices wherever you read an entry. Is there a fixed number where the loop's variable belongs?"},
	{ID: PartOfMatrix, Idea: IdeaEntries, Title: "Part of the matrix left out",
		message: "You leave out %s.",
		hint:    "Print the indices that your loops run through, and Dims() beside them. Which entries does nobody visit?"},

	{ID: AccumulatesAcrossPasses, Idea: IdeaPasses, Title: "Adds up over passes",
		message: "The second pass over a network adds to what the first one has left behind.",
		hint:    "Backward is called again for every step of training. What do you add to, and what is in it when Backward begins?"},
	{ID: ChangesOtherNodes, Idea: IdeaPasses, Title: "Changes what belongs to other nodes",
		message: "What Backward sets is right for what it is given, but %s.",
		hint:    "Value() and Gradient() hand out the node's own matrix and not a copy. Which of them do you write to, or hand to a function that does?"},
	{ID: Unstable, Idea: IdeaPasses, Title: "Not the same twice",
		message: "Given the same numbers, Backward doesn't always do the same: %s.",
		hint:    "Does the result depend on anything but the node: a variable outside of Backward, the order of a map, goroutines, chance?"},
	{ID: ExpOverflows, Idea: IdeaNumbers, Title: "Overflows far from zero",
		message: "Where the input is hundreds away from zero, your gradient is not a number.",
		hint:    "What do math.Exp(1000) and math.Exp(-1000) give, and what becomes of your formula with them? Does the node know anything that never gets that large?"},
	{ID: Imprecise, Idea: IdeaNumbers, Title: "Not precise enough",
		message: "Your gradients are nearly right, but %s.",
		hint:    "Is there a float32, a rounding, or a step size in your code? The derivative can be had exactly."},
	{ID: HardCoded, Idea: IdeaAny, Title: "Written down, not computed",
		message: "Your gradients are right in %s; everywhere else they are the same few numbers, whatever the node is given.",
		hint:    "Which numbers in your code come from one network only? What would you compute them from?"},

	{ID: Unexplained, Idea: IdeaAny, Title: "No single explanation",
		message: "%s",
		hint:    "Work one entry out by hand, and print every step of yours beside it."},
}

// rankOf is the place of an ID in the catalogue.
func rankOf(id ID) int {
	for i := range catalogue {
		if catalogue[i].ID == id {
			return i
		}
	}
	panic(fmt.Sprintf("diagnose: %q is not in the catalogue", id))
}

// entryOf returns the catalogue's entry of an ID.
func entryOf(id ID) *Entry { return &catalogue[rankOf(id)] }

// word makes a finding of a deviation.
func word(d deviation, explains int) Finding {
	e := entryOf(d.id)
	message := e.message
	if strings.Contains(message, "%s") {
		message = fmt.Sprintf(message, d.how)
	}
	return Finding{ID: d.id, Message: message, Hint: e.hint, Explains: explains}
}
