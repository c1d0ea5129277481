package attachments

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Real files from real offices: what clerks really send has to come in, and what
// does not has to say why.
func TestRealFilesAreTakenOrRefusedWithTheRightReason(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "shared", "data", "documents")
	if _, err := os.Stat(folder); err != nil {
		folder = filepath.Join("..", folder) // of a second working tree
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no real files here")
	}
	for name, want := range map[string]struct {
		kind  string
		flags []Flag
		err   error
	}{
		"275.pdf":                 {kind: PDF},
		"KSTTHC.pdf":              {kind: PDF, flags: []Flag{FlagEmbedded}}, // brings a second PDF along
		"CV_4427_0001.signed.pdf": {kind: PDF, flags: []Flag{FlagRevisions}},
		"QD15UB.DOC":              {kind: DOC},
		"CT9UB.DOC":               {kind: DOC},
		"Ke_hoach_tap_huan.doc":   {err: ErrPage},
	} {
		f, err := os.Open(filepath.Join(folder, name))
		require.NoError(t, err)
		info, err := f.Stat()
		require.NoError(t, err)
		clean, err := CleanName(name)
		require.NoError(t, err)
		require.Equal(t, name, clean)
		got, err := Examine(name, sized{f, info.Size()})
		require.ErrorIs(t, err, want.err, name)
		if want.err == nil {
			require.Equal(t, Finding{Kind: want.kind, Flags: want.flags}, got, name)
		}
		require.NoError(t, f.Close())
	}
}

type sized struct {
	*os.File
	size int64
}

func (s sized) Size() int64 { return s.size }
