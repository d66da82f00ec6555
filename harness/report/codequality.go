package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// codeQuality is a remark in GitLab's report on code quality.
type codeQuality struct {
	Description string              `json:"description"`
	CheckName   string              `json:"check_name"`
	Fingerprint string              `json:"fingerprint"`
	Severity    string              `json:"severity"` // info, minor, major, critical or blocker
	Location    codeQualityLocation `json:"location"`
}

type codeQualityLocation struct {
	Path  string           `json:"path"`
	Lines codeQualityLines `json:"lines"`
}

type codeQualityLines struct {
	Begin int `json:"begin"`
}

// writeCodeQuality writes the remarks that GitHub would show as annotations.
func writeCodeQuality(w io.Writer, doc Document) error {
	all := []codeQuality{}
	seen := make(map[string]int)
	for _, a := range annotations(doc) {
		text := Clean(a.title + ": " + strings.ReplaceAll(a.message, "\n", " "))
		// A remark that stays when lines move is the same; two alike are two.
		key := doc.path() + "\x00" + text
		seen[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key]))
		severity := map[string]string{"error": "major", "warning": "minor"}[a.level]
		all = append(all, codeQuality{
			Description: text, CheckName: doc.Result.Status.String(), Fingerprint: hex.EncodeToString(sum[:16]),
			Severity: cmp.Or(severity, "info"), Location: codeQualityLocation{Clean(doc.path()), codeQualityLines{max(a.line, 1)}},
		})
	}
	return writeLine(w, all)
}
