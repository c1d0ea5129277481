package document

import (
	"testing"

	"congvan/routing"
	"congvan/web/texts"

	"github.com/stretchr/testify/require"
)

func TestWhatHappenedIsInEnglish(t *testing.T) {
	t.Parallel()
	for _, sentences := range []map[routing.Act]string{happened, byItself} {
		for _, s := range sentences {
			require.True(t, texts.Known(s), s)
		}
	}
	for _, s := range awaited {
		require.True(t, texts.Known(s), s)
	}
	for _, s := range stages {
		require.True(t, texts.Known(s) || s == "", s)
	}
	for _, s := range flagNames {
		require.True(t, texts.Known(s), s)
	}
}
