package acts

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"

	"congvan/desk"
	"congvan/postgres"
	"congvan/web/ui"

	"github.com/a-h/templ"
)

// group are the options under one title.
type group struct {
	Title   string
	Options []option
}

func groups(options []option) (out []group) {
	for _, o := range options {
		i := slices.IndexFunc(out, func(g group) bool { return g.Title == o.Group })
		if i < 0 {
			i, out = len(out), append(out, group{Title: o.Group})
		}
		out[i].Options = append(out[i].Options, o)
	}
	return out
}

// labelOf says which fields may stay empty; most may not.
func labelOf(ctx context.Context, f fieldView) string {
	label := ui.T(ctx, f.Label)
	if !f.Needed {
		label += " " + ui.T(ctx, "(có thể bỏ trống)")
	}
	return label
}

func hintOf(ctx context.Context, f fieldView) string {
	switch {
	case f.Hint != "":
		return ui.T(ctx, f.Hint)
	case f.Min > 0:
		return ui.T(ctx, "Từ %d đến %d ký tự", f.Min, f.Max)
	case f.Max > 0 && f.Kind == aText:
		return ui.T(ctx, "Không quá %s ký tự", ui.Number(f.Max))
	}
	return ""
}

// attributes are what a browser checks before it sends; the desk checks again.
// data-count lets the script say how many characters there are.
func attributes(f fieldView, first bool) templ.Attributes {
	a := templ.Attributes{}
	if f.Needed {
		a["required"] = true
	}
	if f.Min > 0 {
		a["minlength"] = strconv.Itoa(f.Min)
	}
	if f.Max > 0 {
		a["maxlength"] = strconv.Itoa(f.Max)
	}
	if f.Kind == aText {
		a["data-count"] = true
	}
	if first {
		a["autofocus"] = true
	}
	if f.Fault != "" {
		a["aria-invalid"], a["aria-describedby"] = "true", "fault-"+f.Name
	}
	return a
}

// standing are the files of a document that are in use.
func standing(v desk.View) []postgres.Attachment {
	return slices.DeleteFunc(slices.Clone(v.Attachments), func(a postgres.Attachment) bool {
		return len(a.ReplacedBy) > 0 || !a.RemovedAt.IsZero()
	})
}

func sum(a postgres.Attachment) string { return hex.EncodeToString(a.SHA256) }
