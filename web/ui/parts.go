package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"congvan/postgres"
	"congvan/routing"
)

// StripCell is one recipient in the strip.
type StripCell struct {
	Name string
	Cell routing.Cell
}

// StripOf are the shares of a document as its strip shows them, named by their
// units.
func StripOf(shares []routing.Assignment, units map[routing.ID]postgres.Unit, now time.Time) []StripCell {
	strip := make([]StripCell, len(shares))
	for i, a := range shares {
		strip[i] = StripCell{Name: units[a.UnitID].Name, Cell: a.Cell(now)}
	}
	return strip
}

// CellCount is how many recipients are in one cell.
type CellCount struct {
	Cell  routing.Cell
	Count int
}

// cells are all cells, in the order in which people ask for them.
var cells = []routing.Cell{routing.CellLate, routing.CellReturned, routing.CellSent, routing.CellReceived, routing.CellWorking, routing.CellConsulting,
	routing.CellReported, routing.CellHeld, routing.CellDone, routing.CellHandedOver, routing.CellWithdrawn}

// CellName is what a cell of the strip is called.
func CellName(c routing.Cell) string {
	return map[routing.Cell]string{
		routing.CellLate: "quá hạn", routing.CellReturned: "trả lại", routing.CellSent: "chờ xác nhận", routing.CellReceived: "đã nhận",
		routing.CellWorking: "đang xử lý", routing.CellConsulting: "đang lấy ý kiến", routing.CellReported: "chờ duyệt", routing.CellHeld: "tạm dừng",
		routing.CellDone: "hoàn thành", routing.CellHandedOver: "đã bàn giao", routing.CellWithdrawn: "đã rút",
	}[c]
}

// StripCounts counts the cells that somebody is in. The counts add up to the
// number of recipients.
func StripCounts(strip []StripCell) []CellCount {
	var out []CellCount
	for _, c := range cells {
		n := 0
		for _, x := range strip {
			if x.Cell == c {
				n++
			}
		}
		if n > 0 {
			out = append(out, CellCount{c, n})
		}
	}
	return out
}

// StripWords says a strip in words, for who does not see it.
func StripWords(ctx context.Context, strip []StripCell) string {
	parts := []string{T(ctx, "%d nơi nhận", len(strip))}
	for _, n := range StripCounts(strip) {
		parts = append(parts, Number(n.Count)+" "+T(ctx, CellName(n.Cell)))
	}
	return strings.Join(parts, ", ")
}

// FieldFault is what is wrong with one field of a form.
type FieldFault struct{ Field, Reason string }

// FieldFaults are the fields that a refusal names, by name.
func FieldFaults(f *routing.Error) (out []FieldFault) {
	if f == nil {
		return nil
	}
	fields, _ := f.Details["fields"].(map[string]string)
	for field, reason := range fields {
		out = append(out, FieldFault{field, reason})
	}
	slices.SortFunc(out, func(a, b FieldFault) int { return strings.Compare(a.Field, b.Field) })
	return out
}

// FaultOf is what a refusal says of one field; empty: nothing.
func FaultOf(f *routing.Error, field string) string {
	for _, x := range FieldFaults(f) {
		if x.Field == field {
			return x.Reason
		}
	}
	return ""
}

// FieldName is what a field of the desk is called on a form.
func FieldName(field string) string {
	if name, ok := fieldNames[field]; ok {
		return name
	}
	return field
}

var fieldNames = map[string]string{
	"newPassword": "Mật khẩu mới", "again": "Nhập lại mật khẩu mới", "name": "Tên", "scopes": "Phạm vi", "expiresAt": "Dùng đến hết ngày", "address": "Địa chỉ thư",
	"quietFrom": "Không gửi thư từ", "quietTo": "đến", "from": "Từ ngày", "until": "Đến hết ngày", "toPosition": "Người được uỷ quyền", "fromPosition": "Người uỷ quyền",
	"acts": "Việc được làm", "fields": "Lĩnh vực", "days": "Thời hạn", "position": "Chức vụ", "code": "Mã", "officeHours": "Giờ làm việc", "kind": "Loại", "title": "Chức danh",
	"office": "Loại", "validFrom": "Có hiệu lực từ ngày", "lastDay": "Ngày cuối cùng", "username": "Tài khoản", "source": "Căn cứ", "changes": "Các ngày đổi",
	"organisation": "Nội dung tệp", "on": "Xem tổ chức vào ngày",
	"issuer": "Cơ quan ban hành", "codeNumber": "Số", "codeNotation": "Ký hiệu", "issuedOn": "Ngày văn bản", "typeName": "Tên loại",
	"subject": "Trích yếu", "field": "Lĩnh vực", "urgency": "Mức độ khẩn", "replyBy": "Hạn trả lời", "arrivedAt": "Thời điểm đến",
	"channel": "Cách đến", "senderAddress": "Thư điện tử của nơi gửi", "duplicateReason": "Lý do vào sổ lại", "secrecy": "Không chứa bí mật nhà nước", "to": "Người nhận trình",
	"signerTitle": "Chức vụ người ký", "signerName": "Họ và tên người ký", "drafter": "Đơn vị soạn thảo", "execute": "Nơi nhận để thực hiện", "copies": "Số lượng bản",
	"pages": "Số trang", "language": "Ngôn ngữ", "answers": "Trả lời văn bản đến số",
	"layout": "Báo cáo", "period": "Kỳ báo cáo", "day": "Từ ngày thứ mấy của kỳ mới", "time": "Giờ gửi",
	"fromDay": "Từ ngày", "toDay": "Đến ngày", "text": "Nội dung", "process": "Cách làm", "result": "Kết quả phải có", "due": "Thời hạn", "reason": "Lý do", "note": "Ghi chú", "basis": "Căn cứ",
}
