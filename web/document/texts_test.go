package document

import (
	"testing"

	"congvan/desk"
	"congvan/routing"
	"congvan/web/texts"
	"congvan/web/ui"

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
	for _, stage := range desk.Stages {
		require.True(t, texts.Known(ui.StageName(stage)), stage)
	}
	for _, s := range flagNames {
		require.True(t, texts.Known(s), s)
	}
}
