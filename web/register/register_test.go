package register_test

import (
	"bytes"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifregular"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

// letter is a form that registers, with changes: names and values in turns.
func letter(changes ...string) []string {
	fields := map[string]string{"issuer": "UBND Thành phố Hà Nội", "codeNumber": "45", "codeNotation": "UBND-NC", "issuedOn": "20/11", "typeName": "Công văn",
		"subject": "V/v rà soát hộ nghèo", "urgency": "normal", "secrecy": "none"}
	for i := 0; i < len(changes); i += 2 {
		fields[changes[i]] = changes[i+1]
	}
	var out []string
	for name, value := range fields {
		out = append(out, name, value)
	}
	return out
}

// pdf is a letter on paper, a line each; "\t" begins the right half.
func pdf(t testing.TB, lines ...string) []byte {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetDisplayMode("default", "default")
	f.AddUTF8FontFromBytes("serif", "", liberationserifregular.TTF)
	f.AddPage()
	f.SetFont("serif", "", 13)
	for _, line := range lines {
		left, right, columns := strings.Cut(line, "\t")
		if columns {
			f.CellFormat(80, 6, left, "", 0, "C", false, 0, "")
			f.CellFormat(100, 6, right, "", 1, "C", false, 0, "")
			continue
		}
		f.MultiCell(170, 6, line, "", "L", false)
	}
	var out bytes.Buffer
	require.NoError(t, f.Output(&out))
	return bytes.ReplaceAll(out.Bytes(), []byte("/EmbeddedFiles"), []byte("/EmbeddedNames")) // an empty list of files is not what this is about
}

var paper = []string{"UBND THÀNH PHỐ HÀ NỘI\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "\tĐộc lập - Tự do - Hạnh phúc", "Số: 128/UBND-KGVX\tHà Nội, ngày 20 tháng 11 năm 2026",
	"V/v rà soát hộ nghèo năm 2026", "", "Kính gửi: Ủy ban nhân dân quận Hà Đông", "Đề nghị báo cáo kết quả trước ngày 15/12/2026."}

func value(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`id="f-` + name + `" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	require.NotNil(t, m, name)
	return html.UnescapeString(m[1])
}

func TestTheFormSaysWhichNumberComesNext(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	require.Contains(t, b.Page("/register"), "sẽ lấy số đến <strong>1/2026</strong>")
	w.Register(webtest.Registration())
	require.Contains(t, b.Page("/register/number"), "<strong>2/2026</strong>")
	require.Contains(t, w.In("vanthu.molao").Page("/register"), "<strong>1/2026</strong>", "each book counts for itself")
	page := b.Page("/register")
	require.Contains(t, page, `<option value="UBND Thành phố Hà Nội">`, "an issuer seen before")
	require.Contains(t, page, `<option value="Giấy nghỉ phép">`, "a type of the decree")
	require.NotContains(t, w.In("vanthu.molao").Page("/register"), `<option value="UBND Thành phố Hà Nội">`)
}

func TestWhoDoesNotRegisterIsRefusedAlike(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for _, who := range []string{"chutich.quan", "canbo.molao", "quantri"} {
		b := w.In(who)
		for _, path := range []string{"/register", "/register/number", "/register/twins?issuer=a&codeNumber=1", "/register/files"} {
			require.Equal(t, http.StatusForbidden, b.Get(path).Status, who+" "+path)
		}
		require.Equal(t, http.StatusForbidden, b.Post("/register", letter()...).Status, who)
		require.Equal(t, http.StatusForbidden, b.PostFile("/register", "a.pdf", pdf(t, paper...)).Status, who)
	}
	require.Contains(t, w.In("vanthu.quan").Page("/register"), "<strong>1/2026</strong>", "nothing was written")
}

func TestARefusedFormKeepsWhatWasTyped_W02(t *testing.T) {
	t.Parallel()
	b := webtest.New(t).In("vanthu.quan")
	a := b.Post("/register", letter("issuer", `Sở "A"><script>alert(1)</script>`, "issuedOn", "5/2", "replyBy", "31/2", "arrivedAt", "mai", "secrecy", "")...)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status, a.Text)
	require.NotContains(t, a.Text, "<script>alert")
	require.Equal(t, `Sở "A"><script>alert(1)</script>`, value(t, a.Text, "issuer"))
	require.Equal(t, "05/02/2026", value(t, a.Text, "issuedOn"))
	require.Equal(t, "31/2", value(t, a.Text, "replyBy"))
	require.Contains(t, a.Text, ">V/v rà soát hộ nghèo</textarea>")
	for _, fault := range []string{"fault-replyBy", "fault-arrivedAt", "fault-secrecy"} {
		require.Contains(t, a.Text, `id="`+fault+`"`)
	}
	require.NotContains(t, a.Text, "fault-issuedOn")
}

func TestTheNextOneKeepsWhatAPileHasInCommon(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	a := b.Post("/register", letter("codeNumber", "45/UBND-NC", "codeNotation", "", "field", "đô thị", "urgency", "urgent", "channel", "electronic", "then", "next")...)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	next := a.Header.Get("Location")
	require.Regexp(t, `^/register\?after=[0-9a-f-]{36}$`, next)
	page := b.Page(next)
	require.Regexp(t, `<a href="/documents/[0-9a-f-]{36}"><strong>số đến 1/2026</strong></a>`, page)
	require.Contains(t, page, "<strong>2/2026</strong>")
	for name, want := range map[string]string{"issuer": "UBND Thành phố Hà Nội", "typeName": "Công văn", "field": "đô thị", "issuedOn": "20/11/2026", "codeNumber": "", "codeNotation": "", "replyBy": ""} {
		require.Equal(t, want, value(t, page, name), name)
	}
	require.Regexp(t, `value="urgent" checked`, page)
	require.Regexp(t, `value="electronic" checked`, page)
	require.NotRegexp(t, `name="secrecy"[^>]*checked`, page, "each document is declared by itself")
	require.Regexp(t, `name="codeNumber"[^>]*autofocus`, page)
	require.NotContains(t, w.In("vanthu.molao").Page(next), "số đến 1/2026", "somebody else's document")

	id := strings.TrimPrefix(next, "/register?after=")
	doc, err := w.Store.Document(t.Context(), routing.ID(id))
	require.NoError(t, err)
	require.Equal(t, "45", doc.CodeNumber)
	require.Equal(t, "UBND-NC", doc.CodeNotation)
}

func TestSentTwiceIsRegisteredOnce(t *testing.T) {
	t.Parallel()
	b := webtest.New(t).In("vanthu.quan")
	form := letter("key", "key-of-this-form", "then", "open")
	first := b.Post("/register", form...)
	require.Regexp(t, `^/documents/[0-9a-f-]{36}\?done=registered$`, first.Header.Get("Location"), first.Text)
	require.Equal(t, first.Header.Get("Location"), b.Post("/register", form...).Header.Get("Location"))
	changed := b.Post("/register", letter("key", "key-of-this-form", "then", "open", "subject", "V/v khác")...)
	require.Equal(t, http.StatusUnprocessableEntity, changed.Status)
	require.Contains(t, changed.Text, "Lần gửi trước đã vào sổ")
	require.Contains(t, changed.Text, "số đến 1/2026", "the one that was registered stands beside it")
	require.NotEqual(t, "key-of-this-form", webtest.Hidden(changed.Text)["key"])
	require.Contains(t, b.Page("/register"), "<strong>2/2026</strong>")
}

func TestATwinIsShownBeforeAndAfter(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	require.Equal(t, http.StatusSeeOther, b.Post("/register", letter()...).Status)
	typed := "/register/twins?issuer=ubnd+thanh+pho+ha+noi&codeNumber=045&codeNotation=ubnd-nc"
	b.Header.Set("HX-Request", "true")
	require.Regexp(t, `data-count="1"[\s\S]*href="/documents/[0-9a-f-]{36}"[\s\S]*số đến 1/2026`, b.Page(typed))
	require.Contains(t, b.Page("/register/twins?issuer=ubnd&codeNumber=45"), `data-count="0"`)
	b.Header.Del("HX-Request")
	require.Contains(t, w.In("vanthu.molao").Page(typed), `data-count="0"`, "another book")

	a := b.Post("/register", letter("duplicateReason", "ngắn")...)
	require.Equal(t, http.StatusConflict, a.Status, a.Text)
	require.Contains(t, a.Text, "số đến 1/2026")
	require.NotContains(t, a.Text, `id="twins-reason" hidden`)
	require.Equal(t, "ngắn", value(t, a.Text, "duplicateReason"))
	require.Equal(t, http.StatusSeeOther, b.Post("/register", letter("duplicateReason", "Bản giấy đến sau bản điện tử")...).Status)
}

func TestAFileFillsWhatNobodyTyped(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	w.Register(webtest.Registration()) // the book knows how this issuer is written
	b := w.In("vanthu.quan")
	a := b.PostFile("/register", "128.pdf", pdf(t, paper...), "subject", "Tôi đã gõ", "urgency", "normal")
	require.Equal(t, http.StatusOK, a.Status, a.Text)
	for name, want := range map[string]string{"issuer": "UBND Thành phố Hà Nội", "codeNumber": "128", "codeNotation": "UBND-KGVX", "issuedOn": "20/11/2026", "replyBy": "15/12/2026", "typeName": "Công văn"} {
		require.Equal(t, want, value(t, a.Text, name), name)
	}
	require.Contains(t, a.Text, ">Tôi đã gõ</textarea>", "what was typed stays")
	require.Regexp(t, `id="source-codeNumber"[\s\S]*?source source-taken[\s\S]*?từ dòng: “Số: 128/UBND-KGVX`, a.Text)
	require.Regexp(t, `id="source-subject"[\s\S]*?class="source"[\s\S]*?name="take" value="subject"`, a.Text)
	upload := webtest.Hidden(a.Text)["upload"]

	taken := b.Post("/register", letter("upload", upload, "subject", "Tôi đã gõ", "take", "subject", "codeNumber", "7")...)
	require.Contains(t, taken.Text, ">V/v rà soát hộ nghèo năm 2026</textarea>")
	require.Equal(t, "7", value(t, taken.Text, "codeNumber"))

	a = b.Post("/register", letter("upload", upload, "then", "next")...)
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	files, err := w.Store.Attachments(t.Context(), routing.ID(strings.TrimPrefix(a.Header.Get("Location"), "/register?after=")))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Equal(t, "128.pdf", files[0].Name)
	require.Equal(t, http.StatusNotFound, b.Get("/register/files/"+upload).Status, "the upload is over")
}

func TestAnUploadIsItsSendersAlone_Z08_W08_W09(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	upload := webtest.Hidden(b.PostFile("/register", "128.pdf", pdf(t, paper...)).Text)["upload"]
	a := b.Get("/register/files/" + upload)
	require.Equal(t, http.StatusOK, a.Status)
	require.True(t, strings.HasPrefix(a.Text, "%PDF"))
	require.Equal(t, "sandbox; default-src 'none'; frame-ancestors 'self'", a.Header.Get("Content-Security-Policy"))
	other := w.In("vanthu.molao")
	require.Equal(t, http.StatusNotFound, other.Get("/register/files/"+upload).Status)
	require.NotContains(t, other.Page("/register/files?upload="+upload), "128.pdf")
	require.NotContains(t, b.Post("/register", "drop", upload).Text, "128.pdf")
	require.Equal(t, http.StatusNotFound, b.Get("/register/files/"+upload).Status)
}

func TestOfAStateSecretNothingStays_M01(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	upload := webtest.Hidden(b.PostFile("/register", "128.pdf", pdf(t, paper...)).Text)["upload"]
	for name, a := range map[string]webtest.Answer{
		"typed":  b.Post("/register", letter("upload", upload, "subject", "CANARY-7f3a\nMẬT")...),
		"a file": b.PostFile("/register", "mat.pdf", pdf(t, append([]string{"TỐI MẬT"}, paper...)...), "subject", "CANARY-7f3a"),
		"a name": b.PostFile("/register", "Mật.pdf", pdf(t, paper...), "subject", "CANARY-7f3a"),
	} {
		require.Equal(t, http.StatusUnprocessableEntity, a.Status, name)
		require.Contains(t, a.Text, "Không được đưa văn bản bí mật nhà nước vào hệ thống", name)
		require.NotContains(t, a.Text, "CANARY", name)
		require.Contains(t, a.Text, "data-wiped", name)
		require.NotContains(t, a.Text, `name="upload"`, name)
		require.Empty(t, value(t, a.Text, "issuer"), name)
	}
	require.Equal(t, http.StatusNotFound, b.Get("/register/files/"+upload).Status)
	require.Equal(t, http.StatusUnprocessableEntity, b.Get("/register/twins?codeNumber=1&issuer=M%E1%BA%ACT").Status)
	require.Contains(t, b.Page("/register"), "<strong>1/2026</strong>")
}

func TestRegisteredAndPresentedInOneGo(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	a := b.Post("/register", letter("then", "present")...)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, `id="fault-to"`)
	require.Contains(t, b.Page("/register"), "<strong>1/2026</strong>", "nothing was registered")

	leader := w.As("chutich.quan")
	form := letter("then", "present", "to", string(leader.PositionID), "key", "one-key-for-both")
	for range 2 {
		a = b.Post("/register", form...)
		require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	}
	page := b.Page(a.Header.Get("Location"))
	require.Contains(t, page, "Đã trình ")
	require.Contains(t, page, `value="`+string(leader.PositionID)+`" selected`)
	doc, err := w.Store.Document(t.Context(), routing.ID(strings.TrimPrefix(a.Header.Get("Location"), "/register?after=")))
	require.NoError(t, err)
	require.Equal(t, routing.Presented, doc.Status)
	require.Equal(t, leader.PositionID, doc.PresentedTo)

	stranger := w.As("chutich.molao")
	a = b.Post("/register", letter("codeNumber", "46", "then", "present", "to", string(stranger.PositionID))...)
	require.Contains(t, b.Page(a.Header.Get("Location")), "Chưa trình được")
}

func TestAFileThatIsGoneLosesNothingTyped(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := w.In("vanthu.quan")
	upload := webtest.Hidden(b.PostFile("/register", "128.pdf", pdf(t, paper...)).Text)["upload"]
	require.NoError(t, w.Desk.DropUpload(t.Context(), w.As("vanthu.quan"), routing.ID(upload)))
	a := b.Post("/register", letter("upload", upload)...)
	require.Equal(t, http.StatusConflict, a.Status, a.Text)
	require.Contains(t, a.Text, "hãy gửi lại tệp rồi ghi")
	require.Contains(t, a.Text, ">V/v rà soát hộ nghèo</textarea>")
	require.NotContains(t, a.Text, upload, "the form no longer names it")
	require.Contains(t, b.Page("/register"), "<strong>1/2026</strong>")
}
