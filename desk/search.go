package desk

import (
	"context"
	"unicode/utf8"

	"congvan/postgres"
	"congvan/routing"
)

// SearchText is how many characters of what somebody searches for are read.
const SearchText = 200

// Search finds the documents in whose subject, number, issuer or files the words
// stand, or about which they were said in a direction, a report, a reason or a note,
// or that have the number in a book: those that exist for the actor, by words that
// he may read there. The newest registered come first. Without a word nothing is
// found. It is for whoever has lists; routing.ErrNotAllowed otherwise.
func (d *Desk) Search(ctx context.Context, actor routing.Actor, q postgres.Search) (postgres.SearchPage, error) {
	q.By, q.Now, q.Limit = actor, d.now(), pageLimit(q.Limit)
	switch {
	case !actor.MayList():
		return postgres.SearchPage{}, routing.ErrNotAllowed
	case utf8.RuneCountInString(q.Text) > SearchText:
		return postgres.SearchPage{}, routing.ErrField.With("fields", map[string]string{"q": "tìm nhiều nhất 200 ký tự; hãy bớt chữ"})
	case q.After != "" && !validID(q.After):
		return postgres.SearchPage{}, errCursor
	case q.Narrow.Unit != "" && !validID(q.Narrow.Unit):
		return postgres.SearchPage{}, routing.ErrField.With("fields", map[string]string{"unit": "không có đơn vị này"})
	}
	return d.record.Search(ctx, q)
}
