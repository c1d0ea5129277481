package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"

	ics "github.com/arran4/golang-ical"
	"github.com/gorilla/mux"
)

// ListDeadlineFeeds lists one's own feeds.
func (s *server) ListDeadlineFeeds(ctx context.Context, _ contract.ListDeadlineFeedsRequestObject) (contract.ListDeadlineFeedsResponseObject, error) {
	found, err := s.Desk.Feeds(ctx, gate.CallOf(ctx).Actor)
	return contract.ListDeadlineFeeds200JSONResponse{Items: answers(found, feedAnswer)}, err
}

// MakeDeadlineFeed makes a feed and shows its address, once.
func (s *server) MakeDeadlineFeed(ctx context.Context, in contract.MakeDeadlineFeedRequestObject) (contract.MakeDeadlineFeedResponseObject, error) {
	c := gate.CallOf(ctx)
	made, secret, err := s.Desk.MakeFeed(ctx, c.Actor, in.Body.Subjects, c.Request)
	answer := contract.MakeDeadlineFeed201JSONResponse{Feed: feedAnswer(made)}
	if secret != "" {
		answer.Address = strings.TrimRight(s.pages, "/") + routing.FeedAddress(secret)
	}
	return answer, err
}

// RevokeDeadlineFeed ends a feed.
func (s *server) RevokeDeadlineFeed(ctx context.Context, in contract.RevokeDeadlineFeedRequestObject) (contract.RevokeDeadlineFeedResponseObject, error) {
	ended, err := s.Desk.RevokeFeed(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
	return contract.RevokeDeadlineFeed200JSONResponse(feedAnswer(ended)), err
}

func feedAnswer(f routing.DeadlineFeed) contract.DeadlineFeed {
	return contract.DeadlineFeed{ID: string(f.ID), Subjects: f.Subjects, Good: f.Good, CreatedAt: utc(f.CreatedAt), LastUsedAt: utc(f.LastUsedAt), RevokedAt: utc(f.RevokedAt)}
}

const feedPath = routing.FeedPath + "{secret}.ics"

type feedKey struct{}

// byFeed is the gate of feeds: who asks is known by the address alone. What opens
// nothing is answered as what never was, after the same look into the record.
func (s *server) byFeed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), actTimeout)
		defer cancel()
		feed, err := s.Desk.FeedOf(ctx, mux.Vars(r)["secret"])
		if err != nil {
			s.Refuse(w, r, err)
			return
		}
		gate.CallOf(ctx).Actor = feed.Actor
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, feedKey{}, &feed)))
	})
}

// getFeed answers a calendar program.
func (s *server) getFeed(w http.ResponseWriter, r *http.Request) {
	feed := r.Context().Value(feedKey{}).(*desk.Feed)
	if err := s.Desk.FillFeed(r.Context(), feed); err != nil {
		s.Refuse(w, r, err)
		return
	}
	var text bytes.Buffer
	if err := calendarOf(feed, s.pages).SerializeTo(&text, ics.WithNewLineWindows); err != nil {
		s.Refuse(w, r, err)
		return
	}
	sum := sha256.Sum256(text.Bytes())
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	h := w.Header()
	h.Set("Cache-Control", "private")
	h.Set("ETag", tag)
	if strings.TrimPrefix(r.Header.Get("If-None-Match"), "W/") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="han-xu-ly.ics"`)
	_, _ = w.Write(text.Bytes())
}

// dueWords say what a deadline waits for.
var dueWords = map[routing.DeadlineKind]string{
	routing.AwaitDirection: "Cho ý kiến chỉ đạo", routing.AwaitReceipt: "Xác nhận đã nhận", routing.AwaitReport: "Báo cáo kết quả", routing.AwaitApproval: "Duyệt báo cáo",
	routing.AwaitNotice: "Báo nơi gửi đã nhận", routing.AwaitPresenting: "Trình lãnh đạo", routing.AwaitReturn: "Xử lý văn bản bị chuyển trả", routing.AwaitDecision: "Quyết định việc được hỏi",
}

// calendarOf are deadlines as a calendar (RFC 5545): an instant in UTC for each. The
// same deadline has the same UID as long as it waits; a later date is an update of it.
func calendarOf(feed *desk.Feed, pages string) *ics.Calendar {
	c := ics.NewCalendar()
	c.SetProductId("-//Cong Van//Han xu ly//VI")
	c.SetCalscale("GREGORIAN")
	c.SetXWRCalName("Hạn xử lý văn bản")
	c.SetXWRTimezone("Asia/Ho_Chi_Minh")
	c.SetRefreshInterval("PT1H")
	c.SetXPublishedTTL("PT1H")
	for _, d := range feed.Deadlines {
		e := c.AddEvent(fmt.Sprintf("%s-%s@congvan", d.Subject, d.Kind))
		e.SetDtStampTime(d.Since)
		e.SetStartAt(d.Due)
		words := dueWords[d.Kind] + " · " + d.Document.Title()
		if d.Document.Subject != "" {
			words += " · " + d.Document.Subject
		}
		e.SetSummary(line(words))
		e.SetURL(strings.TrimRight(pages, "/") + "/documents/" + string(d.Document.ID))
		e.SetTimeTransparency(ics.TransparencyTransparent)
		e.SetClass(ics.ClassificationPrivate)
	}
	return c
}

// line is a text without what would end a line or is no text: RFC 5545 knows neither.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}
