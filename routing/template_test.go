package routing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

func template() routing.Template {
	return routing.Template{UnitID: "district", Name: "Trật tự đô thị", Text: "Kiểm tra", Process: "Phường báo cáo phòng", Result: "Báo cáo",
		Recipients: []routing.TemplateRecipient{{UnitID: "qldt", Role: routing.Lead, Days: 3}, {UnitID: "nv", Role: routing.Inform}}}
}

func TestTemplateCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, template().Check())
	for name, x := range map[string]struct {
		spoil func(*routing.Template)
		want  *routing.Error
	}{
		"no name":             {func(t *routing.Template) { t.Name = " " }, routing.ErrField},
		"a long name":         {func(t *routing.Template) { t.Name = strings.Repeat("a", 101) }, routing.ErrField},
		"a lead without term": {func(t *routing.Template) { t.Recipients[0].Days = 0 }, routing.ErrField},
		"informed by a term":  {func(t *routing.Template) { t.Recipients[1].Days = 1 }, routing.ErrField},
		"no lead":             {func(t *routing.Template) { t.Recipients[0].Role = routing.Execute }, routing.ErrLead},
		"no result":           {func(t *routing.Template) { t.Result = "" }, routing.ErrIncomplete},
		"a state secret":      {func(t *routing.Template) { t.Name = "Tối mật" }, routing.ErrStateSecret},
	} {
		bad := template()
		x.spoil(&bad)
		refusal(t, bad.Check(), x.want, name)
	}
}

// A term counts in the working days of the recipient; 24/11/2026 is a day off.
func TestTemplateDirect(t *testing.T) {
	t.Parallel()
	d := template().Direct(at("2026-11-23 09:00"), everyOffice)
	require.True(t, at("2026-11-27 17:00").Equal(d.Recipients[0].Due), d.Recipients[0].Due)
	require.Zero(t, d.Recipients[1].Due)
	require.NoError(t, d.Check("district", false))
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	doc := routing.Document{Registration: routing.Registration{Field: "Đô thị", TypeName: "Công văn", Issuer: "UBND thành phố Hà Nội"}}
	named := func(name, field, typeName, issuer string) routing.Template {
		return routing.Template{Name: name, Field: field, TypeName: typeName, Issuer: issuer}
	}
	found := routing.Suggest([]routing.Template{
		named("any", "", "", ""),
		named("issuer", "", "", "ubnd Thành phố Hà Nội"),
		named("type", "", "CÔNG VĂN", ""),
		named("other type", "đô thị", "Tờ trình", ""),
		named("field", "đô thị", "", ""),
		named("type and issuer", "", "công văn", "UBND thành phố Hà Nội"),
		named("other field", "Kinh tế", "Công văn", ""),
	}, doc)
	var names []string
	for _, s := range found {
		names = append(names, s.Template.Name+":"+strings.Join(s.Why, ","))
	}
	require.Equal(t, []string{"field:field", "type and issuer:type,issuer", "type:type", "issuer:issuer", "any:"}, names)
}
