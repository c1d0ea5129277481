package statistics

// The sentences that are printed with the figures. They say what is counted, as
// of which instant, within whose rights and by which clock.
const (
	ofPeriod = "Kỳ báo cáo tính theo ngày đến: từ 00 giờ 00 ngày đầu đến hết 24 giờ 00 ngày cuối, giờ Việt Nam (UTC+7)."
	ofBook   = "Đếm văn bản trong sổ văn bản đến của đơn vị có báo cáo: văn bản đơn vị tự vào sổ, và văn bản cấp trên chuyển đến mà đơn vị đã lấy số đến. Văn bản đã huỷ, đã thu hồi vẫn giữ số và vẫn được đếm."
	ofRights = "Chỉ gồm văn bản mà người lập báo cáo được xem tại thời điểm lập."
	ofMoment = "Trạng thái là trạng thái tại thời điểm lập báo cáo, không phải tại ngày cuối kỳ. Đúng hạn: báo cáo kết quả không muộn hơn thời hạn có hiệu lực (đã tính gia hạn). Chờ duyệt không tính là quá hạn của đơn vị xử lý."
	ofLead   = "Lãnh đạo phân công: người đã cho ý kiến chỉ đạo còn hiệu lực của đơn vị có báo cáo. Nơi xử lý: đơn vị, người được đơn vị đó giao, chủ trì trước, rồi phối hợp, thực hiện, để biết; phần đã rút, đã bàn giao không nêu."
	ofShares = "Mỗi dòng là một phần việc; một văn bản giao nhiều nơi có nhiều dòng, nên cộng các nhóm có thể lớn hơn số văn bản. Tổng số văn bản đếm mỗi văn bản một lần."
	ofPeople = "Người xử lý: chức vụ được giao đích danh (chủ trì, phối hợp, thực hiện); nhận để biết không tính. Văn bản chưa giao người nào đứng ở nhóm cuối."
	ofUnits  = "Phòng ban xử lý: đơn vị được giao chủ trì, phối hợp hoặc thực hiện; nhận để biết không tính. Văn bản chưa giao đơn vị nào đứng ở nhóm cuối."
	ofNames  = "Đơn vị được gọi theo tên hiện nay."
	ofOneDoc = "Trạng thái của văn bản lấy theo phần việc chủ trì; với văn bản cấp trên chuyển đến, theo phần việc của đơn vị."

	ofSum     = "Đếm phần việc đã mở trong kỳ hoặc được báo cáo kết quả trong kỳ. Tổng số VB = Đang xử lý + Đã xử lý (đúng hạn, quá hạn) + Quá hạn (trước kỳ, trong kỳ). Mỗi phần việc đứng ở đúng một cột."
	ofRunning = "Đang xử lý: chưa báo cáo kết quả và còn trong hạn. Quá hạn: chưa báo cáo và đã qua thời hạn có hiệu lực; trước kỳ là thời hạn hết trước ngày đầu kỳ, trong kỳ là thời hạn hết trong kỳ. Phần việc không có thời hạn, đang tạm dừng hoặc đang bị trả lại là đang xử lý."
	ofWork    = "Đếm phần việc chủ trì và thực hiện: của văn bản trong sổ của đơn vị có báo cáo, và phần việc đơn vị đó giữ hoặc đã giao của văn bản khác. Phối hợp, để biết, phần đã rút, đã bàn giao và phần đơn vị giao lại cho người của mình không đếm."
	ofAsOf    = "Số liệu tính đến hết ngày cuối kỳ, hoặc đến thời điểm lập báo cáo nếu kỳ chưa hết; giờ Việt Nam (UTC+7)."

	ofOutgoing  = "Đếm văn bản trong sổ văn bản đi của đơn vị có báo cáo theo ngày ban hành ghi trên văn bản. Văn bản đã huỷ vẫn giữ số, vẫn được đếm và có ghi đã huỷ."
	ofIssuing   = "Kỳ báo cáo tính từ ngày đầu đến hết ngày cuối, giờ Việt Nam (UTC+7); mỗi năm là một sổ, xếp theo năm rồi theo số."
	ofWritten   = "Người ký, nơi soạn thảo, nơi nhận ghi như trong sổ, theo tên tại ngày phát hành; nơi lưu không nêu."
	ofIssuance  = "Tình hình phát hành lấy từ sổ văn bản đi tại thời điểm lập báo cáo: đã phát hành hoặc đã huỷ, có đề nghị trả lời và hạn trả lời, có trả lời văn bản đến nào. Sổ không theo dõi việc nơi nhận bên ngoài trả lời hay giải quyết."
	ofDecreeV2  = "Báo cáo theo NĐ 30/2020/NĐ-CP, Phụ lục VI, V.2; các cột theo Sổ theo dõi giải quyết văn bản đến (Phụ lục IV)."
	ofDecreeV4  = "Báo cáo theo NĐ 30/2020/NĐ-CP, Phụ lục VI, V.4; các cột theo Sổ đăng ký văn bản đi (Phụ lục IV)."
	ofReplies   = "Số, ký hiệu văn bản trả lời: văn bản trong sổ văn bản đi của đơn vị có báo cáo, chưa bị huỷ, có ghi là trả lời văn bản đến đó."
	ofDueOfLead = "Thời hạn giải quyết: thời hạn đang có hiệu lực của phần việc chủ trì; với văn bản cấp trên chuyển đến, của phần việc của đơn vị."
)

// definitions are the sentences of a layout, the general ones last.
func (l Layout) definitions() []string {
	switch {
	case l.Summary:
		return []string{ofWork, ofSum, ofRunning, ofAsOf, ofRights, ofNames}
	case l.Code == "ND30-V4":
		return []string{ofDecreeV4, ofIssuance, ofOutgoing, ofIssuing, ofWritten, ofRights}
	case l.Book == Outgoing:
		return []string{ofOutgoing, ofIssuing, ofWritten, ofRights}
	}
	var out []string
	switch {
	case l.Code == "ND30-V2":
		out = append(out, ofDecreeV2, ofDueOfLead, ofReplies)
	case l.Group == ByPerson:
		out = append(out, ofShares, ofPeople)
	case l.Group == ByUnit:
		out = append(out, ofShares, ofUnits)
	}
	out = append(out, ofBook, ofPeriod, ofLead)
	if l.Code != "VBDEN05" {
		out = append(out, ofMoment)
	}
	if !l.ByShare && l.Code != "VBDEN05" {
		out = append(out, ofOneDoc)
	}
	return append(out, ofRights, ofNames)
}
