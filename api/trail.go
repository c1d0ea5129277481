package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"congvan/api/internal/contract"
	"congvan/calendar"
	"congvan/desk"
	"congvan/gate"
	"congvan/postgres"
	"congvan/routing"
	"congvan/sheets"
)

// ListTrail shows what happened.
func (s *server) ListTrail(ctx context.Context, in contract.ListTrailRequestObject) (contract.ListTrailResponseObject, error) {
	p := in.Params
	q, err := trailQuery(p.Document, p.Account, p.Unit, p.From, p.To, p.Kind, string(p.Outcome))
	if err != nil {
		return nil, err
	}
	after, err := readTrailCursor(p.Cursor)
	if err != nil {
		return nil, err
	}
	lines, next, err := s.Desk.Trail(ctx, gate.CallOf(ctx).Actor, q, after, limitOf(p.Limit))
	if err != nil {
		return nil, err
	}
	units, err := s.units.today(ctx)
	return contract.ListTrail200JSONResponse{Items: answers(lines, units.trailAnswer), NextCursor: writeTrailCursor(next)}, err
}

func trailQuery(document, account, unit, from, to, kinds, outcome string) (q desk.TrailQuery, err error) {
	q = desk.TrailQuery{Document: routing.ID(document), Account: routing.ID(account), Unit: routing.ID(unit), Outcome: routing.Outcome(outcome)}
	if from != "" {
		day, err := calendar.Parse(from)
		if err != nil {
			return q, badField("from", "không phải ngày có thật")
		}
		q.From = day.Begins().UTC()
	}
	if to != "" {
		day, err := calendar.Parse(to)
		if err != nil {
			return q, badField("to", "không phải ngày có thật")
		}
		q.To = day.Plus(1).Begins().UTC()
	}
	if kinds != "" {
		q.Kinds = strings.Split(kinds, ",")
	}
	return q, nil
}

const trailCursor = "t"

func writeTrailCursor(at postgres.TrailPlace) string {
	if at.At.IsZero() {
		return ""
	}
	return writeCursor(trailCursor, strconv.FormatInt(at.At.UnixMicro(), 10), strconv.FormatBool(at.Entry), strconv.FormatInt(at.ID, 10))
}

func readTrailCursor(cursor string) (at postgres.TrailPlace, err error) {
	if cursor == "" {
		return at, nil
	}
	parts, err := readCursor(cursor, trailCursor, 3)
	if err != nil {
		return at, err
	}
	micros, err1 := strconv.ParseInt(parts[0], 10, 64)
	entry, err2 := strconv.ParseBool(parts[1])
	id, err3 := strconv.ParseInt(parts[2], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || micros < 0 || micros > lastInstant.UnixMicro() {
		return at, errCursor
	}
	return postgres.TrailPlace{At: time.UnixMicro(micros).UTC(), Entry: entry, ID: id}, nil
}

func (n names) trailAnswer(l postgres.TrailLine) contract.TrailLine {
	if !l.Place.Entry {
		e := l.Event
		return contract.TrailLine{
			At: e.At, Kind: string(e.Kind), Outcome: contract.TrailLineOutcome(routing.OutcomeDone), EventID: e.ID, Username: l.Username,
			Unit: n.unit(e.UnitID), ActorUnit: n.unit(e.ActorUnitID), DocumentID: string(e.DocumentID), Document: l.Title,
			AssignmentID: string(e.AssignmentID), Details: e.Details,
		}
	}
	e := l.Entry
	return contract.TrailLine{
		At: e.At, Kind: string(e.Kind), Outcome: contract.TrailLineOutcome(e.Outcome), Code: e.Code, EntryID: e.ID, Username: l.Username,
		Unit: n.unit(e.UnitID), ActorUnit: n.unit(e.ActorUnitID), PositionID: string(e.PositionID), SubjectKind: string(e.Subject.Kind),
		SubjectID: e.Subject.ID, Details: e.Details, Face: e.Origin.Face, Network: e.Origin.Network, RequestID: e.Origin.Request,
	}
}

// exportTimeout is how long a trail may be on its way out.
const exportTimeout = 5 * time.Minute

// exportTrail sends a trail as a file. It is written by hand because the file
// is longer than what is kept in memory.
func (s *server) exportTrail(w http.ResponseWriter, r *http.Request) {
	in := r.URL.Query()
	q, err := trailQuery(in.Get("document"), in.Get("account"), in.Get("unit"), in.Get("from"), in.Get("to"), in.Get("kind"), in.Get("outcome"))
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	units, err := s.units.today(r.Context())
	if err != nil {
		s.Refuse(w, r, err)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), exportTimeout)
	defer cancel()
	file := &trailFile{w: w, names: units, format: in.Get("format")}
	more, err := s.Desk.ExportTrail(ctx, gate.CallOf(r.Context()).Actor, q, func(l postgres.TrailLine) error {
		if err := r.Context().Err(); err != nil && file.table != nil {
			return err // nobody listens any more
		}
		return file.add(l)
	})
	switch {
	case err != nil && file.table == nil:
		s.Refuse(w, r, err)
	case err != nil:
		panic(http.ErrAbortHandler) // half a file is out: it must not look whole
	default:
		if err := file.end(more); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}

// trailFile is a trail on its way out: it begins with its first line.
type trailFile struct {
	w      http.ResponseWriter
	names  names
	format string
	table  sheets.Table
}

func (f *trailFile) begin() (err error) {
	gate.AllowFileTime(f.w)
	h, name := f.w.Header(), "nhat-ky."+f.format
	if f.format == "xlsx" {
		h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		h.Set("Content-Disposition", disposition(name))
		f.table, err = sheets.Excel(f.w, "Nhật ký")
	} else {
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", disposition("nhat-ky.csv"))
		f.table, err = sheets.CSV(f.w)
	}
	if err != nil {
		return err
	}
	return f.table.Row("Thời điểm", "Việc", "Kết quả", "Mã từ chối", "Tài khoản", "Đơn vị thực hiện", "Đơn vị liên quan",
		"Văn bản", "Đối tượng", "Mã đối tượng", "Nội dung", "Nơi truy cập", "Mã yêu cầu")
}

func (f *trailFile) add(l postgres.TrailLine) error {
	if f.table == nil {
		if err := f.begin(); err != nil {
			return err
		}
	}
	x := f.names.trailAnswer(l)
	details := ""
	if len(x.Details) > 0 {
		text, err := json.Marshal(x.Details)
		if err != nil {
			return err
		}
		details = string(text)
	}
	subject, id := x.SubjectKind, x.SubjectID
	if !l.Place.Entry {
		subject, id = string(routing.SubjectDocument), x.DocumentID
	}
	return f.table.Row(x.At.In(calendar.Location).Format("02/01/2006 15:04:05"), x.Kind, string(x.Outcome), x.Code, x.Username, x.ActorUnit.Name, x.Unit.Name,
		x.Document, subject, id, details, strings.TrimSpace(x.Face+" "+x.Network), x.RequestID)
}

func (f *trailFile) end(more bool) error {
	if f.table == nil {
		if err := f.begin(); err != nil {
			return err
		}
	}
	if more {
		if err := f.table.Row("Còn nữa: tệp chỉ có " + strconv.Itoa(desk.TrailExportLimit) + " dòng đầu; hãy thu hẹp khoảng thời gian."); err != nil {
			return err
		}
	}
	return f.table.Close()
}
