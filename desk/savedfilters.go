package desk

import (
	"context"
	"net/url"
	"strings"
	"unicode/utf8"

	"congvan/postgres"
	"congvan/routing"
)

// SavedFiltersLimit is how many filters somebody keeps for one list.
const SavedFiltersLimit = 20

// SavedFilters are the filters that the actor keeps for a list (inbox, documents, search).
// They are the account's own: whoever acts for another has his own.
func (d *Desk) SavedFilters(ctx context.Context, actor routing.Actor, list string) ([]postgres.SavedFilter, error) {
	return d.record.SavedFilters(ctx, actor.AccountID, list)
}

// SaveFilter keeps a filter under a name; one of the same name gives way.
func (d *Desk) SaveFilter(ctx context.Context, actor routing.Actor, f postgres.SavedFilter) error {
	f.Name = strings.TrimSpace(f.Name)
	query, err := url.ParseQuery(f.Query)
	said := []string{f.Name}
	for name, values := range query {
		said = append(append(said, name), values...)
	}
	switch {
	case !actor.MayList():
		return routing.ErrNotAllowed
	case f.List != "inbox" && f.List != "documents" && f.List != "search":
		return routing.ErrField.With("fields", map[string]string{"list": "không có danh sách này"})
	case f.Name == "" || utf8.RuneCountInString(f.Name) > 60:
		return routing.ErrField.With("fields", map[string]string{"name": "cần tên từ 1 đến 60 ký tự"})
	case err != nil || len(f.Query) > 2000:
		return routing.ErrField.With("fields", map[string]string{"query": "bộ lọc không đọc được"})
	}
	if err := routing.CheckSecrecy(routing.NoSecret, said...); err != nil {
		return err
	}
	f.ID, f.CreatedAt = postgres.NewID(), d.now()
	kept, err := d.record.SaveFilter(ctx, actor.AccountID, f, SavedFiltersLimit)
	if err == nil && !kept {
		err = routing.ErrField.With("fields", map[string]string{"name": "đã lưu đủ 20 bộ lọc; hãy xoá bớt một bộ lọc cũ"})
	}
	return err
}

// DropFilter forgets a filter of the actor.
func (d *Desk) DropFilter(ctx context.Context, actor routing.Actor, id routing.ID) error {
	if !validID(id) {
		return routing.ErrNotFound
	}
	return d.record.DropFilter(ctx, actor.AccountID, id)
}
