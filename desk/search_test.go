package desk_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"congvan/postgres"
	"congvan/routing"
)

// searched are the documents that somebody finds.
func (h *hall) searched(username, text string) (ids []routing.ID) {
	h.Helper()
	page, err := h.desk.Search(h.Context(), h.as(username), postgres.Search{Text: text, Limit: 50, Faceted: true})
	require.NoError(h, err)
	for _, hit := range page.Hits {
		ids = append(ids, hit.Document.ID)
	}
	require.Equal(h, len(ids), page.Counted, "nothing is counted that is not shown")
	for name, facets := range page.Facets {
		for _, f := range facets {
			require.LessOrEqual(h, f.Count, len(ids), name)
		}
	}
	return ids
}

// shown is all that somebody is shown of a document; empty: it does not exist for him.
func (h *hall) shown(username string, id routing.ID) string {
	h.Helper()
	story, err := h.desk.Story(h.Context(), h.as(username), id, 100)
	if routing.FaultOf(err) == routing.NotFound {
		return ""
	}
	require.NoError(h, err)
	events, more, err := h.desk.History(h.Context(), h.as(username), id, math.MaxInt64, 100)
	require.NoError(h, err)
	require.False(h, more)
	all, err := json.Marshal([]any{story, events})
	require.NoError(h, err)
	return string(all)
}

// Whoever finds a document by words is shown these words of it, and by all words
// that he is shown he finds it.
func TestASearchFindsWhatIsShownAndNothingElse_Z05(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	ctx := t.Context()
	words := map[string]routing.ID{}
	say := func(doc routing.Document, word string) string {
		words[word] = doc.ID
		return "Nội dung có chữ " + word + " ở giữa câu"
	}
	doc := h.passedOn()
	h.done(h.attach("vanthu.quan", doc, "kem theo.docx", word(t, say(doc, "chutep")), noKey))
	molao, vanquan, tp := h.share(doc, "molao").ID, h.share(doc, "vanquan").ID, h.share(doc, "tp").ID
	h.done(h.desk.Acknowledge(ctx, h.as("vanthu.molao"), molao, noKey))
	h.done(h.desk.Progress(ctx, h.as("chutich.molao"), molao, say(doc, "chutiendo"), noKey))
	h.done(h.desk.AskExtension(ctx, h.as("chutich.molao"), molao, at("2026-12-01 15:00"), say(doc, "chugiahan"), h.share(doc, "molao").Version, noKey))
	h.done(h.desk.Report(ctx, h.as("chutich.molao"), molao, say(doc, "chubaocao"), noKey))
	h.done(h.desk.SendBack(ctx, h.as("truong.qldt"), molao, say(doc, "chutralai"), h.share(doc, "molao").Version, noKey))
	h.done(h.desk.Return(ctx, h.as("chutich.vanquan"), vanquan, say(doc, "chuchuyentra"), h.share(doc, "vanquan").Version, noKey))
	h.done(h.desk.Acknowledge(ctx, h.as("truong.tp"), tp, noKey))
	h.done(h.desk.Progress(ctx, h.as("truong.tp"), tp, say(doc, "chutuphap"), noKey))
	h.done(h.desk.Remind(ctx, h.as("chutich.quan"), h.share(doc, "qldt").ID, say(doc, "chunhac"), noKey))

	other := h.registered()
	direction := fiveClear(to("nv", routing.Lead), to("phula", routing.Execute))
	direction.Text, direction.Process, direction.Result = say(other, "chuchidao"), say(other, "chuquytrinh"), say(other, "chuketqua")
	h.done(h.desk.DirectDocument(ctx, h.as("chutich.quan"), other.ID, direction, other.Version, noKey))
	h.dispatch(other)
	h.done(h.desk.HoldDocument(ctx, h.as("chutich.quan"), other.ID, routing.OtherHold, say(other, "chutamdung"), h.document(other.ID).Version, noKey))

	gone := h.registered()
	h.done(h.desk.CancelDocument(ctx, h.as("vanthu.quan"), gone.ID, routing.OtherCancel, say(gone, "chuhuy"), gone.Version, noKey))
	event, err := h.desk.Register(ctx, h.as("vanthu.molao"), letter(), noKey)
	require.NoError(t, err)
	own := h.document(event.DocumentID)
	h.done(h.attach("vanthu.molao", own, "rieng.docx", word(t, say(own, "churieng")), noKey))

	found := 0
	for _, username := range []string{"chutich.quan", "pho.vanxa", "chanhvanphong", "vanthu.quan", "thanhtra.quan", "truong.qldt", "chuyenvien.qldt", "truong.tp", "truong.nv",
		"chutich.molao", "vanthu.molao", "canbo.molao", "chutich.vanquan", "vanthu.vanquan", "chutich.phula", "chutich.yennghia"} {
		texts := map[routing.ID]string{}
		for _, d := range []routing.Document{doc, other, gone, own} {
			texts[d.ID] = h.shown(username, d.ID)
		}
		for _, w := range slices.Sorted(maps.Keys(words)) {
			want := strings.Contains(texts[words[w]], w)
			if w == "chutep" || w == "churieng" { // whoever sees a document opens its files
				want = texts[words[w]] != ""
			}
			got := h.searched(username, `"`+w+`"`)
			require.Equal(t, want, slices.Contains(got, words[w]), "%s finds %s", username, w)
			require.Subset(t, []routing.ID{words[w]}, got, "%s, %s", username, w)
			found += len(got)
		}
	}
	require.Greater(t, found, len(words), "the test is blind")
	_, err = h.desk.Search(ctx, h.as("quantri"), postgres.Search{Text: "chutep"})
	require.ErrorIs(t, err, routing.ErrNotAllowed)
	require.Empty(t, h.searched("chutich.vanquan", "chubaocao"), "another ward's report")
	require.Equal(t, []routing.ID{doc.ID}, h.searched("chutich.molao", "chubaocao"))
	require.Empty(t, h.searched("chutich.yennghia", "trật tự đô thị"))
}

// Facets tell nothing that the documents found would not tell.
func TestFacetsTellNothingOfOthers_Z05(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	doc := h.dispatched(leadAndWards...)
	for username, want := range map[string][]string{"chutich.quan": {string(unit("qldt"))}, "truong.qldt": {string(unit("qldt"))}, "chutich.molao": nil, "truong.tp": nil} {
		page, err := h.desk.Search(t.Context(), h.as(username), postgres.Search{Text: "trật tự", Faceted: true})
		require.NoError(t, err)
		require.Len(t, page.Hits, 1, username)
		var units []string
		for _, f := range page.Facets[postgres.FacetUnit] {
			units = append(units, f.Value)
		}
		require.Equal(t, want, units, username)
		page, err = h.desk.Search(t.Context(), h.as(username), postgres.Search{Text: "trật tự", Narrow: postgres.SearchNarrow{Unit: unit("qldt")}})
		require.NoError(t, err)
		require.Len(t, page.Hits, len(want), "%s narrows to who leads", username)
	}
	require.Equal(t, doc.ID, h.searched("chutich.quan", "trat tu")[0])
}

// What is typed finds what was written, however either is spelled.
func TestASearchFoldsWhatIsTyped(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	register := func(subject, number, notation string) {
		in := letter()
		in.Subject, in.CodeNumber, in.CodeNotation = subject, number, notation
		h.done(h.desk.Register(t.Context(), h.as("vanthu.quan"), in, noKey))
	}
	register("Phòng chống hoả hoạn, thuỷ lợi", "4427", "KH-UBND")
	register("Đổi mới hòa giải ở cơ sở, thủy sản", "015", "QĐ-UBND")
	for typed, want := range map[string]string{
		"hoa hoan": "Phòng", "hỏa hoạn": "Phòng", "HOẢ HOẠN": "Phòng", "thủy lợi": "Phòng", "thuỷ sản": "Đổi", "hoà giải": "Đổi", "doi moi": "Đổi", "ĐỔI": "Đổi", "ho\u0061\u0309 hoạn": "Phòng",
		"ho\u200bả hoạn": "Phòng", "4427": "Phòng", "442": "Phòng", "4427/kh": "Phòng", "kh-ubnd": "Phòng", "KH-UB": "Phòng", "15/QĐ": "Đổi", "015/qd-ubnd": "Đổi", "0015": "Đổi",
		"số 1/2026": "Phòng", "số đến 2": "Đổi", "so 2": "Đổi", "2/2026": "Đổi", "“hoà giải”": "Đổi",
	} {
		page, err := h.desk.Search(t.Context(), h.as("chutich.quan"), postgres.Search{Text: typed})
		require.NoError(t, err)
		require.NotEmpty(t, page.Hits, typed)
		require.True(t, slices.ContainsFunc(page.Hits, func(hit postgres.SearchHit) bool { return strings.HasPrefix(hit.Document.Subject, want) }), typed)
		if len(page.Hits) != 1 {
			require.Contains(t, []string{"442", "so 2"}, typed, "finds too much")
		}
	}
	for _, typed := range []string{"", "  ", "///", "'; DROP TABLE documents; --", "hoan hoa giai", `"hoan hoa"`, "số 3/2026", "1/2025", "99999999999999999999/2026"} {
		require.Empty(t, h.searched("chutich.quan", typed), typed)
	}
	_, err := h.desk.Search(t.Context(), h.as("chutich.quan"), postgres.Search{Text: strings.Repeat("ạ", 201)})
	require.ErrorIs(t, err, routing.ErrField)
	_, err = h.desk.Search(t.Context(), h.as("chutich.quan"), postgres.Search{Text: "a", After: "x"})
	require.ErrorIs(t, err, routing.ErrField)
}

// A page follows the other without a gap, and each kind narrows.
func TestASearchPageByPage(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	for i := range 7 {
		in := letter()
		in.Subject, in.TypeName = fmt.Sprintf("Rà soát lần %d", i), []string{"Công văn", "Kế hoạch"}[i%2]
		h.done(h.desk.Register(t.Context(), h.as("vanthu.quan"), in, noKey))
	}
	var seen []string
	for after := routing.ID(""); ; {
		page, err := h.desk.Search(t.Context(), h.as("chutich.quan"), postgres.Search{Text: "rà soát", After: after, Limit: 3, Faceted: true})
		require.NoError(t, err)
		for _, hit := range page.Hits {
			seen = append(seen, hit.Document.Subject[len(hit.Document.Subject)-1:])
		}
		if after == "" {
			require.Equal(t, []postgres.Facet{{Value: "Công văn", Count: 4}, {Value: "Kế hoạch", Count: 3}}, page.Facets[postgres.FacetType])
			require.Equal(t, 7, page.Counted)
			require.False(t, page.Capped)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	require.Equal(t, "6543210", strings.Join(seen, ""))
	page, err := h.desk.Search(t.Context(), h.as("chutich.quan"), postgres.Search{Text: "rà soát", Narrow: postgres.SearchNarrow{TypeName: "Kế hoạch", Year: 2026, Status: routing.Registered}})
	require.NoError(t, err)
	require.Len(t, page.Hits, 3)
	require.Equal(t, []postgres.Piece{{Text: "Rà soát", Marked: true}, {Text: " lần 5"}}, page.Hits[0].Subject)
}
