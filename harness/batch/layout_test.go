package batch_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/miniflow/grader/harness/batch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	t.Parallel()
	none := &batch.NoFileError{}
	metadata := map[string]string{"submission_metadata.yml": `submission_11:
  :submitters:
  - :name: Anna Lee
    :sid: '0012'
    :email: anna@x.org
  - :name: Ben Ode
    :sid: 13
  :created_at: 2026-01-01 10:00:00.000000000 Z
submission_12:
  :submitters:
  - :name: Anna Lee
    :sid: '14'
submission_13:
  :submitters:
  - :name: Gone
../submission_11:
  :submitters:
  - :name: Evil
`}
	for name, test := range map[string]struct {
		folder, layout string
		files          map[string]string
		want           []batch.Entry
		notes          []string
	}{
		"Canvas": {"", "Canvas", names(
			"leeanna_101_9001_sigmoid.go", "leeanna_101_9007_sigmoid-1.go", "odeben_LATE_102_9002_answer-12.go",
			"roscarla_103_9003_report.pdf", "zhangd_104_9004_helper.go", "zhangd_104_9005_sigmoid.go", "leeanna_105_9010_sigmoid.go", "readme.txt", "extra/x.go",
		), []batch.Entry{
			{Student: "extra", Path: "extra/x.go"},
			{Student: "leeanna (101)", ID: "101", Path: "leeanna_101_9007_sigmoid-1.go", Note: "the newest of 2 attempts"},
			{Student: "leeanna (105)", ID: "105", Path: "leeanna_105_9010_sigmoid.go"},
			{Student: "odeben", ID: "102", Path: "odeben_LATE_102_9002_answer-12.go", Late: true},
			{Student: "roscarla", ID: "103", Err: none},
			{Student: "zhangd", ID: "104", Path: "zhangd_104_9005_sigmoid.go"},
		}, []string{"extra: not a name that Canvas gives"}},
		"Canvas, anonymous": {"", "Canvas", names("anon_aB3_901_sigmoid.go", "LATE_anon_x9_902_sigmoid.go"), []batch.Entry{
			{Student: "anon_aB3", ID: "aB3", Path: "anon_aB3_901_sigmoid.go"},
			{Student: "anon_x9", ID: "x9", Path: "LATE_anon_x9_902_sigmoid.go", Late: true},
		}, nil},
		"Moodle": {"", "Moodle", names(
			"Anna Lee_501_assignsubmission_file_/sigmoid.go", "Anna Lee_501_assignsubmission_onlinetext_/onlinetext.html",
			"Ben O'de_502_assignsubmission_file/x/sigmoid.go", "Zoë_503_assignsubmission_file_/",
			"Participant_504_assignsubmission_file_/sigmoid.go", "Carla_505_assignsubmission_file_sigmoid.go",
		), []batch.Entry{
			{Student: "Anna Lee", ID: "501", Path: "Anna Lee_501_assignsubmission_file_/sigmoid.go"},
			{Student: "Ben O'de", ID: "502", Path: "Ben O'de_502_assignsubmission_file/x/sigmoid.go"},
			{Student: "Carla", ID: "505", Path: "Carla_505_assignsubmission_file_sigmoid.go"},
			{Student: "Participant", ID: "504", Path: "Participant_504_assignsubmission_file_/sigmoid.go"},
			{Student: "Zoë", ID: "503", Err: none},
		}, nil},
		"Gradescope": {"", "Gradescope", names("submission_11/sigmoid.go", "submission_12/a/sigmoid.go", "submission_99/sigmoid.go"), []batch.Entry{
			{Student: "Anna Lee (0012)", ID: "0012", Path: "submission_11/sigmoid.go"},
			{Student: "Anna Lee (14)", ID: "14", Path: "submission_12/a/sigmoid.go"},
			{Student: "Ben Ode", ID: "13", Path: "submission_11/sigmoid.go"},
			{Student: "submission_99", Path: "submission_99/sigmoid.go"},
		}, []string{"submission_99: not a name that Gradescope gives"}},
		"GitHub Classroom": {"week-3-submissions", "GitHub Classroom", names("week-3-anna-lee/miniflow/sigmoid.go", "week-3-ben/", "week-3-ben-1/sigmoid.go"), []batch.Entry{
			{Student: "anna-lee", Path: "week-3-anna-lee/miniflow/sigmoid.go"},
			{Student: "ben", Err: none},
			{Student: "ben-1", Path: "week-3-ben-1/sigmoid.go"},
		}, nil},
		"plain": {"", "plain", names("anna/sigmoid.go", "anna/sigmoid-1.go", "anna/sigmoid (2).go", "ben/old/sigmoid.go", "carla-1.go", "dora/x_1_2_3.go"), []batch.Entry{
			{Student: "anna", Path: "anna/sigmoid (2).go", Note: "the newest of 3 attempts"},
			{Student: "ben", Path: "ben/old/sigmoid.go"},
			{Student: "carla-1", Path: "carla-1.go"},
			{Student: "dora", Path: "dora/x_1_2_3.go"},
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := make(map[string]string)
			if test.layout == "Gradescope" {
				maps.Copy(test.files, metadata)
			}
			for f, content := range test.files {
				files[filepath.Join(test.folder, f)+map[bool]string{true: "/"}[f[len(f)-1] == '/']] = content
			}
			c, err := batch.Find(batch.Dir(filepath.Join(tree(t, files), test.folder)), batch.Options{})
			require.NoError(t, err)
			assert.Equal(t, test.layout, c.Layout)
			assert.Equal(t, test.want, slices.Collect(c.All()))
			assert.Equal(t, test.notes, c.Notes)
		})
	}
}

func TestFindByRegex(t *testing.T) {
	t.Parallel()
	dir := tree(t, names("w3/2026-01-01 anna#7 try1.go", "w3/2026-01-09 anna#7 try10.go", "w3/2026-01-02 anna#7 try2.go", "w3/ben.go", "out/x#1 try1.go"))
	c, err := batch.Find(batch.Dir(dir), batch.Options{
		Except:    filepath.Join(dir, "out"),
		NameRegex: regexp.MustCompile(`(?P<name>\w+)#(?P<id>\d+) try(?P<attempt>\d+)\.go$`),
	})
	require.NoError(t, err)
	assert.Equal(t, []batch.Entry{
		{Student: "anna", ID: "7", Path: "w3/2026-01-09 anna#7 try10.go", Note: "the newest of 3 attempts"},
	}, slices.Collect(c.All()))
	assert.Equal(t, []string{"w3/ben.go: the expression finds no name in it"}, c.Notes)

	c, err = batch.Find(batch.Dir(dir), batch.Options{NameRegex: regexp.MustCompile(`^w3/(?P<name>ben)`)})
	require.NoError(t, err)
	assert.Equal(t, []batch.Entry{{Student: "ben", Path: "w3/ben.go"}}, slices.Collect(c.All()))
	_, err = batch.Find(batch.Dir(dir), batch.Options{NameRegex: regexp.MustCompile(`x`)})
	require.Error(t, err)
}

func TestFindBrokenMetadata(t *testing.T) {
	t.Parallel()
	_, err := batch.Find(batch.Dir(tree(t, map[string]string{"submission_metadata.yml": "a: [", "submission_1/a.go": "x"})), batch.Options{})
	require.ErrorContains(t, err, "submission_metadata.yml: ")
}
