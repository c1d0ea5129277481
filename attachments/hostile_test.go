package attachments

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mostMemory is how much the heap may grow over one hostile file of a few megabytes.
const mostMemory = 512 << 20

// Files that send a reader round in circles, or promise more than there is: each
// comes to an end in the time that reading has, in bounded memory, without a panic.
// Which of them come in is another matter: what is broken is seldom hostile.
func TestHostilePDFsComeToAnEnd_U04(t *testing.T) {
	bomb := deflated(strings.Repeat("BT (x) Tj ET\n", 6<<20))
	pages := strings.Repeat("3 0 R ", 20_000)
	for name, body := range map[string]string{
		"pages that hold themselves":   "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 2/Kids[2 0 R 2 0 R]/Parent 2 0 R>>endobj",
		"twenty thousand pages":        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 20000/Kids[" + pages + "]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj",
		"a page of a square kilometre": "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 2834645 2834645]>>endobj",
		"a hundred thousand brackets":  "1 0 obj" + strings.Repeat("[", 100_000) + "endobj",
		"a hundred thousand names":     "1 0 obj" + strings.Repeat("<</A", 100_000) + "endobj",
		"a reference to itself":        "1 0 obj 1 0 R endobj",
		"a length that is elsewhere":   "5 0 obj<</Length 5 0 R>>stream\nx\nendstream endobj",
		"a length beyond the end":      "5 0 obj<</Length 999999999999>>stream\nx\nendstream endobj",
		"a negative length":            "5 0 obj<</Length -1>>stream\nx\nendstream endobj",
		"objects packed in themselves": "5 0 obj<</Type/ObjStm/N 1/First 4/Extends 5 0 R/Filter/FlateDecode>>stream\n" + deflated("5 0 <</Type/ObjStm>>") + "\nendstream endobj",
		"a text that unfolds":          "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj 4 0 obj<</Filter/FlateDecode/Length " + fmt.Sprint(len(bomb)) + ">>stream\n" + bomb + "\nendstream endobj",
		"half a million objects":       strings.Repeat("9 0 obj<<>>endobj ", 500_000),
		"names without an end":         "/" + strings.Repeat("#4a", 1_000_000),
	} {
		for end, tail := range map[string]string{
			"a trailer":               "\ntrailer<</Root 1 0 R/Size 6>>\nstartxref\n9\n",
			"a table before itself":   "\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9/Size 6>>\nstartxref\n9\n",
			"a table beyond the file": "\ntrailer<</Root 1 0 R/Prev 99999999999>>\nstartxref\n99999999999\n",
		} {
			data := pdfWith(body + tail)
			began, before := time.Now(), allocated()
			_, err := examine("a.pdf", data)
			if err != nil {
				require.NotEmpty(t, err.Error())
			}
			r := readOf(t, PDF, bytesOf(data))
			require.LessOrEqual(t, len(r.Lines), maxLines, name)
			_ = CheckSecrecy("a.pdf", r.Lines, r.Metadata)
			require.Less(t, time.Since(began), 2*readTimeout, "%s, with %s", name, end)
			require.Less(t, allocated(), before+mostMemory, "%s, with %s", name, end)
		}
	}
}

// Packed objects that unfold to more than is looked at are refused, not half read.
func TestPackedObjectsThatUnfoldAreABomb_U04(t *testing.T) {
	t.Parallel()
	packed := deflated(strings.Repeat(" ", maxObjects+1))
	_, err := examine("a.pdf", pdfWith("5 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n"+packed+"\nendstream endobj"))
	require.ErrorIs(t, err, ErrBomb)
}

func allocated() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What is run on a file gets the file through a pipe and words as they are: no
// shell reads them, and nothing of this process's surroundings goes along.
func TestNoShellReadsAWord_I12(t *testing.T) {
	t.Setenv("CONGVAN_SECRET", "CANARY-7f3a")
	words := []string{"-h", "--help", "@list", "|id", "$(id)", "`id`", "a;id", "a&&id", "a\nb", "*", "~", "$HOME", "\"", "'"}
	out, err := run(t.Context(), 5*time.Second, bytesOf(nil), "printf", append([]string{`%s\0`, "--"}, words...)...)
	require.NoError(t, err)
	require.Equal(t, strings.Join(append([]string{"--"}, words...), "\x00")+"\x00", string(out))
	out, err = run(t.Context(), 5*time.Second, bytesOf(nil), "env")
	require.NoError(t, err)
	require.Contains(t, string(out), "HOME=/nonexistent")
	require.NotContains(t, string(out), "CANARY")
	out, err = run(t.Context(), 5*time.Second, strings.NewReader("-h\n|id\n"), "cat")
	require.NoError(t, err)
	require.Equal(t, "-h\n|id\n", string(out))
	_, err = run(t.Context(), 5*time.Second, bytesOf(nil), "sh", "-c", "echo x > "+filepath.Join(t.TempDir(), "x"))
	require.Error(t, err, "what is run writes no file")
}

// A program that does not end, or says more than is listened to, is ended.
func TestAProgramThatDoesNotEndIsEnded_R02(t *testing.T) {
	t.Parallel()
	began := time.Now()
	_, err := run(t.Context(), 500*time.Millisecond, bytesOf(nil), "sleep", "60")
	require.Error(t, err)
	out, _ := run(t.Context(), 20*time.Second, bytesOf(nil), "yes")
	require.LessOrEqual(t, len(out), maxOutput)
	require.Less(t, time.Since(began), 20*time.Second)
}
