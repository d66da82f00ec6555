package audit

// SchemaVersion is the number in [Report.Schema]. It changes when a field changes
// its meaning or goes away, not when one is added.
const SchemaVersion = 1

// Report is what an audit has found. Its JSON form is for other programs; the
// same suite gives the same bytes.
type Report struct {
	Schema       int          `json:"schema"`
	Suite        string       `json:"suite"`          // SHA-256 of the suite, in hex
	Title        string       `json:"title"`          // the suite's, may be empty
	Points       float64      `json:"points"`         // of all cases together
	Score        float64      `json:"mutation_score"` // percent of the mistakes that are caught
	Cases        []Case       `json:"cases"`          // in the suite's order
	Correct      []Correct    `json:"correct"`        // the correct answers
	Mistakes     []Mistake    `json:"mistakes"`       // one by one
	Combinations Combinations `json:"combinations"`   // two at a time
	Findings     []Finding    `json:"findings"`       // what is wrong with the suite, never null
}

// Case is what one case contributes.
type Case struct {
	Name    string   `json:"name"`
	File    string   `json:"file"`
	Catches int      `json:"catches"`        // how many mistakes
	Alone   []string `json:"alone"`          // mistakes that no other case catches; if empty, the suite catches as much without the case
	Used    float64  `json:"tolerance_used"` // the largest share of a tolerance that a correct answer which passes takes, at most 1
}

// Correct is how a correct answer did.
type Correct struct {
	Name      string   `json:"name"`
	RefusedBy []string `json:"refused_by"` // cases that don't pass
}

// Mistake is how a misconception did.
type Mistake struct {
	Name     string   `json:"name"` // unique: the id, and a variant if there are several
	ID       string   `json:"id"`
	Shows    string   `json:"shows"` // where it shows
	CaughtBy []string `json:"caught_by"`
}

// Caught says whether some case catches the mistake.
func (m Mistake) Caught() bool { return len(m.CaughtBy) > 0 }

// Combinations is how misconceptions did two at a time.
type Combinations struct {
	Total     int         `json:"total"`
	Survivors [][2]string `json:"survivors"` // names of mistakes
}

// Kind is a kind of finding.
type Kind string

// The kinds of findings.
const (
	Survivor    Kind = "survivor"    // no case catches a mistake
	Combination Kind = "combination" // no case catches two mistakes that are made at once, and not because no case catches either
	TooLoose    Kind = "too-loose"   // a case's tolerance lets a mistake pass
	TooTight    Kind = "too-tight"   // a case doesn't accept a correct answer
)

// Finding is one thing that is wrong with a suite.
type Finding struct {
	Kind    Kind     `json:"kind"`
	Case    string   `json:"case,omitempty"` // "" if it is the suite's
	Answers []string `json:"answers"`        // names of the mistakes or correct answers that it is about
	Message string   `json:"message"`        // one line
}
