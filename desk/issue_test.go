package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"congvan/desk"
	"congvan/postgres"
	"congvan/routing"
)

// issuing is a plan that the district issues to an office and a ward.
func issuing() routing.Issuing {
	return routing.Issuing{CodeNotation: "KH-UBND", TypeName: "Kế hoạch", Subject: "Chỉnh trang trật tự đô thị", SignerTitle: "Chủ tịch UBND quận",
		DrafterUnitID: unit("qldt"), Urgency: routing.Normal, Copies: 5, Pages: 3, Secrecy: routing.NoSecret,
		Recipients: []routing.Place{{Class: routing.PlaceExecute, UnitID: unit("molao")}, {Class: routing.PlaceReport, Name: "UBND thành phố Hà Nội"},
			{Class: routing.PlaceKeep, Name: "VT, QLĐT"}}}
}

func (h *hall) issue(username string, in routing.Issuing, req routing.Request) (routing.Outgoing, error) {
	h.Helper()
	return h.desk.IssueOutgoing(h.Context(), h.as(username), in, req)
}

func (h *hall) issued(username string, in routing.Issuing) routing.Outgoing {
	h.Helper()
	o, err := h.issue(username, in, noKey)
	require.NoError(h, err)
	return o
}

func TestIssueGivesTheNextNumber_ND30_Dieu15(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	h.registered()
	in := issuing()
	in.Subject, in.Note, in.ReplyBy, in.SignerName = `'; DROP TABLE outgoing; -- ?0 ?id "x" 😀 {}`, "Gửi kèm phụ lục", "2026-12-01", ""
	o := h.issued("vanthu.quan", in)
	require.Equal(t, 1, o.Number, "a series of its own beside the incoming documents")
	require.Equal(t, "01/KH-UBND", o.Code())
	in.IssuedOn, in.Language, in.Drafter = "2026-11-23", "Tiếng Việt", "Phòng Quản lý đô thị"
	in.Recipients[0].Name = o.Recipients[0].Name
	require.Contains(t, o.Recipients[0].Name, "Mộ Lao", "what it is called today")
	require.Equal(t, in, func() routing.Issuing { o.Answers = nil; return o.Issuing }())
	notice := issuing()
	notice.TypeName, notice.CodeNotation = "Thông báo", "TB-UBND"
	require.Equal(t, 2, h.issued("vanthu.quan", notice).Number, "one series for all types")
	require.Equal(t, 1, h.issued("vanthu.molao", issuing()).Number, "each unit has a book of its own")
	require.Equal(t, 3, h.count(`journal WHERE kind = 'outgoing-issued' AND subject_kind = 'outgoing' AND (details->>'year')::int = 2026`))
	require.Equal(t, 1, h.count(`journal WHERE kind = 'outgoing-issued' AND subject_id = ? AND (details->>'number')::int = 1`, o.ID))
	require.Zero(t, h.count(`journal WHERE details::text LIKE '%DROP%' OR details::text LIKE '%Gửi kèm%'`), "the journal has no word of a document")
}

func TestIssueRefuses_M01(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.registered()
	before := h.everything()
	for name, c := range map[string]struct {
		by    string
		spoil func(*routing.Issuing)
		want  *routing.Error
	}{
		"a leader":             {"chutich.quan", func(*routing.Issuing) {}, routing.ErrNotAllowed},
		"an officer":           {"canbo.molao", func(*routing.Issuing) {}, routing.ErrNotAllowed},
		"an admin":             {"quantri", func(*routing.Issuing) {}, routing.ErrNotAllowed},
		"no subject":           {"vanthu.quan", func(i *routing.Issuing) { i.Subject = "" }, routing.ErrField},
		"no signer":            {"vanthu.quan", func(i *routing.Issuing) { i.SignerTitle = " " }, routing.ErrField},
		"no drafter":           {"vanthu.quan", func(i *routing.Issuing) { i.DrafterUnitID = "" }, routing.ErrField},
		"no recipient":         {"vanthu.quan", func(i *routing.Issuing) { i.Recipients = i.Recipients[2:] }, routing.ErrField},
		"a recipient twice":    {"vanthu.quan", func(i *routing.Issuing) { i.Recipients = append(i.Recipients, i.Recipients[0]) }, routing.ErrField},
		"an unknown class":     {"vanthu.quan", func(i *routing.Issuing) { i.Recipients[0].Class = "lead" }, routing.ErrField},
		"another type's code":  {"vanthu.quan", func(i *routing.Issuing) { i.CodeNotation = "QĐ-UBND" }, routing.ErrField},
		"CV for công văn":      {"vanthu.quan", func(i *routing.Issuing) { i.TypeName, i.CodeNotation = "Công văn", "CV-UBND" }, routing.ErrField},
		"a space in the code":  {"vanthu.quan", func(i *routing.Issuing) { i.CodeNotation = "KH- UBND" }, routing.ErrField},
		"dated tomorrow":       {"vanthu.quan", func(i *routing.Issuing) { i.IssuedOn = "2026-11-24" }, routing.ErrField},
		"dated last year":      {"vanthu.quan", func(i *routing.Issuing) { i.IssuedOn = "2025-12-31" }, routing.ErrField},
		"a thousand pages":     {"vanthu.quan", func(i *routing.Issuing) { i.Pages = 1000 }, routing.ErrField},
		"less than no copies":  {"vanthu.quan", func(i *routing.Issuing) { i.Copies = -1 }, routing.ErrField},
		"an unknown urgency":   {"vanthu.quan", func(i *routing.Issuing) { i.Urgency = "x" }, routing.ErrField},
		"a NUL":                {"vanthu.quan", func(i *routing.Issuing) { i.Note = "a\x00b" }, routing.ErrField},
		"a unit that is none":  {"vanthu.quan", func(i *routing.Issuing) { i.Recipients[0].UnitID = postgres.NewID() }, routing.ErrUnit},
		"a drafter of nowhere": {"vanthu.quan", func(i *routing.Issuing) { i.DrafterUnitID = "'; --" }, routing.ErrUnit},
		"a reply to nothing":   {"vanthu.quan", func(i *routing.Issuing) { i.Answers = []routing.ID{postgres.NewID()} }, routing.ErrNotInBook},
		"a reply to no id":     {"vanthu.quan", func(i *routing.Issuing) { i.Answers = []routing.ID{"x"} }, routing.ErrNotInBook},
		"another's document":   {"vanthu.molao", func(i *routing.Issuing) { i.Answers = []routing.ID{doc.ID} }, routing.ErrNotInBook},
		"a state secret":       {"vanthu.quan", func(i *routing.Issuing) { i.Secrecy = "Tối mật" }, routing.ErrStateSecret},
		"nothing declared":     {"vanthu.quan", func(i *routing.Issuing) { i.Secrecy = "" }, routing.ErrField},
		"a marked subject":     {"vanthu.quan", func(i *routing.Issuing) { i.Subject = "CANARY-7f3a\nMẬT" }, routing.ErrStateSecret},
		"a marked recipient":   {"vanthu.quan", func(i *routing.Issuing) { i.Recipients[1].Name = "Độ mật: Tối mật" }, routing.ErrStateSecret},
		"a marked note":        {"vanthu.quan", func(i *routing.Issuing) { i.Note = "[TUYỆT MẬT]" }, routing.ErrStateSecret},
		"a secret, nobody":     {"quantri", func(i *routing.Issuing) { i.Secrecy = "mật" }, routing.ErrStateSecret},
	} {
		in := issuing()
		c.spoil(&in)
		_, err := h.issue(c.by, in, key(name))
		refused(t, err, c.want)
	}
	require.Equal(t, before, h.everything(), "nothing is written of what is refused")
	require.Equal(t, 1, h.issued("vanthu.quan", issuing()).Number, "and no number is spent")
}

// 64 clerks at one book, among them some who cancel: 1 to N, each once.
func TestNumbersOfTheOutgoingBookAreConsecutive_ND30_Dieu15(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerks := []routing.Actor{h.as("vanthu.quan"), h.as("vanthu.molao")}
	const people, each = 64, 5
	var all errgroup.Group
	for n := range people {
		all.Go(func() error {
			for i := range each {
				clerk, in := clerks[n%2], issuing()
				if i == 2 {
					in.Subject = "" // refused, spends nothing
				}
				o, err := h.desk.IssueOutgoing(t.Context(), clerk, in, key(fmt.Sprintf("%d/%d", n, i)))
				switch {
				case i == 2 && routing.FaultOf(err) == routing.Invalid:
					continue
				case err != nil:
					return err
				}
				if i == 3 {
					if _, err := h.desk.CancelOutgoing(t.Context(), clerk, o.ID, because, o.Version, noKey); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	require.NoError(t, all.Wait())
	for _, clerk := range clerks {
		var numbers []int
		require.NoError(t, h.store.DB().NewRaw(`SELECT number FROM outgoing WHERE unit_id = ? ORDER BY number`, clerk.UnitID).Scan(t.Context(), &numbers))
		require.Len(t, numbers, people/2*(each-1))
		for i, n := range numbers {
			require.Equal(t, i+1, n)
		}
	}
	require.Equal(t, people, h.count(`outgoing WHERE status = 'cancelled' AND cancel_reason = ?`, because))
	require.Equal(t, people*(each-1), h.count(`outgoing o JOIN journal j ON j.subject_id = o.id::text AND j.kind = 'outgoing-issued' AND (j.details->>'number')::int = o.number`))
}

// 31/12, 17:00 UTC is New Year in Vietnam: number 01 of another book.
func TestTheYearOfTheOutgoingBookIsVietnamese_ND30_Dieu15(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for _, c := range []struct {
		at           string
		year, number int
		day          string
	}{{"2026-12-31 23:58", 2026, 1, "2026-12-31"}, {"2026-12-31 23:59", 2026, 2, "2026-12-31"}, {"2027-01-01 00:00", 2027, 1, "2027-01-01"}, {"2027-01-01 07:00", 2027, 2, "2027-01-01"}} {
		h.waitUntil(c.at)
		o := h.issued("vanthu.quan", issuing())
		require.Equal(t, []any{c.year, c.number, c.day}, []any{o.BookYear, o.Number, o.IssuedOn}, c.at)
	}
	in := issuing()
	in.IssuedOn = "2026-12-31"
	_, err := h.issue("vanthu.quan", in, noKey)
	refused(t, err, routing.ErrField)
}

func TestTheSameIssueHasTheSameAnswer_F50(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerk, answers := h.as("vanthu.quan"), make([]routing.Outgoing, 50)
	var all errgroup.Group
	for i := range answers {
		all.Go(func() (err error) {
			answers[i], err = h.desk.IssueOutgoing(t.Context(), clerk, issuing(), key("k", "content"))
			return err
		})
	}
	require.NoError(t, all.Wait())
	for _, o := range answers {
		require.Equal(t, answers[0], o)
	}
	require.Equal(t, 1, h.count("outgoing"))
	h.wait(time.Hour)
	again, err := h.issue("vanthu.quan", issuing(), key("k", "content"))
	require.NoError(t, err)
	require.Equal(t, answers[0], again)
	_, err = h.issue("vanthu.quan", issuing(), key("k", "other"))
	refused(t, err, routing.ErrReused)
	require.Equal(t, 2, h.issued("vanthu.quan", issuing()).Number, "49 spent no number")

	for range 2 {
		gone, err := h.desk.CancelOutgoing(t.Context(), clerk, again.ID, because, 1, key("c"))
		require.NoError(t, err)
		require.Equal(t, routing.OutgoingCancelled, gone.Status)
	}
	_, err = h.desk.CancelOutgoing(t.Context(), clerk, again.ID, because, 1, key("k", "content"))
	refused(t, err, routing.ErrReused)
	require.Equal(t, 1, h.count(`journal WHERE kind = 'outgoing-cancelled'`))
}

func TestACancelledNumberStaysInTheBook_ND30_Dieu15(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	o := h.issued("vanthu.quan", issuing())
	before := h.everything()
	for name, c := range map[string]struct {
		by, reason string
		version    int
		want       *routing.Error
	}{
		"no reason":     {"vanthu.quan", "nhầm", 1, routing.ErrReason},
		"a secret":      {"vanthu.quan", "Độ mật: Tối mật", 1, routing.ErrStateSecret},
		"an older look": {"vanthu.quan", because, 7, routing.ErrStale},
		"a leader":      {"chutich.quan", because, 1, routing.ErrNotAllowed},
		"the office":    {"chanhvanphong", because, 1, routing.ErrNotAllowed},
		"another unit":  {"vanthu.molao", because, 1, routing.ErrNotFound},
	} {
		_, err := h.desk.CancelOutgoing(t.Context(), h.as(c.by), o.ID, c.reason, c.version, key(name))
		require.ErrorIs(t, err, c.want, name)
	}
	require.Equal(t, before, h.everything())
	gone, err := h.desk.CancelOutgoing(t.Context(), h.as("vanthu.quan"), o.ID, because, 1, noKey)
	require.NoError(t, err)
	require.Equal(t, []any{routing.OutgoingCancelled, because, 2, h.now().UTC(), 1}, []any{gone.Status, gone.CancelReason, gone.Version, gone.CancelledAt, gone.Number})
	_, err = h.desk.CancelOutgoing(t.Context(), h.as("vanthu.quan"), o.ID, because, 0, noKey)
	refused(t, err, routing.ErrTransition)
	require.Equal(t, 2, h.issued("vanthu.quan", issuing()).Number)
	list, err := h.desk.FindOutgoing(t.Context(), h.as("vanthu.quan"), desk.OutgoingQuery{})
	require.NoError(t, err)
	require.Len(t, list, 2)
}

// What a ward replies to is what it received, under its own số đến.
func TestRepliesStandBesideTheIncomingDocument_ND30_PhulucIV(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	in := issuing()
	in.TypeName, in.CodeNotation, in.Answers = "Báo cáo", "BC-UBND", []routing.ID{doc.ID, doc.ID}
	_, err := h.issue("vanthu.molao", in, noKey)
	refused(t, err, routing.ErrNotInBook) // it has no số đến yet
	h.received(doc, "molao")
	o := h.issued("vanthu.molao", in)
	require.Equal(t, []routing.ID{doc.ID}, o.Answers)
	id, err := h.desk.InBook(t.Context(), h.as("vanthu.molao"), 2026, 1)
	require.NoError(t, err)
	require.Equal(t, doc.ID, id)
	_, err = h.desk.InBook(t.Context(), h.as("vanthu.molao"), 2026, 2)
	refused(t, err, routing.ErrNotInBook)

	for who, want := range map[string]int{"vanthu.molao": 1, "canbo.molao": 1, "vanthu.quan": 0, "vanthu.vanquan": 0, "chutich.quan": 0} {
		found, err := h.desk.Replies(t.Context(), h.as(who), []routing.ID{doc.ID})
		require.NoError(t, err)
		require.Len(t, found[doc.ID], want, who)
	}
	view, err := h.desk.ShowOutgoing(t.Context(), h.as("canbo.molao"), o.ID)
	require.NoError(t, err)
	require.Equal(t, []postgres.Answered{{ID: doc.ID, Year: 2026, Number: 1, Subject: doc.Subject}}, view.Replied)
	require.Equal(t, 1, h.count(`journal WHERE kind = 'viewed' AND subject_kind = 'outgoing'`))
	_, err = h.desk.CancelOutgoing(t.Context(), h.as("vanthu.molao"), o.ID, because, 1, noKey)
	require.NoError(t, err)
	found, err := h.desk.Replies(t.Context(), h.as("vanthu.molao"), []routing.ID{doc.ID})
	require.NoError(t, err)
	require.Empty(t, found, "what was cancelled replies to nothing")
}

func TestWhoSeesTheOutgoingBook(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	o := h.issued("vanthu.quan", issuing())
	for who, want := range map[string]*routing.Error{
		"vanthu.quan": nil, "chutich.quan": nil, "pho.dothi": nil, "chanhvanphong": nil,
		"truong.qldt": routing.ErrNotFound, "vanthu.molao": routing.ErrNotFound, "chutich.molao": routing.ErrNotFound, "quantri": routing.ErrNotFound,
	} {
		_, err := h.desk.ShowOutgoing(t.Context(), h.as(who), o.ID)
		list, listErr := h.desk.FindOutgoing(t.Context(), h.as(who), desk.OutgoingQuery{Unit: unit("quan")})
		if want == nil {
			require.NoError(t, err, who)
			require.NoError(t, listErr, who)
			require.Len(t, list, 1, who)
			continue
		}
		refused(t, err, want)
		require.Error(t, listErr, who)
	}
	_, err := h.desk.FindOutgoing(t.Context(), h.as("quantri"), desk.OutgoingQuery{})
	refused(t, err, routing.ErrNotAllowed)
	_, err = h.desk.ExportOutgoing(t.Context(), h.as("canbo.molao"), postgres.OutgoingFind{}, 10, nil)
	refused(t, err, routing.ErrNotAllowed)
}

func TestFindingOutgoingDocuments(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	clerk := h.as("vanthu.quan")
	for i, c := range []struct{ kind, notation, subject, signer, day string }{
		{"Kế hoạch", "KH-UBND", "Chỉnh trang trật tự đô thị", "Chủ tịch UBND quận", "2026-11-02"},
		{"Quyết định", "QĐ-UBND", "Thành lập tổ công tác", "Phó Chủ tịch UBND quận", "2026-11-10"},
		{"Công văn", "UBND-VP", "Đôn đốc báo cáo trật tự đô thị", "Chánh Văn phòng", "2026-11-20"},
	} {
		in := issuing()
		in.TypeName, in.CodeNotation, in.Subject, in.SignerTitle, in.IssuedOn = c.kind, c.notation, c.subject, c.signer, c.day
		if i == 1 {
			in.DrafterUnitID, in.Drafter = "", "Văn phòng HĐND và UBND"
		}
		h.issued("vanthu.quan", in)
	}
	for name, c := range map[string]struct {
		find postgres.OutgoingFind
		want []int
	}{
		"all":           {postgres.OutgoingFind{}, []int{3, 2, 1}},
		"words":         {postgres.OutgoingFind{Text: "trat tu DO THI"}, []int{3, 1}},
		"a number":      {postgres.OutgoingFind{Text: "02/QĐ"}, []int{2}},
		"a type":        {postgres.OutgoingFind{TypeName: "Công văn"}, []int{3}},
		"a signer":      {postgres.OutgoingFind{Signer: "phó chủ tịch"}, []int{2}},
		"a drafter":     {postgres.OutgoingFind{Drafter: "quan ly do thi"}, []int{3, 1}},
		"days":          {postgres.OutgoingFind{From: "2026-11-02", To: "2026-11-10"}, []int{2, 1}},
		"another year":  {postgres.OutgoingFind{Year: 2025}, nil},
		"cancelled":     {postgres.OutgoingFind{Status: routing.OutgoingCancelled}, nil},
		"both":          {postgres.OutgoingFind{Text: "đô thị", Signer: "chánh"}, []int{3}},
		"no SQL":        {postgres.OutgoingFind{Text: `' OR 1=1 --`}, nil},
		"nothing typed": {postgres.OutgoingFind{Text: "!!!"}, []int{3, 2, 1}},
	} {
		list, err := h.desk.FindOutgoing(t.Context(), clerk, desk.OutgoingQuery{Find: c.find})
		require.NoError(t, err, name)
		var got []int
		for _, o := range list {
			got = append(got, o.Number)
		}
		require.Equal(t, c.want, got, name)
		n, err := h.desk.CountOutgoing(t.Context(), clerk, desk.OutgoingQuery{Find: c.find})
		require.NoError(t, err, name)
		require.Equal(t, len(c.want), n, name)
	}
	for _, up := range []bool{false, true} {
		var got []int
		for after := (postgres.OutgoingPlace{}); ; {
			list, err := h.desk.FindOutgoing(t.Context(), clerk, desk.OutgoingQuery{Ascending: up, After: after, Limit: 2})
			require.NoError(t, err)
			if len(list) == 0 {
				break
			}
			for _, o := range list {
				got = append(got, o.Number)
			}
			after = postgres.PlaceOf(list[len(list)-1])
		}
		require.Len(t, got, 3)
		require.Equal(t, up, got[0] == 1, strings.Trim(fmt.Sprint(got), "[]"))
	}
	n, err := h.desk.Numbering(t.Context(), clerk)
	require.NoError(t, err)
	require.Equal(t, []any{4, 2026}, []any{n.Number, n.Year})
	require.Equal(t, "Phòng Quản lý đô thị", n.Drafters[0])
}
