package api

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"congvan/desk"
	"congvan/routing"

	"github.com/google/uuid"
)

// A cursor names the last entry of a page. It is opaque to clients: a letter
// for the list that it belongs to, and what that list goes on from.
const (
	documentCursor = "d"
	inboxCursor    = "i"
	numberCursor   = "n"
	decidingCursor = "e"
	askedCursor    = "a"
	outgoingCursor = "o"
	figureCursor   = "f"
)

const defaultLimit = 50

func limitOf(given int) int {
	if given == 0 {
		return defaultLimit
	}
	return given
}

var errCursor = badField("cursor", "không hợp lệ; hãy mở lại danh sách từ đầu")

func writeCursor(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, ":")))
}

// readCursor returns the parts of a cursor behind its letter.
func readCursor(cursor, letter string, parts int) ([]string, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	found := strings.Split(string(text), ":")
	if err != nil || len(found) != parts+1 || found[0] != letter {
		return nil, errCursor
	}
	return found[1:], nil
}

func readDocumentCursor(cursor string) (routing.ID, error) {
	if cursor == "" {
		return "", nil
	}
	parts, err := readCursor(cursor, documentCursor, 1)
	if err != nil || uuid.Validate(parts[0]) != nil {
		return "", errCursor
	}
	return routing.ID(parts[0]), nil
}

// writeInstantCursor is for lists that go by an instant, or none, and an id.
func writeInstantCursor(letter string, at time.Time, id routing.ID) string {
	micros := ""
	if !at.IsZero() {
		micros = strconv.FormatInt(at.UnixMicro(), 10)
	}
	return writeCursor(letter, micros, string(id))
}

// lastInstant is the end of the years that everything can write down.
var lastInstant = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

func readInstantCursor(letter, cursor string) (desk.Cursor, error) {
	if cursor == "" {
		return desk.Cursor{}, nil
	}
	parts, err := readCursor(cursor, letter, 2)
	if err != nil || uuid.Validate(parts[1]) != nil || len(parts[1]) != 36 {
		return desk.Cursor{}, errCursor
	}
	c := desk.Cursor{ID: routing.ID(parts[1])}
	if parts[0] != "" {
		micros, err := strconv.ParseInt(parts[0], 10, 64)
		if err != nil || micros < 0 || micros > lastInstant.UnixMicro() {
			return desk.Cursor{}, errCursor
		}
		c.Due = time.UnixMicro(micros).UTC()
	}
	return c, nil
}

func writeNumberCursor(n int64) string { return writeCursor(numberCursor, strconv.FormatInt(n, 10)) }

// readNumberCursor returns other if there is no cursor.
func readNumberCursor(cursor string, other int64) (int64, error) {
	if cursor == "" {
		return other, nil
	}
	parts, err := readCursor(cursor, numberCursor, 1)
	if err != nil {
		return 0, errCursor
	}
	n, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || n < 0 {
		return 0, errCursor
	}
	return n, nil
}
