package attachments

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// sample is a document as offices write them; a tab stands between the columns of the head.
type sample struct {
	name  string
	lines string
	want  map[Field]string // "?" before a value: to be looked at
}

const motto = "\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"

var samples = []sample{
	{"công văn", "ỦY BAN NHÂN DÂN" + motto + "QUẬN HÀ ĐÔNG\tĐộc lập - Tự do - Hạnh phúc\nSố: 1250/UBND-NV\tHà Đông, ngày 05 tháng 02 năm 2026\n" +
		"V/v rà soát hộ nghèo, hộ cận nghèo\t \nnăm 2026\t \nKính gửi:\n- Phòng Nội vụ;\n- UBND các phường.\nĐề nghị các đơn vị báo cáo kết quả về Phòng Nội vụ trước ngày 20/02/2026 để tổng hợp.\n" +
		"Nơi nhận:\tKT. CHỦ TỊCH\n- Như trên;\tPHÓ CHỦ TỊCH\n- Lưu: VT, NV.\t \n \tNguyễn Văn Khôi",
		map[Field]string{CodeNumber: "1250", CodeNotation: "UBND-NV", IssuedOn: "2026-02-05", Issuer: "ỦY BAN NHÂN DÂN QUẬN HÀ ĐÔNG", TypeName: "Công văn",
			Subject: "V/v rà soát hộ nghèo, hộ cận nghèo năm 2026", ReplyBy: "2026-02-20", Recipient: "Như trên|Lưu: VT, NV", SignedBy: "Nguyễn Văn Khôi", SignerTitle: "PHÓ CHỦ TỊCH"}},
	{"quyết định", "UBND THÀNH PHỐ HÀ NỘI" + motto + "SỞ NỘI VỤ\tĐộc lập - Tự do - Hạnh phúc\nSố: 15/QĐ-SNV\tHà Nội, ngày 26 tháng 4 năm 2026\n# QUYẾT ĐỊNH\n# Về việc kiện toàn Ban Chỉ đạo cải cách hành chính\n" +
		"Căn cứ Luật Tổ chức chính quyền địa phương;\nĐiều 1. Kiện toàn Ban Chỉ đạo.\nNơi nhận:\tGIÁM ĐỐC\n- Như Điều 3;\n- Lưu: VT.\n \tTrần Thị Bình",
		map[Field]string{CodeNumber: "15", CodeNotation: "QĐ-SNV", IssuedOn: "2026-04-26", Issuer: "SỞ NỘI VỤ", TypeName: "Quyết định", Subject: "Về việc kiện toàn Ban Chỉ đạo cải cách hành chính",
			Recipient: "Như Điều 3|Lưu: VT", SignedBy: "Trần Thị Bình", SignerTitle: "GIÁM ĐỐC"}},
	{"quyết định of before 2020", "ỦY BAN NHÂN DÂN" + motto + "THÀNH PHỐ HÀ NỘI\tĐộc lập – Tự do – Hạnh phúc\nSố:09/2010/QĐ-UBND\tHà Nội, ngày 15  tháng 4  năm 2010\n# QUYẾT ĐỊNH\n# Ban hành Quy định về quản lý chợ\n# ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI\nCăn cứ Luật;",
		map[Field]string{CodeNumber: "09", CodeNotation: "2010/QĐ-UBND", IssuedOn: "2010-04-15", Issuer: "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", TypeName: "Quyết định", Subject: "?Ban hành Quy định về quản lý chợ"}},
	{"a stray space, a deadline", "UỶ BAN NHÂN DÂN" + motto + "TỈNH BÌNH DƯƠNG\tĐộc lập - Tự do - Hạnh phúc\nSố: 4532/UBND- KSTTHC\tBình Dương, ngày 07 tháng 12 năm 2011\nV/v báo cáo kiểm soát thủ tục hành chính\t \nKính gửi: Các sở, ban, ngành\nGửi báo cáo về Sở Tư pháp trước ngày 05/01/2012 để tổng hợp.",
		map[Field]string{CodeNumber: "4532", CodeNotation: "UBND-KSTTHC", IssuedOn: "2011-12-07", Issuer: "UỶ BAN NHÂN DÂN TỈNH BÌNH DƯƠNG", TypeName: "Công văn", Subject: "V/v báo cáo kiểm soát thủ tục hành chính", ReplyBy: "2012-01-05"}},
	{"a number by hand", "UBND QUẬN HÀ ĐÔNG" + motto + "PHÒNG VĂN HÓA VÀ THÔNG TIN\tĐộc lập - Tự do - Hạnh phúc\nSố:        /PVHTT-TT\tHà Đông, ngày    tháng 12 năm 2026\nV/v tuyên truyền\t \nKính gửi: UBND các phường",
		map[Field]string{CodeNotation: "?PVHTT-TT", Issuer: "PHÒNG VĂN HÓA VÀ THÔNG TIN", TypeName: "Công văn", Subject: "V/v tuyên truyền"}},
	{"kế hoạch", "UBND QUẬN HÀ ĐÔNG" + motto + "VĂN PHÒNG\tĐộc lập - Tự do - Hạnh phúc\nSố: 03/KH-VP\tHà Đông, ngày 10 tháng 01 năm 2026\n# KẾ HOẠCH\n# Tập huấn công tác văn thư, lưu trữ\n# năm 2026\nThực hiện Kế hoạch số 01/KH-UBND ngày 02 tháng 01 năm 2026 của UBND quận\nĐăng ký tham dự chậm nhất là ngày 15 tháng 01 năm 2026.\nNơi nhận:\tTL. CHỦ TỊCH\n- Các phòng;\tCHÁNH VĂN PHÒNG\n- Lưu: VP.\n \tLê Văn Bảo",
		map[Field]string{CodeNumber: "03", CodeNotation: "KH-VP", IssuedOn: "2026-01-10", Issuer: "VĂN PHÒNG", TypeName: "Kế hoạch", Subject: "?Tập huấn công tác văn thư, lưu trữ năm 2026", ReplyBy: "2026-01-15",
			Recipient: "Các phòng|Lưu: VP", SignedBy: "Lê Văn Bảo", SignerTitle: "CHÁNH VĂN PHÒNG"}},
	{"tờ trình", "UBND QUẬN HÀ ĐÔNG" + motto + "PHÒNG NỘI VỤ\tĐộc lập - Tự do - Hạnh phúc\nSố: 22/TTr-PNV\tHà Đông, ngày 3 tháng 3 năm 2026\n# TỜ TRÌNH\n# Về việc phê duyệt kế hoạch tuyển dụng\nKính gửi: Ủy ban nhân dân quận",
		map[Field]string{CodeNumber: "22", CodeNotation: "TTr-PNV", IssuedOn: "2026-03-03", Issuer: "PHÒNG NỘI VỤ", TypeName: "Tờ trình", Subject: "Về việc phê duyệt kế hoạch tuyển dụng"}},
	{"giấy mời, urgent", "UBND QUẬN HÀ ĐÔNG" + motto + "VĂN PHÒNG\tĐộc lập - Tự do - Hạnh phúc\nSố: 45/GM-VP\tHà Đông, ngày 12 tháng 5 năm 2026\nKHẨN\n# GIẤY MỜI\n# Họp giao ban công tác tháng 5\nVăn phòng UBND quận trân trọng kính mời",
		map[Field]string{CodeNumber: "45", CodeNotation: "GM-VP", IssuedOn: "2026-05-12", Issuer: "VĂN PHÒNG", TypeName: "Giấy mời", Subject: "?Họp giao ban công tác tháng 5", Urgency: "urgent"}},
	{"công điện, express", "HỎA TỐC\nỦY BAN NHÂN DÂN" + motto + "THÀNH PHỐ HÀ NỘI\tĐộc lập - Tự do - Hạnh phúc\nSố: 05/CĐ-UBND\tHà Nội, ngày 7 tháng 9 năm 2026\n# CÔNG ĐIỆN\n# Về việc ứng phó bão số 3\nCHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ ĐIỆN:",
		map[Field]string{CodeNumber: "05", CodeNotation: "CĐ-UBND", IssuedOn: "2026-09-07", Issuer: "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", TypeName: "Công điện", Subject: "Về việc ứng phó bão số 3", Urgency: "express"}},
	{"báo cáo", "UBND QUẬN HÀ ĐÔNG" + motto + "UBND PHƯỜNG MỘ LAO\tĐộc lập - Tự do - Hạnh phúc\nSố: 120/BC-UBND\tMộ Lao, ngày 30 tháng 6 năm 2026\n# BÁO CÁO\n# Kết quả thực hiện nhiệm vụ 6 tháng đầu năm 2026\nI. Kết quả\nNơi nhận:\tTM. ỦY BAN NHÂN DÂN\n- UBND quận;\tCHỦ TỊCH\n- Lưu: VT.\n \tPhạm Thị Hoa",
		map[Field]string{CodeNumber: "120", CodeNotation: "BC-UBND", IssuedOn: "2026-06-30", Issuer: "UBND PHƯỜNG MỘ LAO", TypeName: "Báo cáo", Subject: "?Kết quả thực hiện nhiệm vụ 6 tháng đầu năm 2026",
			Recipient: "UBND quận|Lưu: VT", SignedBy: "Phạm Thị Hoa", SignerTitle: "CHỦ TỊCH"}},
	{"chỉ thị", "ỦY BAN NHÂN DÂN" + motto + "TỈNH BÌNH DƯƠNG\tĐộc lập - Tự do - Hạnh phúc\nSố:09/2009/CT-UBND\tThủ Dầu Một, ngày 15     tháng 4    năm 2009\n# CHỈ THỊ\n# Về việc tăng cường quản lý đất đai\nTrong thời gian qua, công tác quản lý",
		map[Field]string{CodeNumber: "09", CodeNotation: "2009/CT-UBND", IssuedOn: "2009-04-15", Issuer: "ỦY BAN NHÂN DÂN TỈNH BÌNH DƯƠNG", TypeName: "Chỉ thị", Subject: "Về việc tăng cường quản lý đất đai"}},
	{"thông báo, very urgent", "UBND QUẬN HÀ ĐÔNG" + motto + "BAN QUẢN LÝ DỰ ÁN\tĐộc lập - Tự do - Hạnh phúc\nSố: 77/TB-BQLDA\tHà Đông, ngày 1 tháng 12 năm 2026\nTHƯỢNG KHẨN\n# THÔNG BÁO\n# Về việc tạm dừng giao thông\nCăn cứ Quyết định số 12/QĐ-UBND ngày 01 tháng 11 năm 2026\nCác đơn vị gửi ý kiến trước 17 giờ 00 ngày 05/12.",
		map[Field]string{CodeNumber: "77", CodeNotation: "TB-BQLDA", IssuedOn: "2026-12-01", Issuer: "BAN QUẢN LÝ DỰ ÁN", TypeName: "Thông báo", Subject: "Về việc tạm dừng giao thông", Urgency: "very-urgent", ReplyBy: "?2026-12-05"}},
	{"công văn of a school", "PHÒNG GD VÀ ĐT HÀ ĐÔNG" + motto + "TRƯỜNG THCS MỘ LAO\tĐộc lập - Tự do - Hạnh phúc\nSố: 8/THCS-CM\tHà Đông, ngày 9 tháng 10 năm 2026\nV/v xin ý kiến\t \nKính gửi: Phòng Giáo dục và Đào tạo\nHạn trả lời: ngày 20/10/2026.",
		map[Field]string{CodeNumber: "8", CodeNotation: "THCS-CM", IssuedOn: "2026-10-09", Issuer: "TRƯỜNG THCS MỘ LAO", TypeName: "Công văn", Subject: "V/v xin ý kiến", ReplyBy: "2026-10-20"}},
	{"no head at all", "Danh sách hộ nghèo\nNguyễn Văn A\n12/2026\nTrước ngày Luật này có hiệu lực", map[Field]string{}},
	{"a day that is none", "UBND QUẬN HÀ ĐÔNG\nSố: 1/UBND-NV\nHà Đông, ngày 31 tháng 2 năm 2026\nV/v thử\nKính gửi: các phòng\nbáo cáo trước ngày 40/13/2026",
		map[Field]string{CodeNumber: "1", CodeNotation: "UBND-NV", Issuer: "UBND QUẬN HÀ ĐÔNG", TypeName: "Công văn", Subject: "V/v thử"}},
}

func TestSuggestionsByTheLayoutOfTheLaw_ND30(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		for kind, file := range map[string]func([]string) Content{
			PDF:  func(lines []string) Content { return pdfOf(t, lines) },
			DOCX: func(lines []string) Content { return docx(t, lines) },
		} {
			t.Run(s.name+" as "+kind, func(t *testing.T) {
				t.Parallel()
				lines := strings.Split(s.lines, "\n")
				if kind == DOCX {
					lines = strings.Split(norm.NFD.String(strings.ReplaceAll(s.lines, "# ", "")), "\n")
				}
				r := readOf(t, kind, file(lines))
				got := map[Field]string{}
				for _, x := range Suggest(r.Lines) {
					require.Contains(t, r.Lines, x.Line)
					value := x.Value
					if x.Confidence == Look {
						value = "?" + value
					}
					if before, ok := got[x.Field]; ok {
						value = before + "|" + value
					}
					got[x.Field] = value
				}
				require.Equal(t, s.want, got, "%s", said(r))
			})
		}
	}
}

func TestSuggestionsForRealDocuments(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]map[Field]string{
		"QD15UB.DOC": {CodeNumber: "15", CodeNotation: "2010/QĐ-UBND", IssuedOn: "2010-04-26", TypeName: "Quyết định"},
		"CT9UB.DOC":  {CodeNumber: "09", CodeNotation: "2009/CT-UBND", IssuedOn: "2009-04-15", TypeName: "Chỉ thị"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[Field]string{}
			for _, x := range Suggest(readOf(t, DOC, real(t, name)).Lines) {
				t.Log(x)
				if got[x.Field] == "" {
					got[x.Field] = x.Value
				}
			}
			for field, value := range want {
				require.Equal(t, value, got[field], field)
			}
			require.NotEmpty(t, got[Issuer])
			require.Less(t, len(got[Subject]), 200)
		})
	}
}

func FuzzSuggest(f *testing.F) {
	for _, s := range samples {
		f.Add(s.lines)
	}
	f.Add("Nơi nhận:")
	f.Add("Số: /Q\nV/v")
	f.Fuzz(func(t *testing.T, text string) {
		var lines []Line
		for i, line := range strings.Split(text, "\n") {
			lines = append(lines, Line{1, i + 1, line})
		}
		for _, s := range Suggest(lines) {
			require.Contains(t, lines, s.Line)
			require.NotEmpty(t, s.Value)
		}
	})
}
