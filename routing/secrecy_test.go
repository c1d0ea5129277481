package routing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/routing"
)

// secretLevels are the levels of secrecy in every way in which they were seen
// written, or may be written to slip through.
var secretLevels = []string{
	"mật", "Mật", "MẬT", "mat", "Mat", "MAT", "tối mật", "TỐI MẬT", "Tối  Mật", "tuyệt mật", "TUYỆT MẬT", "Tuyet Mat",
	decomposed("Mật"), decomposed("TUYỆT MẬT"), fullWidth("Mật"), fullWidth("TỐI MẬT"),
	"M\u200bật", "T\u200dối M\u2060ật", "\ufeffMẬT", "Mậ\u00adt", "Tối\u00a0Mật", "Tối\u3000Mật", "\tMẬT \r\n",
	"[MẬT]", "(mật)", "*** TUYỆT MẬT ***", "“MẬT”", "«Tối mật»", "MẬT.", "- Mật -", "Tối_mật", "TỐI-MẬT", "M Ậ T", "T U Y Ệ T  M Ậ T",
}

func TestADeclaredLevelIsRefused_M01_Luat_Bao_ve_BMNN(t *testing.T) {
	t.Parallel()
	for _, level := range secretLevels {
		require.ErrorIs(t, routing.CheckSecrecy(level), routing.ErrStateSecret, "%q", level)
	}
}

func TestAMarkAloneInALineIsRefused_M01_Luat_Bao_ve_BMNN(t *testing.T) {
	t.Parallel()
	for _, level := range secretLevels {
		for _, text := range []string{
			level,
			"Độ mật: " + level,
			"Độ mật : " + level,
			"Mức độ mật: " + level,
			"Dấu mật: " + level,
			"SECRET: " + level,
			"Kế hoạch diễn tập\n" + level + "\nnăm 2026",
			"Kế hoạch diễn tập\r" + level + "\rnăm 2026",
			"Kế hoạch diễn tập\u2028" + level,
			"Kế hoạch diễn tập\v" + level + "\f",
		} {
			err := routing.CheckSecrecy(routing.NoSecret, "Kế hoạch", text)
			require.ErrorIs(t, err, routing.ErrStateSecret, "%q", text)
		}
	}
}

func TestWhatIsNotDeclaredIsAskedFor_M04(t *testing.T) {
	t.Parallel()
	for _, declared := range []string{"", " ", "không", "normal", "none, mật", "A", "B", "C", "nonne"} {
		refused := refusal(t, routing.CheckSecrecy(declared, "Kế hoạch"), routing.ErrField, declared)
		require.Contains(t, refused.Details["fields"], "secrecy", declared)
	}
	for _, declared := range []string{"none", "None", " none ", fullWidth("none")} {
		require.NoError(t, routing.CheckSecrecy(declared, "Kế hoạch"), declared)
	}
}

// ordinary are phrases that hold the word and no secret.
const ordinary = `bảo mật
Bảo mật thông tin
An toàn, bảo mật hệ thống thông tin cấp độ 2
mật khẩu
Đổi mật khẩu thư điện tử công vụ
mật ong
Hợp tác xã nuôi ong lấy mật
rỉ mật
mía mật
mật độ dân số
Mật độ xây dựng
mật độ
mật thiết
Quan hệ mật thiết
mật vụ
cơ mật viện
bí mật kinh doanh
bí mật nhà nước
Bảo vệ bí mật nhà nước
Luật Bảo vệ bí mật nhà nước
Tập huấn công tác bảo vệ bí mật nhà nước
bí mật đời tư
bí mật thư tín
bỏ phiếu bí mật
trạm mật mã
mật mã
Ban Cơ yếu, kỹ thuật mật mã dân sự
Giải mật
Quyết định giải mật
giải mật tài liệu lưu trữ
không mật
Văn bản không mật
Độ mật: Thường
Độ mật: Không
Độ mật:
Dấu mật:
Mức độ mật: Không
Nguyễn Thị Mật
Ông Mật, tổ dân phố số 5
Trần Văn Mật và Lê Thị Mai
phường Mật Sơn
chùa Mật Đa
Mật tông
túi mật
sỏi mật
Phẫu thuật nội soi cắt túi mật
gan mật
Bệnh viện chuyên khoa tiêu hóa gan mật
dịch mật
mật gấu
Nuôi gấu lấy mật
tuyệt mật thám
đường mật
ngọt như mật
mật báo
điện mật
Văn bản mật thì chuyển bằng giấy
tài liệu mật
bảo mật tuyệt đối
tối mặt tối mũi
Khám mắt học đường
mặt bằng
Giải phóng mặt bằng
Trình báo mất giấy tờ
tuyệt đối
tối
Matxcơva
format
Secret Garden
toi mat roi`

func TestOrdinaryWordsPass_M06(t *testing.T) {
	t.Parallel()
	phrases := strings.Split(ordinary, "\n")
	require.GreaterOrEqual(t, len(phrases), 60)
	for _, phrase := range phrases {
		for _, text := range []string{phrase, decomposed(phrase), strings.ToUpper(phrase), "Về việc " + phrase} {
			require.NoError(t, routing.CheckSecrecy(routing.NoSecret, text), "%q", text)
		}
	}
}

func TestARefusalRepeatsNothing_M03(t *testing.T) {
	t.Parallel()
	refused := refusal(t, routing.CheckSecrecy("none", "CANARY-7f3a\nTUYỆT MẬT"), routing.ErrStateSecret)
	require.NotContains(t, refused.Error(), "CANARY")
	require.Empty(t, refused.Details)
}

// Luật Bảo vệ bí mật nhà nước: whatever else is wrong, the secret is named first.
func TestEveryFieldOfARegistrationIsLookedAt_M01(t *testing.T) {
	t.Parallel()
	fields := map[string]func(*routing.Registration){
		"secrecy":         func(r *routing.Registration) { r.Secrecy = "Mật" },
		"issuer":          func(r *routing.Registration) { r.Issuer = "Mật" },
		"codeNumber":      func(r *routing.Registration) { r.CodeNumber = "Mật" },
		"codeNotation":    func(r *routing.Registration) { r.CodeNotation = "Tối mật" },
		"typeName":        func(r *routing.Registration) { r.TypeName = "MẬT" },
		"subject":         func(r *routing.Registration) { r.Subject = "Kế hoạch\nTUYỆT MẬT" },
		"field":           func(r *routing.Registration) { r.Field = "mật" },
		"duplicateReason": func(r *routing.Registration) { r.DuplicateReason = "Độ mật: Mật" },
	}
	for name, spoil := range fields {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := routing.Registration{Secrecy: routing.NoSecret, IssuedOn: "no day", Urgency: "no urgency"}
			spoil(&r)
			require.ErrorIs(t, r.Check(at("2026-11-23 09:00")), routing.ErrStateSecret)
		})
	}
}

// Stamps are typed between brackets, too (M-05); words that only contain one are not.
func TestMarksBetweenBrackets_M05(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"[TỐI MẬT] V/v kế hoạch", "V/v kế hoạch (MẬT)", "X\x1eMẬT", "【Tuyệt mật】"} {
		require.ErrorIs(t, routing.CheckSecrecy(routing.NoSecret, text), routing.ErrStateSecret, text)
	}
	for _, text := range []string{"V/v an toàn (bảo mật) thông tin", "[Mật ong] hội chợ", "Danh mục bí mật nhà nước độ Tuyệt mật, Tối mật"} {
		require.NoError(t, routing.CheckSecrecy(routing.NoSecret, text), text)
	}
}

func TestTextThatCannotBeSeenIsRefused_W11(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\u200b", "\u0301", "\u3164", "a\u0007", "a\u202eb", "..."} {
		require.Error(t, routing.CheckText("text", text), "%q", text)
	}
	require.NoError(t, routing.CheckText("text", "Đã xong\n\tđợt 1"))
}
