package visit

import "congvan/routing"

// done is what a page says of the act that led to it, by the act's name. The
// address carries the name and never a sentence.
var done = map[string]string{
	string(routing.ActRegister):        "Đã vào sổ.",
	string(routing.ActAttach):          "Đã đính kèm tệp.",
	string(routing.ActDetach):          "Đã gỡ tệp.",
	string(routing.ActDirect):          "Đã ghi ý kiến chỉ đạo; văn bản đang được chuyển đến các nơi nhận.",
	string(routing.ActAcknowledge):     "Đã xác nhận đã nhận.",
	string(routing.ActStart):           "Đã bắt đầu xử lý.",
	string(routing.ActProgress):        "Đã cập nhật tiến độ.",
	string(routing.ActReport):          "Đã báo cáo kết quả; chờ nơi giao duyệt.",
	string(routing.ActApprove):         "Đã duyệt.",
	string(routing.ActSendBack):        "Đã trả lại báo cáo.",
	string(routing.ActRecall):          "Đã thu hồi.",
	string(routing.ActPresent):         "Đã trình.",
	string(routing.ActFile):            "Đã lưu.",
	string(routing.ActCancel):          "Đã huỷ; số đến được giữ.",
	string(routing.ActNotify):          "Đã ghi nhận báo nơi gửi.",
	string(routing.ActReturn):          "Đã chuyển trả nơi giao.",
	string(routing.ActInsist):          "Đã giữ nguyên phân công.",
	string(routing.ActAdd):             "Đã thêm nơi nhận.",
	string(routing.ActDrop):            "Đã bỏ nơi nhận.",
	string(routing.ActReroute):         "Đã chuyển nơi khác.",
	string(routing.ActHandOver):        "Đã bàn giao.",
	string(routing.ActVoid):            "Đã rút ý kiến chỉ đạo.",
	string(routing.ActHold):            "Đã tạm dừng.",
	string(routing.ActResume):          "Đã cho tiếp tục.",
	string(routing.ActReopen):          "Đã mở lại.",
	string(routing.ActRemind):          "Đã nhắc việc.",
	string(routing.ActAskExtension):    "Đã xin gia hạn; chờ nơi giao quyết định.",
	string(routing.ActExtend):          "Đã gia hạn.",
	string(routing.ActRefuseExtension): "Đã trả lời không gia hạn.",
	string(routing.ActSubmit):          "Đã gửi dự thảo báo cáo lấy ý kiến.",
	string(routing.ActWithdrawDraft):   "Đã rút dự thảo.",
	string(routing.ActConsent):         "Đã cho ý kiến đồng ý.",
	string(routing.ActObject):          "Đã cho ý kiến không đồng ý.",
	string(routing.ActAnswerRecall):    "Đã trả lời việc thu hồi.",
	string(routing.ActChangeLadder):    "Đã đổi thang đôn đốc.",
	"saved":                            "Đã lưu thay đổi.",
	"logged-out":                       "Đã đăng xuất.",
	"password-set":                     "Đã đặt mật khẩu; hãy đăng nhập bằng mật khẩu mới.",
	"password-changed":                 "Đã đổi mật khẩu; các phiên đăng nhập khác đã kết thúc.",
	"sessions-ended":                   "Đã kết thúc phiên đăng nhập.",
	"revoked":                          "Đã thu hồi.",
	"archived":                         "Đã ngừng dùng.",
	"link-sent":                        "Đã gửi đường dẫn đặt mật khẩu đến hộp thư của chức vụ.",
	"results-published":                "Đã công bố; số liệu của tháng đã chốt.",
	"results-objected":                 "Đã gửi ý kiến.",
	"results-answered":                 "Đã trả lời ý kiến.",
	"imported":                         "Đã nhập.",
}

// DoneSentence is what is said of an act that was done; empty for what is none.
func DoneSentence(act string) string { return done[act] }
