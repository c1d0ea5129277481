package attachments

// Suggestion is what a file seems to say about itself for the registration form.
type Suggestion struct {
	Field, Value string
}

// Suggest finds what the lines of a file say about it.
func Suggest([]Line) []Suggestion { return nil }
