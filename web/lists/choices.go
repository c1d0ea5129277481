package lists

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"congvan/postgres"
	"congvan/routing"
	"congvan/web/ui"
)

// choice is one of a list to choose from.
type choice struct{ Value, Title string }

// typeNames are the kinds of administrative documents of NĐ 30/2020, Điều 7, in
// its order.
var typeNames = []string{"Nghị quyết", "Quyết định", "Chỉ thị", "Quy chế", "Quy định", "Thông cáo", "Thông báo", "Hướng dẫn", "Chương trình", "Kế hoạch",
	"Phương án", "Đề án", "Dự án", "Báo cáo", "Biên bản", "Tờ trình", "Hợp đồng", "Công văn", "Công điện", "Bản ghi nhớ", "Bản thỏa thuận", "Giấy ủy quyền",
	"Giấy mời", "Giấy giới thiệu", "Giấy nghỉ phép", "Phiếu gửi", "Phiếu chuyển", "Phiếu báo", "Thư công"}

// types are they, and whatever else the address names.
func types(chosen string) (out []choice) {
	names := typeNames
	if chosen != "" && !slices.Contains(names, chosen) {
		names = append(slices.Clone(names), chosen)
	}
	for _, name := range names {
		out = append(out, choice{name, name})
	}
	return out
}

func urgencies(ctx context.Context) (out []choice) {
	for _, u := range []routing.Urgency{routing.Express, routing.VeryUrgent, routing.Urgent, routing.Normal} {
		out = append(out, choice{string(u), ui.T(ctx, ui.UrgencyName(u))})
	}
	return out
}

func roles(ctx context.Context) (out []choice) {
	for _, r := range []routing.Role{routing.Lead, routing.Coordinate, routing.Execute, routing.Inform} {
		out = append(out, choice{string(r), ui.T(ctx, ui.RoleName(r))})
	}
	return out
}

func unitChoices(units []postgres.Unit) (out []choice) {
	for _, u := range units {
		out = append(out, choice{string(u.ID), u.Name})
	}
	return out
}

func years(offered []int, chosen int) (out []choice) {
	if chosen > 0 && !slices.Contains(offered, chosen) {
		offered = append(slices.Clone(offered), chosen)
	}
	for _, y := range offered {
		out = append(out, choice{strconv.Itoa(y), strconv.Itoa(y)})
	}
	return out
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

func orders(ctx context.Context, list string) (out []choice) {
	offered := bookOrders
	if list == "inbox" {
		offered = inboxOrders
	}
	for _, o := range offered {
		out = append(out, choice{string(o.Sort), ui.T(ctx, o.Title)})
	}
	return out
}

// words say what narrows the list beside what was searched for.
func (m view) words(ctx context.Context) string {
	unit := ""
	for _, u := range m.Units {
		if u.ID == m.UnitID {
			unit = u.Name
		}
	}
	span := ""
	switch {
	case m.From != "" && m.To != "":
		span = m.From + "–" + m.To
	case m.From != "":
		span = ui.T(ctx, "từ %s", m.From)
	case m.To != "":
		span = ui.T(ctx, "đến %s", m.To)
	}
	all := []string{m.Issuer, m.Type, m.Field, span, yearText(m.Year), unit}
	if m.Urgency != "" {
		all = append(all, ui.T(ctx, ui.UrgencyName(m.Urgency)))
	}
	if m.Role != "" {
		all = append(all, ui.T(ctx, ui.RoleName(m.Role)))
	}
	if m.Mine {
		all = append(all, ui.T(ctx, "Chỉ việc giao cho tôi"))
	}
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " · ")
}
