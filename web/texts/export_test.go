package texts

// Translations are all sentences with their English.
func Translations() map[string]string { return english() }
