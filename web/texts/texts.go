// Package texts holds what the pages say. A sentence is written where it is
// shown, in Vietnamese, and stands for itself; the files in en have it in English.
// What is missing there is shown in Vietnamese, and a test names it.
package texts

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"sync"
)

// Language is one that the pages are read in.
type Language string

// The languages.
const (
	Vietnamese Language = "vi"
	English    Language = "en"
)

//go:embed en/*.json
var en embed.FS

// english are all sentences that the files in en translate.
var english = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	files, err := en.ReadDir("en")
	if err != nil {
		panic("texts: " + err.Error())
	}
	for _, f := range files {
		text, err := en.ReadFile("en/" + f.Name())
		if err == nil {
			err = json.Unmarshal(text, &all)
		}
		if err != nil {
			panic("texts: " + f.Name() + ": " + err.Error())
		}
	}
	return all
})

type languageKey struct{}

// In is a context in which the pages speak a language.
func In(ctx context.Context, l Language) context.Context {
	return context.WithValue(ctx, languageKey{}, l)
}

// Of is the language of a context: Vietnamese, unless it says otherwise.
func Of(ctx context.Context) Language {
	if l, ok := ctx.Value(languageKey{}).(Language); ok {
		return l
	}
	return Vietnamese
}

// T is a Vietnamese sentence in the language of the context, with its arguments
// put in as fmt.Sprintf does.
func T(ctx context.Context, sentence string, args ...any) string {
	if Of(ctx) == English {
		if translated, ok := english()[sentence]; ok {
			sentence = translated
		}
	}
	if len(args) == 0 {
		return sentence
	}
	return fmt.Sprintf(sentence, args...)
}

// Known says whether a sentence has its English.
func Known(sentence string) bool {
	_, ok := english()[sentence]
	return ok
}
