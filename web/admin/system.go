package admin

import (
	"context"
	"time"

	"congvan/desk"
	"congvan/web/ui"
	"congvan/web/visit"
)

const navSystem = "/admin/system"

// engineTimeout is how long the page waits for an engine that is down.
const engineTimeout = 2 * time.Second

// part is one part of the system: how it stands, in a colour and in words, and what
// to do about it.
type part struct {
	Name  string
	Light string // good, soon, bad, none
	State string // in Vietnamese, with Args
	Args  []any
	Do    string // in Vietnamese; empty: nothing
}

// measured is what the page was told.
type measured struct {
	Health                   desk.Health
	Engine                   visit.EngineState
	HasEngine, EngineAnswers bool
	Space                    visit.Space
	HasSpace                 bool
	Backup                   time.Time // zero: none is known
	HasBackup                bool      // somebody says when it was made
	Now                      time.Time
	Version                  string
}

func showSystem(v *visit.Visit) error {
	m := measured{Now: v.Now(), Version: v.Settings().Version}
	var err error
	if m.Health, err = v.Desk().Health(v.Context(), v.Actor); err != nil {
		return err
	}
	s := v.Settings()
	m.HasEngine = s.Engine != nil
	if m.HasEngine {
		m.Engine, m.EngineAnswers = askEngine(v.Context(), s.Engine)
	}
	if s.Storage != nil {
		m.Space, err = s.Storage()
		m.HasSpace = err == nil && m.Space.Total > 0
	}
	if s.Backup != nil {
		m.HasBackup = true
		m.Backup, _ = s.Backup() // one that cannot be read was never made
	}
	return v.Show(ui.Page{Title: "Tình trạng hệ thống", Nav: navSystem}, system(partsOf(m), m.Now))
}

// askEngine waits no longer than engineTimeout, whatever the engine does with its
// context.
func askEngine(ctx context.Context, e visit.Engine) (visit.EngineState, bool) {
	ctx, cancel := context.WithTimeout(ctx, engineTimeout)
	defer cancel()
	answers := make(chan visit.EngineState, 1)
	go func() {
		if state, err := e.State(ctx); err == nil {
			answers <- state
		} else {
			close(answers)
		}
	}()
	select {
	case state, answered := <-answers:
		return state, answered
	case <-ctx.Done():
		return visit.EngineState{}, false
	}
}

// partsOf judges what was measured.
func partsOf(m measured) []part {
	out := []part{{Name: "Cơ sở dữ liệu", Light: "good", State: "đang chạy"}}
	out = append(out, engineParts(m)...)
	out = append(out, recordParts(m.Health)...)
	out = append(out, spacePart(m), backupPart(m))
	version := part{Name: "Phiên bản phần mềm", Light: "none", State: "%s", Args: []any{m.Version}}
	if m.Version == "" {
		version.State, version.Args = "không rõ", nil
	}
	return append(out, version)
}

const engineDo = "Việc của mọi người vẫn được ghi nhận và tự chạy tiếp. Hãy khởi động lại dịch vụ Temporal, rồi xem nhật ký của nó."

func engineParts(m measured) []part {
	switch {
	case !m.HasEngine:
		return []part{{Name: "Máy quy trình (Temporal)", Light: "none", State: "không hỏi được từ tiến trình này"}}
	case !m.EngineAnswers:
		return []part{{Name: "Máy quy trình (Temporal)", Light: "bad", State: "không trả lời", Do: engineDo}}
	}
	out := []part{{Name: "Máy quy trình (Temporal)", Light: "good", State: "đang chạy, phiên bản %s", Args: []any{m.Engine.Version}}}
	workers := part{Name: "Tiến trình chạy quy trình", Light: "good", State: "%d tiến trình đang nhận việc", Args: []any{m.Engine.Workers}}
	if m.Engine.Workers == 0 {
		workers.Light, workers.Do = "bad", "Hãy khởi động congvan worker; đến lúc đó không văn bản nào được chuyển đi và không ai được nhắc."
	}
	queue := part{Name: "Hàng đợi của máy quy trình", Light: "good", State: "trống"}
	if m.Engine.Waiting > 0 {
		queue.State, queue.Args = "%d việc chờ, lâu nhất %s", []any{m.Engine.Waiting, m.Engine.Oldest}
		if queue.Light = byAge(m.Engine.Oldest, time.Minute, 10*time.Minute); queue.Light != "good" {
			queue.Do = "Tiến trình chạy quy trình không theo kịp: xem nó có đang chạy và máy có quá tải không."
		}
	}
	return append(out, workers, queue)
}

// byAge is the light of what waits: soon from one age on, bad from another.
func byAge(age, soon, bad time.Duration) string {
	switch {
	case age >= bad:
		return "bad"
	case age >= soon:
		return "soon"
	default:
		return "good"
	}
}

func recordParts(h desk.Health) []part {
	outbox := part{Name: "Việc chờ giao cho máy quy trình", Light: byAge(h.Outbox, time.Minute, 10*time.Minute), State: "không có"}
	if h.Outbox > 0 {
		outbox.State, outbox.Args = "lâu nhất đã chờ %s", []any{h.Outbox}
	}
	if outbox.Light != "good" {
		outbox.Do = "Xem Temporal và congvan worker có đang chạy không; những việc này tự đi khi cả hai chạy lại."
	}
	mails := part{Name: "Thư chờ gửi", Light: byAge(h.Mails.Oldest, 10*time.Minute, time.Hour), State: "không có"}
	if h.Mails.Waiting > 0 {
		mails.State, mails.Args = "%d thư, lâu nhất đã chờ %s", []any{h.Mails.Waiting, h.Mails.Oldest}
	}
	if h.Mails.GivenUp > 0 && mails.Light == "good" {
		mails.Light = "soon"
	}
	if h.Mails.GivenUp > 0 {
		mails.State, mails.Args = "%d thư chờ; %d thư trong một ngày qua không gửi được", []any{h.Mails.Waiting, h.Mails.GivenUp}
	}
	if mails.Light != "good" {
		mails.Do = "Xem máy chủ thư (CONGVAN_SMTP) và địa chỉ mà các chức vụ đã khai. Thông báo trong hệ thống không bị ảnh hưởng."
	}
	seals := part{Name: "Nhật ký chờ niêm phong", Light: byAge(h.UnsealedFor, time.Minute, 10*time.Minute), State: "không có"}
	if h.Unsealed > 0 {
		seals.State, seals.Args = "%d dòng, lâu nhất đã chờ %s", []any{h.Unsealed, h.UnsealedFor}
	}
	if seals.Light != "good" {
		seals.Do = "Xem congvan worker có đang chạy không; phiếu xác nhận chưa cấp được cho những dòng này."
	}
	files := part{Name: "Tệp đính kèm hỏng", Light: "good", State: "không có"}
	if h.DamagedFiles > 0 {
		files = part{Name: files.Name, Light: "bad", State: "%d tệp không còn nguyên vẹn", Args: []any{h.DamagedFiles},
			Do: "Khôi phục các tệp này từ bản sao lưu; xem lại đĩa. Không ai tải được tệp hỏng."}
	}
	uploads := part{Name: "Tệp đang tải lên", Light: "none", State: "%d tệp, %s", Args: []any{h.Uploads, ui.Size(h.UploadBytes)}}
	return []part{outbox, mails, seals, files, uploads}
}

func spacePart(m measured) part {
	p := part{Name: "Chỗ trống của kho tệp", Light: "good"}
	if !m.HasSpace {
		p.Light, p.State = "none", "không đo được ở đây (kho tệp không nằm trên máy này)"
		return p
	}
	percent := int(m.Space.Free * 100 / m.Space.Total)
	p.State, p.Args = "còn %s trong %s (%d%%)", []any{gigabytes(m.Space.Free), gigabytes(m.Space.Total), percent}
	switch {
	case percent < 5:
		p.Light = "bad"
	case percent < 15:
		p.Light = "soon"
	}
	if p.Light != "good" {
		p.Do = "Thêm đĩa hoặc dọn đĩa trước khi đầy; đầy thì không nhận được tệp nữa."
	}
	return p
}

func backupPart(m measured) part {
	p := part{Name: "Bản sao lưu gần nhất", Light: "good"}
	switch {
	case !m.HasBackup:
		p.Light, p.State = "soon", "chưa cấu hình sao lưu"
		p.Do = "Đặt lịch sao lưu cơ sở dữ liệu và kho tệp, rồi cho CONGVAN_BACKUP_STAMP trỏ đến một tệp được ghi lại sau mỗi lần sao lưu xong."
	case m.Backup.IsZero():
		p.Light, p.State, p.Do = "bad", "chưa có bản nào", "Xem việc sao lưu có chạy không."
	default:
		p.State, p.Args = "%s", []any{ui.Moment(m.Backup)}
		if p.Light = byAge(m.Now.Sub(m.Backup), 26*time.Hour, 72*time.Hour); p.Light != "good" {
			p.Do = "Bản sao lưu đã cũ; xem việc sao lưu có chạy không."
		}
	}
	return p
}

// lightWords are what a light says without its colour.
func lightWords(light string) string {
	return map[string]string{"good": "tốt", "soon": "cần xem", "bad": "hỏng", "none": "thông tin"}[light]
}
