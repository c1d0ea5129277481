package inputs

import (
	"strconv"
	"strings"

	"congvan/desk"
	"congvan/routing"
)

// Pick is the value of a box to tick: one of many, as it was when it was shown.
func Pick(id routing.ID, version int) string { return string(id) + ":" + strconv.Itoa(version) }

// Picked is what such a box names. A version that is none is none that was read.
func Picked(value string) desk.Subject {
	id, version, _ := strings.Cut(value, ":")
	n, _ := strconv.Atoi(version)
	return desk.Subject{ID: routing.ID(id), IfVersion: max(0, n)}
}
