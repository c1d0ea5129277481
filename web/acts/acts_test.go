package acts_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"congvan/routing"
	"congvan/web/webtest"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { webtest.Main(m) }

func shareDo(share routing.Assignment, act routing.Act) string {
	return "/shares/" + string(share.ID) + "/do/" + string(act)
}

func docDo(document routing.ID, act routing.Act) string {
	return "/documents/" + string(document) + "/do/" + string(act)
}

// post opens a form and sends it filled in: names and values in turns.
func post(b *webtest.Browser, path string, fields ...string) webtest.Answer {
	b.Helper()
	for name, value := range webtest.Hidden(b.Page(path)) {
		if name == "version" || name == "key" || name == "file" {
			fields = append(fields, name, value)
		}
	}
	return b.Post(path, fields...)
}

func done(t *testing.T, a webtest.Answer, document routing.ID, act routing.Act) {
	t.Helper()
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	require.Equal(t, "/documents/"+string(document)+"?done="+string(act), a.Header.Get("Location"))
}

const why = "Không thuộc địa bàn phường"

func TestAWardTakesItsShareWithOneTap(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao")
	b := w.In("vanthu.molao")
	page := b.Page("/documents/" + string(document))
	require.Contains(t, page, `action="`+shareDo(share, routing.ActAcknowledge)+`"`)
	done(t, b.Post(shareDo(share, routing.ActAcknowledge), "version", "1"), document, routing.ActAcknowledge)
	require.Equal(t, routing.Received, w.Share(document, "molao").Status)
	page = b.Page("/documents/" + string(document) + "?done=acknowledged")
	require.Contains(t, page, "Đã xác nhận đã nhận.")
	require.NotContains(t, page, shareDo(share, routing.ActAcknowledge))
}

func TestTheSameFormTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao")
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), share.ID, webtest.Request())
	require.NoError(t, err)
	b := w.In("chutich.molao")
	for range 2 {
		done(t, b.Post(shareDo(share, routing.ActProgress), "key", "one-and-the-same", "note", "Đã rà soát tổ 1"), document, routing.ActProgress)
	}
	events, _, err := w.Desk.History(t.Context(), w.As("chutich.molao"), document, 1<<62, 100)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(fmt.Sprint(events), "Đã rà soát tổ 1"))
}

func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao")
	b := w.In("chutich.molao")
	a := post(b, shareDo(share, routing.ActReturn), "reason", `ngắn"><i>`)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, "Hãy ghi lý do, ít nhất 10 ký tự.")
	require.Contains(t, a.Text, "đã ghi 9 ký tự; cần từ 10 đến 500")
	require.Contains(t, a.Text, `>ngắn&#34;&gt;&lt;i&gt;</textarea>`)
	require.Equal(t, routing.Sent, w.Share(document, "molao").Status)
}

func TestADayIsReadAsTyped(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao")
	b := w.In("chutich.molao")
	path := shareDo(share, routing.ActAskExtension)
	a := post(b, path, "dueOn", "31/2", "reason", "Chờ số liệu của tổ dân phố")
	require.Contains(t, a.Text, "ngày ghi theo dạng 05/02/2026")
	require.Contains(t, a.Text, `value="31/2"`)
	require.Contains(t, a.Text, "Chờ số liệu của tổ dân phố</textarea>")
	a = post(b, path, "dueOn", "13/12/2026", "reason", "Chờ số liệu của tổ dân phố") // a Sunday
	require.Contains(t, a.Text, "ngày làm việc kế tiếp là 14/12/2026")
	done(t, post(b, path, "dueOn", "15/12", "reason", "Chờ số liệu của tổ dân phố"), document, routing.ActAskExtension)
	asked, err := w.Store.Decisions(t.Context(), document)
	require.NoError(t, err)
	require.Equal(t, "2026-12-15T10:00:00Z", asked[0].ProposedDue.Format("2006-01-02T15:04:05Z"))

	leader := w.In("chutich.quan")
	decide := "/decisions/" + string(asked[0].ID) + "/do/"
	require.Contains(t, leader.Page("/documents/"+string(document)), decide+"extended")
	a = post(leader, decide+"extension-refused", "note", "")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	done(t, post(leader, decide+"extended"), document, routing.ActExtend)
	require.Equal(t, asked[0].ProposedDue, w.Share(document, "molao").Due.UTC())
}

func TestAStaleFormSaysWhatToDoAndGoesOn(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Register(webtest.Registration())
	b := w.In("chutich.quan")
	old := webtest.Hidden(b.Page(docDo(document, routing.ActRecall)))["version"]
	_, err := w.Desk.HoldDocument(t.Context(), w.As("chutich.quan"), document, routing.OtherHold, "Chờ kết luận thanh tra", 0, webtest.Request())
	require.NoError(t, err)
	a := b.Post(docDo(document, routing.ActRecall), "version", old, "reason", "Văn bản đã được thay thế")
	require.Equal(t, http.StatusPreconditionFailed, a.Status)
	require.Contains(t, a.Text, "Mở văn bản như bây giờ")
	require.Contains(t, a.Text, "Văn bản đã được thay thế</textarea>")
	now := webtest.Hidden(a.Text)["version"]
	require.NotEqual(t, old, now)
	done(t, b.Post(docDo(document, routing.ActRecall), "version", now, "reason", "Văn bản đã được thay thế"), document, routing.ActRecall)
}

func TestWhatIsNotOfferedIsRefused(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao")
	clerk := w.In("vanthu.molao")
	for _, act := range []routing.Act{routing.ActApprove, routing.ActDrop, routing.ActReport} {
		a := clerk.Get(shareDo(share, act))
		require.Equal(t, http.StatusConflict, a.Status, act)
		require.NotContains(t, clerk.Page("/documents/"+string(document)), shareDo(share, act))
		a = clerk.Post(shareDo(share, act), "version", "1", "reason", why, "text", why)
		require.Contains(t, []int{http.StatusForbidden, http.StatusConflict}, a.Status, act)
		require.NotContains(t, a.Text, `<form method="post" action="`+shareDo(share, act))
	}
	for _, path := range []string{"/shares/" + string(share.ID) + "/do/none", "/shares/" + string(share.ID) + "/do/directed", "/shares/x/do/reported"} {
		require.Equal(t, http.StatusNotFound, clerk.Get(path).Status, path)
	}
	stranger := w.In("vanthu.lakhe")
	require.Equal(t, http.StatusNotFound, stranger.Get(shareDo(share, routing.ActAcknowledge)).Status)
	require.Equal(t, http.StatusNotFound, stranger.Post(shareDo(share, routing.ActAcknowledge)).Status)
}

func TestAFormComesAloneIntoADialog(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao")
	b := w.In("chutich.molao")
	b.Header.Set("HX-Request", "true")
	page := b.Page(shareDo(share, routing.ActReturn))
	require.NotContains(t, page, "<html")
	require.Contains(t, page, `id="dialog-title"`)
	a := b.Post(shareDo(share, routing.ActReturn), "version", webtest.Hidden(page)["version"], "reason", why)
	require.Equal(t, http.StatusNoContent, a.Status)
	require.Equal(t, "/documents/"+string(document)+"?done=returned", a.Header.Get("HX-Redirect"))
}

func TestTheActsOfADocument(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	clerk, leader := w.In("vanthu.quan"), w.In("chutich.quan")
	in := webtest.Registration()
	in.Channel = routing.Electronic
	document := w.Register(in)
	positions, err := w.Desk.Presentable(t.Context(), w.As("vanthu.quan"), document)
	require.NoError(t, err)
	done(t, post(clerk, docDo(document, routing.ActPresent), "to", string(positions[0].ID), "note", "Kính trình"), document, routing.ActPresent)
	done(t, post(clerk, docDo(document, routing.ActNotify), "how", "điện thoại"), document, routing.ActNotify)
	done(t, post(leader, docDo(document, routing.ActHold), "category", "other", "reason", "Chờ hướng dẫn của Thành phố"), document, routing.ActHold)
	done(t, post(leader, docDo(document, routing.ActResume)), document, routing.ActResume)
	done(t, post(leader, docDo(document, routing.ActChangeLadder), "ladder", "urgent", "reason", "Thành phố yêu cầu sớm"), document, routing.ActChangeLadder)
	done(t, post(leader, docDo(document, routing.ActFile), "note", ""), document, routing.ActFile)
	done(t, post(leader, docDo(document, routing.ActReopen), "reason", "Có việc phải làm tiếp"), document, routing.ActReopen)
	done(t, post(leader, docDo(document, routing.ActCancel), "category", "registered-in-error", "reason", "Vào sổ hai lần một văn bản"), document, routing.ActCancel)
}

func TestTheActsOfAShare(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	leader, ward := w.In("chutich.quan"), w.In("chutich.molao")
	share := w.Share(document, "molao")
	done(t, post(ward, shareDo(share, routing.ActAcknowledge)), document, routing.ActAcknowledge)
	done(t, post(ward, shareDo(share, routing.ActStart)), document, routing.ActStart)
	done(t, post(leader, shareDo(share, routing.ActRemind), "note", ""), document, routing.ActRemind)
	done(t, post(ward, shareDo(share, routing.ActReturn), "reason", why), document, routing.ActReturn)
	done(t, post(leader, shareDo(share, routing.ActInsist), "reason", "Thuộc địa bàn của phường"), document, routing.ActInsist)
	done(t, post(ward, shareDo(share, routing.ActReport), "text", "Đã rà soát xong"), document, routing.ActReport)
	done(t, post(leader, shareDo(share, routing.ActSendBack), "reason", "Chưa nêu số hộ thoát nghèo"), document, routing.ActSendBack)
	require.Contains(t, ward.Page(shareDo(share, routing.ActReport)), "Đã rà soát xong</textarea>")
	done(t, post(ward, shareDo(share, routing.ActReport), "text", "Đã rà soát xong, 12 hộ"), document, routing.ActReport)
	done(t, post(leader, shareDo(share, routing.ActApprove)), document, routing.ActApprove)
	done(t, post(leader, shareDo(share, routing.ActReopen), "dueOn", "15/12/2026", "reason", "Bổ sung số liệu quý bốn"), document, routing.ActReopen)
	done(t, post(leader, shareDo(share, routing.ActExtend), "dueOn", "16/12/2026", "reason", "Cho thêm một ngày làm"), document, routing.ActExtend)
	done(t, post(leader, shareDo(share, routing.ActHold), "category", "force-majeure", "reason", "Ngập úng trên địa bàn"), document, routing.ActHold)
	done(t, post(leader, shareDo(share, routing.ActResume)), document, routing.ActResume)
	done(t, post(leader, shareDo(share, routing.ActReroute), "place", "unit:"+string(webtest.Unit("lakhe")), "reason", "Địa bàn thuộc phường La Khê"), document, routing.ActReroute)
	w.Dispatch(document)
	require.Equal(t, routing.Sent, w.Share(document, "lakhe").Status)
	done(t, post(leader, shareDo(w.Share(document, "lakhe"), routing.ActDrop), "reason", "Không còn phải rà soát"), document, routing.ActDrop)
	done(t, post(leader, shareDo(w.Share(document, "vanquan"), routing.ActHandOver), "place", "unit:"+string(webtest.Unit("phula")), "basis", "Quyết định 15/QĐ-UBND"), document, routing.ActHandOver)
}

func TestTheActsOnADirection(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	leader := w.In("chutich.quan")
	given, err := w.Store.Directions(t.Context(), document)
	require.NoError(t, err)
	path := "/directions/" + string(given[0].ID) + "/do/"
	require.NotContains(t, leader.Page(path+"added"), "UBND phường Mộ Lao")
	a := post(leader, path+"added", "places", "unit:"+string(webtest.Unit("lakhe")), "role", "execute", "text", "Phường có hộ nghèo phát sinh")
	require.Contains(t, a.Text, "Chưa có thời hạn giải quyết")
	require.Contains(t, a.Text, `value="unit:`+string(webtest.Unit("lakhe"))+`" checked`)
	done(t, post(leader, path+"added", "places", "unit:"+string(webtest.Unit("lakhe")), "role", "execute", "dueOn", "10/12", "text", "Phường có hộ nghèo phát sinh"), document, routing.ActAdd)
	w.Dispatch(document)
	require.Equal(t, routing.Execute, w.Share(document, "lakhe").Role)
	done(t, post(leader, path+"voided", "reason", "Thành phố đã có chỉ đạo khác"), document, routing.ActVoid)
	require.Equal(t, http.StatusNotFound, w.In("vanthu.phula").Get(path+"voided").Status)
}

func TestADraftGoesThroughTheOffices(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	share := w.Share(document, "molao")
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), share.ID, webtest.Request())
	require.NoError(t, err)
	ward, office := w.In("chutich.molao"), w.In("truong.tp")
	a := post(ward, shareDo(share, routing.ActSubmit), "text", "Dự thảo một", "rule1", "all")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status)
	require.Contains(t, a.Text, "Dự thảo một</textarea>")
	submit := func() {
		done(t, post(ward, shareDo(share, routing.ActSubmit), "text", "Dự thảo một", "rule1", "all", "stage1", "unit:"+string(webtest.Unit("tp"))), document, routing.ActSubmit)
	}
	submit()
	done(t, post(ward, shareDo(share, routing.ActWithdrawDraft)), document, routing.ActWithdrawDraft)
	submit()
	asked := func() string {
		all, err := w.Store.Decisions(t.Context(), document)
		require.NoError(t, err)
		return "/decisions/" + string(all[len(all)-1].ID) + "/do/"
	}
	require.Contains(t, office.Page("/shares/"+string(share.ID)+"/consent"), "Dự thảo một")
	require.Contains(t, office.Page("/documents/"+string(document)), asked()+"consented")
	a = post(office, asked()+"objected", "reason", "Chưa nêu căn cứ pháp lý", "to", "start")
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	submit()
	require.Equal(t, http.StatusSeeOther, post(office, asked()+"consented", "note", "").Status)
	require.Equal(t, routing.Reported, w.Share(document, "molao").Status)
}

func TestAFileIsAttachedAndTakenOut(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Register(webtest.Registration())
	b := w.In("vanthu.quan")
	var picture bytes.Buffer
	require.NoError(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
	send := func(name, content string) webtest.Answer {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return b.Upload(docDo(document, routing.ActAttach), "file", path, "key", webtest.Request().Key, "replaces", "")
	}
	a := send("ghi-chu.txt", "")
	require.Equal(t, http.StatusUnprocessableEntity, a.Status, a.Text)
	a = send("ghi-chú.exe", "MZ")
	require.Equal(t, http.StatusUnsupportedMediaType, a.Status, a.Text)
	a = send("ảnh <b>.png", picture.String())
	require.Equal(t, http.StatusSeeOther, a.Status, a.Text)
	page := b.Page("/documents/" + string(document))
	require.Contains(t, page, "ảnh &lt;b&gt;.png")
	files, err := w.Store.Attachments(t.Context(), document)
	require.NoError(t, err)
	require.Equal(t, picture.String(), b.Page(fmt.Sprintf("/api/v1/documents/%s/attachments/%x", document, files[0].SHA256)))
	path := fmt.Sprintf("%s?file=%x", docDo(document, routing.ActDetach), files[0].SHA256)
	form := webtest.Hidden(b.Page(path))
	done(t, b.Post(docDo(document, routing.ActDetach), "file", form["file"], "version", form["version"], "reason", "Đính kèm nhầm tệp khác"), document, routing.ActDetach)
	require.Equal(t, http.StatusConflict, w.In("chutich.quan").Get(docDo(document, routing.ActAttach)).Status)
}

func TestARecallIsAnswered(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	_, err := w.Desk.Acknowledge(t.Context(), w.As("vanthu.molao"), w.Share(document, "molao").ID, webtest.Request())
	require.NoError(t, err)
	done(t, post(w.In("chutich.quan"), docDo(document, routing.ActRecall), "reason", "Văn bản đã được thay thế"), document, routing.ActRecall)
	w.Withdraw(document)
	all, err := w.Store.Decisions(t.Context(), document)
	require.NoError(t, err)
	require.Len(t, all, 1)
	b, path := w.In("vanthu.molao"), "/decisions/"+string(all[0].ID)+"/do/recall-answered"
	require.Contains(t, b.Page("/documents/"+string(document)), path)
	require.Contains(t, post(b, path, "reason", "").Text, "hãy chọn một câu trả lời")
	require.Equal(t, http.StatusUnprocessableEntity, post(b, path, "agree", "no", "reason", "").Status)
	done(t, post(b, path, "agree", "yes", "reason", ""), document, routing.ActAnswerRecall)
}

func TestAllThatAreLateAreUrgedAtOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	document := w.Sent()
	require.Equal(t, http.StatusConflict, w.In("chutich.quan").Get(docDo(document, routing.ActRemind)).Status)
	w.Pass(30 * 24 * 3600e9)
	done(t, post(w.In("chutich.quan"), docDo(document, routing.ActRemind)), document, routing.ActRemind)
	require.False(t, w.Share(document, "molao").RemindedAt.IsZero())
}
