package routing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// marked are texts that people type around a level.
var marked = []string{
	"Mật: kế hoạch phòng thủ", "MẬT: Kế hoạch", "Tối mật - Kế hoạch diễn tập", "TUYỆT MẬT – V/v diễn tập", "MẬT. Kế hoạch phòng thủ",
	"Kế hoạch phòng thủ - MẬT", "Kế hoạch phòng thủ — Mật", "Kế hoạch phòng thủ. TỐI MẬT", "Kế hoạch | MẬT | năm 2026", "V/v diễn tập / Tối mật",
	"Kế hoạch diễn tập, độ mật: Tối mật", "Văn bản có độ mật: Mật, gửi bằng giấy", "Độ mật = Mật", "Mức độ mật : TUYỆT MẬT (03 bản)", "Độ mật: C", "Dấu độ mật: Mật",
	"Độ: Mật", "Mức: Tối mật", "Độ mật  Tối mật", "MẬT          Hà Đông, ngày 05 tháng 02 năm 2026", "Số: 12/KH-UBND      T Ố I  M Ậ T", "T Ố I   M Ậ T",
	"TỐI MẬT\tBản số: 03", "TỐI MẬT Bản số: 03", "T Ố I  M Ậ T - kế hoạch", "[MẬT] kế hoạch", "Kế hoạch (độ tối mật)", "*** MẬT *** kế hoạch", "12/MẬT",
	// letters of other alphabets that look alike: Cyrillic, Greek, mathematical, in circles, small capitals
	"МАТ", "MẬТ", "М\u0430\u0302\u0323\u0442", "ΜΑΤ", "ТỐІ МẬТ", "ΤUΥỆΤ ΜẬΤ", "𝐌𝐀𝐓", "𝕋𝕠𝕚 𝕄𝕒𝕥", "Ⓜⓐⓣ", "ᴍᴀᴛ", "Mǎt", "TUYȆT M̲A̲T̲", "T0I MAT", "TO1 MẬT", "M\u3164Ậ\u115fT", "M\u2800Ậ\u2800T",
	// as readers of scans and hurried hands write them
	"MẠT", "MÂT", "TÔI MẬT", "TÓI MẬT", "TUYÊT MẬT", "TUỴÊT MẬT",
}

func TestLevelsWrittenAroundAreRefused_M05(t *testing.T) {
	t.Parallel()
	for _, text := range marked {
		for _, form := range []string{text, decomposed(text), "Kính gửi:\n" + text + "\n…"} {
			require.ErrorIs(t, routing.CheckSecrecy(routing.NoSecret, form), routing.ErrStateSecret, "%q", form)
		}
	}
}

// harmless are texts that hold a level, or what looks like one, and are none.
const harmless = `Khám chuyên khoa: Mắt, Tai mũi họng
Mắt
Mặt
Mất
MẮT
Mát
Mặt: trước
Mất: 02 giấy tờ
Mắt - Tai - Mũi - Họng
Khoa Gan - Mật - Tụy
Phẫu thuật gan – mật
Người liên hệ: Mật
Ông Mật - Tổ trưởng tổ dân phố 5
Nguyễn Văn Mật: Tổ trưởng
Mật ong: 3 lít
Mật khẩu: đổi 90 ngày một lần
Mật độ: 200 người/km2
Quy định xác định độ mật: Mật, Tối mật, Tuyệt mật
Độ mật: Mật/Tối mật/Tuyệt mật
Ba cấp độ: Tuyệt mật; Tối mật; Mật
Độ mật: Không mật
Độ mật: Thường, khẩn
Độ mật: Bình thường
Độ mật: …
Không có độ mật: đã giải mật
Mật, sáp và phấn hoa
Báo mất: 01 con dấu
V/v tăng cường bảo mật - an toàn thông tin
Bảo mật: yêu cầu và giải pháp
Đường tối, mất an ninh
Trời tối: mất điện
Tôi mất giấy tờ
(bí mật)
(không mật)
[Bảo mật]`

func TestWhatOnlyLooksLikeALevelPasses_M06(t *testing.T) {
	t.Parallel()
	for text := range strings.SplitSeq(harmless, "\n") {
		for _, form := range []string{text, decomposed(text)} {
			require.NoError(t, routing.CheckSecrecy(routing.NoSecret, form), "%q", form)
			require.NoError(t, routing.CheckStamps(form), "%q", form)
		}
	}
	for text := range strings.SplitSeq(ordinary, "\n") {
		require.NoError(t, routing.CheckStamps(text), "%q", text)
	}
}

// A whole text may begin a sentence with a level; a stamp it may not bear.
func TestStampsInWholeTexts_M05(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"MẬT", "TỐI MẬT", "  Tuyệt mật  ", "T U Y Ệ T  M Ậ T", "[MẬT]", "(TỐI MẬT)", "Độ mật: Mật", "Kế hoạch - độ mật: Tối mật", "МẬТ", "MẬT      Hà Nội, ngày 5 tháng 3 năm 2026",
		"UBND QUẬN     |  MẬT", "MẬT   Bản số: 02",
	} {
		require.ErrorIs(t, routing.CheckStamps("Quyết định", line), routing.ErrStateSecret, "%q", line)
	}
	for _, line := range []string{
		"Mật: là cấp độ thấp nhất theo Luật", "- Tối mật: thiệt hại đặc biệt nghiêm trọng", "văn bản (mật) được gửi riêng", "c) Bí mật nhà nước độ Mật",
		"được xác định là Tuyệt mật.", "Không đóng dấu mật",
	} {
		require.NoError(t, routing.CheckStamps(line), "%q", line)
	}
}

func TestMarksInFileNames_M05(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"MẬT.pdf", "Mật.docx", "mat.pdf", "12-KH_MAT.pdf", "TUYET MAT ke hoach.doc", "KH phong thu (TOI MAT).pdf", "toi-mat-12.pdf", "TOIMAT.pdf", "KHTOIMAT2026.pdf",
		"Kế hoạch phòng thủ - Mật.docx", "Kế hoạch_MẬT.pdf", "KH_12_MAT.pdf", "12-KH-MAT.pdf", "MAT_12_KH.pdf", "ke hoach MAT nam 2026.pdf", "MẬT(1).tar.gz", "MẬT.signed.pdf",
		"[Tối mật] KH.pdf", "T_O_I_M_A_T.pdf", "M-Ậ-T.pdf", "Tuyệt mật.xlsx", decomposed("Kế hoạch tối mật 2026.pdf"), "ТỐІ МẬТ.pdf", "KH.12.MAT.pdf", "DoMat_Mat.pdf",
		"tai lieu mat.pdf", "van ban mat 2026.pdf", "Mật - kế hoạch.pdf", "M\u200bat.pdf", "TuyetMat2.pdf", "cong van mat so 12.doc", "quyetdinh_tuyetmat_final.pdf", "a.TOI MAT",
	} {
		require.ErrorIs(t, routing.CheckFileName(name), routing.ErrStateSecret, "%q", name)
	}
}

func TestOrdinaryFileNamesPass_M06(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"bao-mat-thong-tin.pdf", "giai_phong_mat_bang.pdf", "MAT TRAN TO QUOC.doc", "Khám mắt học đường.docx", "kham-mat.pdf", "giay bao mat.pdf", "BAO_MAT.pdf", "mat-khau.pdf",
		"bi mat kinh doanh.pdf", "KH kham mat tre em.pdf", "12-KH-MTTQ.pdf", "Don bao mat giay to.pdf", "toi mat giay to.pdf", "Nguyen Thi Mat.pdf", "Nguyễn Văn Mật.docx", "tien mat.xls",
		"mat do dan so 2026.xlsx", "Format.docx", "Matxcova.pdf", "hop mat.pdf", "Quyết định giải mật.pdf", "tui mat.pdf", "mat ong.pdf", "Mặt cắt đường Quang Trung.pdf", "mat.cat.duong.pdf",
		"TT bảo vệ bí mật nhà nước.pdf", "Ke_hoach_tap_huan.doc", "CV_4427_0001.signed.pdf", "Độ mật - Không.pdf", "275.pdf", "Thông báo mất điện.pdf", "thong bao mat dien.pdf", "vang mat.pdf",
		"Kế hoạch số 45.PDF", "KẾ HOẠCH BẢO MẬT.pdf", "toi.pdf", "tuyet doi.pdf", "Mat tran phuong Mo Lao.pdf", "Automat.pdf", "thermat.pdf",
	} {
		require.NoError(t, routing.CheckFileName(name), "%q", name)
	}
	for phrase := range strings.SplitSeq(ordinary, "\n") {
		if strings.Contains(phrase, "tài liệu mật") || strings.HasPrefix(phrase, "Văn bản mật") || strings.HasPrefix(phrase, "điện mật") || strings.Contains(phrase, "/") {
			continue // names of files are judged more strictly: nobody calls a harmless file so
		}
		for _, name := range []string{phrase + ".pdf", decomposed(phrase) + ".pdf", routing.Fold(phrase) + ".pdf", strings.ReplaceAll(routing.Fold(phrase), " ", "-") + ".docx"} {
			require.NoError(t, routing.CheckFileName(name), "%q", name)
		}
	}
}

// What is looked at before its length is known takes no longer for that.
func TestMarksAreFoundInBoundedTime(t *testing.T) {
	t.Parallel()
	began := time.Now()
	for _, piece := range []string{":", "mat:", "a - ", "   a", "(mat", "[", "mat ", "\u0302", "toi ", "|"} {
		long := strings.Repeat(piece, 1<<17/len(piece))
		_, _, _ = routing.CheckSecrecy(routing.NoSecret, long), routing.CheckStamps(long), routing.CheckFileName(long)
	}
	require.Less(t, time.Since(began), 5*time.Second)
}

func FuzzMarks(f *testing.F) {
	for _, text := range marked {
		f.Add(text)
	}
	f.Add("\xff\u0302\u0323M")
	f.Fuzz(func(t *testing.T, text string) {
		_ = routing.CheckStamps(text)
		_ = routing.CheckFileName(text)
		require.ErrorIs(t, routing.CheckSecrecy(routing.NoSecret, text+"\nTỐI MẬT\n"+text), routing.ErrStateSecret)
	})
}
