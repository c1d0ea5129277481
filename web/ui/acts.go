package ui

import (
	"congvan/routing"
	"slices"
	"strings"
)

// actNames are what is done to documents, and what else the journal knows, as
// people call it.
var actNames = map[string]string{
	string(routing.ActRegister): "Vào sổ", string(routing.ActAttach): "Đính kèm tệp", string(routing.ActDetach): "Gỡ tệp", string(routing.ActDirect): "Cho ý kiến chỉ đạo",
	string(routing.ActAcknowledge): "Xác nhận đã nhận", string(routing.ActStart): "Bắt đầu xử lý", string(routing.ActProgress): "Cập nhật tiến độ",
	string(routing.ActReport): "Báo cáo kết quả", string(routing.ActApprove): "Duyệt", string(routing.ActSendBack): "Trả lại báo cáo", string(routing.ActRecall): "Thu hồi",
	string(routing.ActPresent): "Trình", string(routing.ActFile): "Lưu, không phải xử lý", string(routing.ActCancel): "Huỷ, giữ số", string(routing.ActNotify): "Báo nơi gửi đã nhận",
	string(routing.ActReturn): "Chuyển trả nơi giao", string(routing.ActInsist): "Giữ nguyên phân công", string(routing.ActAdd): "Thêm nơi nhận", string(routing.ActDrop): "Bỏ nơi nhận",
	string(routing.ActReroute): "Chuyển nơi khác", string(routing.ActHandOver): "Bàn giao", string(routing.ActVoid): "Rút ý kiến chỉ đạo", string(routing.ActHold): "Tạm dừng",
	string(routing.ActResume): "Cho tiếp tục", string(routing.ActReopen): "Mở lại", string(routing.ActRemind): "Nhắc việc", string(routing.ActAskExtension): "Xin gia hạn",
	string(routing.ActExtend): "Gia hạn", string(routing.ActRefuseExtension): "Không gia hạn", string(routing.ActSubmit): "Lấy ý kiến dự thảo báo cáo",
	string(routing.ActWithdrawDraft): "Rút dự thảo", string(routing.ActConsent): "Đồng ý", string(routing.ActObject): "Không đồng ý", string(routing.ActAnswerRecall): "Trả lời thu hồi",
	string(routing.ActPassDecision): "Chuyển việc phải quyết định", string(routing.ActChangeLadder): "Đổi thang đôn đốc", string(routing.ActDispatch): "Chuyển đến nơi nhận",
	string(routing.ActRing): "Đôn đốc", string(routing.ActClose): "Tự kết thúc", string(routing.ActWithdraw): "Rút phần việc", string(routing.ActConclude): "Hoàn thành",
	string(routing.ActCarry): "Chuyển theo bàn giao", string(routing.ActMove): "Đổi thời hạn theo lịch làm việc", string(routing.ActSettleRecall): "Thu hồi xong",
	string(routing.EntryRefused): "Bị từ chối truy cập", string(routing.EntryViewed): "Mở xem", string(routing.EntryDownloaded): "Tải tệp", string(routing.EntryExported): "Xuất danh sách",
	"logged-in": "Đăng nhập", "logged-out": "Đăng xuất", "login-failed": "Đăng nhập không được", "delegated": "Uỷ quyền", "delegation-revoked": "Thôi uỷ quyền",
	"absence-told": "Báo vắng", "absence-ended": "Thôi vắng", "template-added": "Thêm mẫu chỉ đạo", "template-changed": "Đổi mẫu chỉ đạo", "template-archived": "Thôi dùng mẫu chỉ đạo",
	"outgoing-issued": "Phát hành văn bản đi", "outgoing-cancelled": "Huỷ văn bản đi",
	"notices-set": "Đổi cách nhận thông báo", "account-disabled": "Khoá tài khoản", "account-enabled": "Mở tài khoản", "calendar-changed": "Đổi lịch làm việc",
	"file-refused": "Từ chối tệp", "file-damaged": "Phát hiện tệp hỏng", "appointed": "Bổ nhiệm", "results-published": "Công bố kết quả tháng", "results-objected": "Có ý kiến về kết quả tháng", "results-answered": "Trả lời ý kiến về kết quả tháng", "unit-handed-over": "Bàn giao đơn vị", "position-handed-over": "Bàn giao chức vụ",
}

// ActName is what an act, or an entry of the journal, is called.
func ActName(kind string) string {
	if name, ok := actNames[kind]; ok {
		return name
	}
	return kind
}

// ActKinds are all kinds that have a name, by name.
func ActKinds() []string {
	var out []string
	for kind := range actNames {
		out = append(out, kind)
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(actNames[a]+a, actNames[b]+b) })
	return out
}
