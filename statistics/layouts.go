// Package statistics is the printed reports ("Báo cáo, thống kê"): which there
// are, their columns in order, what they group by, what their figures mean, and
// the words in their cells. It is pure: the desk brings the lines, the faces show
// them.
//
// In this product "report" (báo cáo kết quả) is what the holder of a share hands
// in; hence the other name of the room.
package statistics

import (
	"slices"
	"strings"

	"congvan/routing"
)

// Book is the register that a layout is made of.
type Book string

// The registers.
const (
	Incoming Book = "incoming" // sổ văn bản đến
	Outgoing Book = "outgoing" // sổ văn bản đi
)

// Group is what the lines of a layout stand together by.
type Group string

// The groupings.
const (
	NoGroup  Group = ""
	ByType   Group = "type"   // loại văn bản
	ByIssuer Group = "issuer" // nơi gửi
	ByPerson Group = "person" // người xử lý
	ByUnit   Group = "unit"   // phòng ban xử lý; of what goes out: soạn thảo
	BySigner Group = "signer" // người ký
)

// Field names what stands in a column.
type Field string

// The fields of incoming documents, then those of outgoing ones, then figures.
const (
	Arrived   Field = "arrived"
	Number    Field = "number"
	From      Field = "from"
	CodeOf    Field = "code"
	Issued    Field = "issued"
	Type      Field = "type"
	Subject   Field = "subject"
	Director  Field = "director"
	Places    Field = "places"
	StateOf   Field = "state"
	Whole     Field = "whole" // type, number, day and issuer in one, as in Sổ theo dõi giải quyết
	DueOf     Field = "due"
	Answer    Field = "answer"
	Remark    Field = "remark"
	Signer    Field = "signer"
	Drafter   Field = "drafter"
	Receivers Field = "receivers"
	Issuance  Field = "issuance"
	Named     Field = "named" // type and subject in one, as in Sổ đăng ký văn bản đi
)

// Column is one column of a layout.
type Column struct {
	Field Field
	Title string
	Over  string // the title above it and its neighbours; empty: it stands alone
	Width int    // of the printed table, in parts of its whole width
}

// Layout is one printed report.
type Layout struct {
	Code        string
	Title       string
	Book        Book
	Group       Group
	Columns     []Column
	Summary     bool // figures of units, not lines of documents
	ByShare     bool // a line is a share of the work, not a document
	Definitions []string
}

// Without is what a group of lines is called that have nothing to stand by.
func (l Layout) Without() string {
	if l.Book == Outgoing && l.Group == ByUnit {
		return "(không ghi nơi soạn thảo)"
	}
	return map[Group]string{ByType: "(không ghi loại)", ByIssuer: "(không ghi nơi gửi)", ByPerson: "(chưa giao người nào)", ByUnit: "(chưa giao đơn vị nào)",
		BySigner: "(không ghi người ký)"}[l.Group]
}

// Landscape says whether the report is printed on A4 across.
func (l Layout) Landscape() bool { return !l.Summary }

// Titles are the titles of the columns in one row, those of two rows joined.
func (l Layout) Titles() []string {
	out := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		if out[i] = c.Title; c.Over != "" {
			out[i] = c.Over + ": " + c.Title
		}
	}
	return out
}

var columns = map[Field]Column{
	Arrived: {Title: "Ngày đến", Width: 8}, Number: {Title: "Số đến", Width: 5}, From: {Title: "Nơi gửi", Width: 13}, CodeOf: {Title: "Số/ký hiệu", Width: 11},
	Issued: {Title: "Ngày ban hành", Width: 8}, Type: {Title: "Loại VB", Width: 9}, Subject: {Title: "Trích yếu", Width: 26}, Director: {Title: "Lãnh đạo phân công", Width: 12},
	Places: {Title: "Nơi xử lý", Width: 17}, StateOf: {Title: "Trạng thái", Width: 10},
	Signer: {Title: "Người ký", Width: 12}, Drafter: {Title: "Nơi soạn thảo", Width: 13}, Receivers: {Title: "Nơi nhận", Width: 17},
}

func columnsOf(fields ...Field) (out []Column) {
	for _, f := range fields {
		c := columns[f]
		c.Field = f
		out = append(out, c)
	}
	return out
}

// without leaves one field out: what a layout groups by stands above the lines.
func without(field Field, fields ...Field) []Column {
	return columnsOf(slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f == field })...)
}

var (
	incoming = []Field{Arrived, Number, From, CodeOf, Subject, Director, Places, StateOf}
	outgoing = []Field{Issued, Type, CodeOf, Subject, Signer, Drafter, Receivers}
)

// Layouts are all printed reports, in the order in which they are offered. The
// codes and columns are those of the district system of the Ministry; two more are
// named by NĐ 30/2020, Phụ lục VI, V.2 and V.4, which gives them no columns: they have
// those of the decree's own books.
var Layouts = complete([]Layout{
	{Code: "VBDEN01", Title: "Báo cáo văn bản đến theo loại văn bản", Group: ByType, Columns: columnsOf(incoming...)},
	{Code: "VBDEN02", Title: "Báo cáo văn bản đến theo nơi gửi", Group: ByIssuer, Columns: columnsOf(Arrived, Number, CodeOf, Type, Subject, Director, Places, StateOf)},
	{Code: "VBDEN03", Title: "Báo cáo văn bản đến theo người xử lý", Group: ByPerson, ByShare: true, Columns: columnsOf(Arrived, Number, CodeOf, Type, Subject, Director, StateOf)},
	{Code: "VBDEN04", Title: "Báo cáo văn bản đến theo phòng ban xử lý", Group: ByUnit, ByShare: true, Columns: columnsOf(Arrived, Number, CodeOf, Type, Subject, Director, StateOf)},
	{Code: "VBDEN05", Title: "Sổ văn bản đến", Columns: columnsOf(Arrived, Number, From, CodeOf, Issued, Type, Subject, Director, Places)},
	{Code: "VBDEN06", Title: "Sổ văn bản đến theo loại", Group: ByType, Columns: columnsOf(Arrived, Number, CodeOf, Type, Subject, Director, StateOf)},
	{Code: "VBDEN07", Title: "Báo cáo tổng hợp kết quả xử lý văn bản đến", Summary: true, ByShare: true, Columns: []Column{
		{Field: "ordinal", Title: "STT", Width: 6}, {Field: "unit", Title: "Đơn vị xử lý", Width: 34}, {Field: "total", Title: "Tổng số VB", Width: 10}, {Field: Field(routing.Running), Title: "Đang xử lý", Width: 10},
		{Field: Field(routing.DoneInTime), Title: "Đúng hạn", Over: "Đã xử lý", Width: 10}, {Field: Field(routing.DoneLate), Title: "Quá hạn", Over: "Đã xử lý", Width: 10},
		{Field: Field(routing.OverdueSince), Title: "Trước kỳ báo cáo", Over: "Quá hạn", Width: 10}, {Field: Field(routing.OverdueNew), Title: "Trong kỳ báo cáo", Over: "Quá hạn", Width: 10}}},
	{Code: "ND30-V2", Title: "Báo cáo tình hình giải quyết văn bản đến", Columns: []Column{
		{Field: Number, Title: "Số đến", Width: 6}, {Field: Whole, Title: "Tên loại, số và ký hiệu, ngày tháng và tên cơ quan, tổ chức ban hành văn bản", Width: 30},
		{Field: Places, Title: "Đơn vị hoặc người nhận", Width: 22}, {Field: DueOf, Title: "Thời hạn giải quyết", Width: 10},
		{Field: StateOf, Title: "Tiến độ giải quyết", Width: 13}, {Field: Answer, Title: "Số, ký hiệu văn bản trả lời", Width: 11}, {Field: Remark, Title: "Ghi chú", Width: 8}}},
	{Code: "VBDI01", Title: "Báo cáo văn bản đi theo loại văn bản", Book: Outgoing, Group: ByType, Columns: without(Type, outgoing...)},
	{Code: "VBDI02", Title: "Báo cáo văn bản đi theo người ký", Book: Outgoing, Group: BySigner, Columns: without(Signer, outgoing...)},
	{Code: "VBDI03", Title: "Báo cáo văn bản đi theo phòng ban soạn thảo", Book: Outgoing, Group: ByUnit, Columns: without(Drafter, outgoing...)},
	{Code: "VBDI04", Title: "Sổ văn bản đi", Book: Outgoing, Columns: columnsOf(outgoing...)},
	{Code: "VBDI05", Title: "Sổ văn bản đi theo loại", Book: Outgoing, Group: ByType, Columns: columnsOf(outgoing...)},
	{Code: "ND30-V4", Title: "Báo cáo tình hình giải quyết văn bản đi", Book: Outgoing, Group: ByType, Columns: []Column{
		{Field: CodeOf, Title: "Số, ký hiệu văn bản", Width: 12}, {Field: Issued, Title: "Ngày tháng văn bản", Width: 9}, {Field: Named, Title: "Tên loại và trích yếu nội dung", Width: 30},
		{Field: Signer, Title: "Người ký", Width: 12}, {Field: Receivers, Title: "Nơi nhận văn bản", Width: 19}, {Field: Drafter, Title: "Đơn vị soạn thảo", Width: 12}, {Field: Issuance, Title: "Tình hình phát hành", Width: 12}}},
})

func complete(all []Layout) []Layout {
	for i := range all {
		if all[i].Book == "" {
			all[i].Book = Incoming
		}
		all[i].Definitions = all[i].definitions()
	}
	return all
}

// Find is the layout of a code, in capitals or not; false if there is none.
func Find(code string) (Layout, bool) {
	for _, l := range Layouts {
		if strings.EqualFold(l.Code, code) {
			return l, true
		}
	}
	return Layout{}, false
}

// Tabulated is all layouts as they stand in docs/statistics.md.
func Tabulated() string {
	var b strings.Builder
	for _, l := range Layouts {
		b.WriteString("### " + l.Code + ": " + l.Title + "\n\n| " + strings.Join(l.Titles(), " | ") + " |\n|" + strings.Repeat("---|", len(l.Columns)) + "\n\n")
		for _, d := range l.Definitions {
			b.WriteString("- " + d + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}
