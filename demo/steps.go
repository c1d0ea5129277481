package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// recipient is one line of a direction.
type recipient struct {
	Unit string `json:"unit"`
	Role string `json:"role"`
}

// direction is a leader's decision with its five "rõ".
type direction struct {
	Text       string      `json:"text"`
	Process    string      `json:"process"`
	Result     string      `json:"result"`
	DueAt      time.Time   `json:"dueAt"`
	Recipients []recipient `json:"recipients"`
}

func (r *run) direct(ctx context.Context) error {
	d := direction{
		Text: "Tổ chức tổng rà soát, chỉnh trang trật tự đô thị", Process: "Đơn vị chủ trì tổng hợp, báo cáo trên hệ thống; Chủ tịch duyệt",
		Result: "Báo cáo kết quả của 17 phường", DueAt: time.Now().Add(10 * time.Minute),
		Recipients: []recipient{{r.units[lead].ID, "lead"}},
	}
	for _, code := range coordinates {
		d.Recipients = append(d.Recipients, recipient{r.units[code].ID, "coordinate"})
	}
	version, err := r.version(ctx)
	if err != nil {
		return err
	}
	if _, err := r.accounts["chutich.quan"].post(ctx, "/documents/"+r.id+"/directions", version, d); err != nil {
		return err
	}
	r.strip.say("Chủ tịch quận cho ý kiến: %s chủ trì, %s phối hợp", lead, strings.Join(coordinates, ", "))
	return r.until(ctx, func() bool { return len(r.shares) == 1+len(coordinates) })
}

func (r *run) handOn(ctx context.Context) error {
	for _, code := range append([]string{lead}, coordinates...) {
		if err := r.receive(ctx, code); err != nil {
			return err
		}
	}
	if err := r.look(ctx); err != nil {
		return err
	}
	d := direction{
		Text: "Ra quân chỉnh trang trật tự đô thị trên địa bàn phường", Process: "Phường báo cáo trên hệ thống; Phòng Quản lý đô thị tổng hợp",
		Result: "Báo cáo kết quả của phường", DueAt: time.Now().Add(5 * time.Minute),
		Recipients: []recipient{{r.units[lead].ID, "lead"}},
	}
	for _, ward := range r.wards {
		d.Recipients = append(d.Recipients, recipient{ward.ID, "execute"})
	}
	holding := r.shares[lead]
	if _, err := r.heads[lead].post(ctx, "/assignments/"+holding.ID+"/directions", holding.Version, d); err != nil {
		return err
	}
	r.strip.say("Trưởng phòng %s chuyển đến %d phường", lead, len(r.wards))
	return r.until(ctx, func() bool { return len(r.shares) == 1+len(coordinates)+len(r.wards) })
}

// acknowledge lets every ward but the last take its share.
func (r *run) acknowledge(ctx context.Context) error {
	for _, ward := range r.wards[:len(r.wards)-1] {
		if err := r.receive(ctx, ward.Code); err != nil {
			return err
		}
		if err := wait(ctx, r.Pace); err != nil {
			return err
		}
	}
	return nil
}

// silence waits until the ward that has not acknowledged was escalated, and
// then lets it.
func (r *run) silence(ctx context.Context) error {
	late := r.wards[len(r.wards)-1]
	r.strip.say("%s chưa xác nhận; thang đôn đốc bắt đầu", late.Name)
	for told := 0; told < escalations; {
		alarms, err := r.escalated(ctx)
		if err != nil {
			return err
		}
		for ; told < len(alarms); told++ {
			r.strip.say("  đôn đốc %s: báo %s", alarms[told].Unit.Name, alarms[told].told())
		}
		if err := r.look(ctx); err != nil {
			return err
		}
		if err := wait(ctx, 300*time.Millisecond); err != nil {
			return err
		}
	}
	if err := r.receive(ctx, late.Code); err != nil {
		return err
	}
	r.strip.say("%s xác nhận, muộn", late.Name)
	return r.look(ctx)
}

// report lets each ward report and the lead's head approve, and the
// coordinating offices add what they did.
func (r *run) report(ctx context.Context) error {
	for _, ward := range r.wards {
		if err := r.reportWard(ctx, ward); err != nil {
			return err
		}
	}
	for _, code := range coordinates {
		_, err := r.heads[code].post(ctx, "/assignments/"+r.shares[code].ID+"/progress", 0,
			map[string]string{"note": "Đã cử cán bộ phối hợp kiểm tra."})
		if err != nil {
			return err
		}
	}
	r.strip.say("17 phường báo cáo, %s duyệt", lead)
	return nil
}

// reportWard lets a ward start and report, and the lead's head approve.
func (r *run) reportWard(ctx context.Context, ward unit) error {
	share := "/assignments/" + r.shares[ward.Code].ID
	text := map[string]string{"text": "Đã ra quân, xử lý xong các điểm vi phạm trên địa bàn."}
	var reported act
	for _, step := range []func() (err error){
		func() error { _, err := r.heads[ward.Code].post(ctx, share+"/start", 0, struct{}{}); return err },
		func() (err error) { reported, err = r.heads[ward.Code].post(ctx, share+"/report", 0, text); return err },
		func() error {
			_, err := r.heads[lead].post(ctx, share+"/approve", reported.Version, struct{}{})
			return err
		},
	} {
		if err := step(); err != nil {
			return fmt.Errorf("%s: %w", ward.Name, err)
		}
		if err := r.look(ctx); err != nil {
			return err
		}
	}
	return wait(ctx, r.Pace)
}

func (r *run) conclude(ctx context.Context) error {
	done, err := r.heads[lead].post(ctx, "/assignments/"+r.shares[lead].ID+"/report", 0,
		map[string]string{"text": "Tổng hợp kết quả của 17 phường."})
	if err != nil {
		return err
	}
	r.strip.say("%s báo cáo tổng hợp", lead)
	if _, err := r.accounts["chutich.quan"].post(ctx, "/assignments/"+done.AssignmentID+"/approve", done.Version, struct{}{}); err != nil {
		return err
	}
	r.strip.say("Chủ tịch quận duyệt; văn bản hoàn thành")
	return r.until(ctx, func() bool {
		for _, s := range r.shares {
			if s.Status != "done" {
				return false
			}
		}
		return true
	})
}

// receive lets the clerk of a unit acknowledge its share.
func (r *run) receive(ctx context.Context, code string) error {
	done, err := r.clerks[code].post(ctx, "/assignments/"+r.shares[code].ID+"/acknowledge", 0, struct{}{})
	if err != nil {
		return fmt.Errorf("%s: %w", code, err)
	}
	if !slices.ContainsFunc(r.wards, func(u unit) bool { return u.Code == code }) {
		r.strip.say("%s đã nhận, số đến %d/%d", r.units[code].Name, done.Number, done.Year)
	}
	return r.look(ctx)
}

// look reads the document as the chairman sees it and draws the strip.
func (r *run) look(ctx context.Context) error {
	var view struct {
		Assignments []share `json:"assignments"`
	}
	if err := r.accounts["chutich.quan"].get(ctx, "/documents/"+r.id, &view); err != nil {
		return err
	}
	for _, s := range view.Assignments {
		r.shares[s.Unit.Code] = &s
	}
	var states []string
	for _, ward := range r.wards {
		if s := r.shares[ward.Code]; s != nil {
			states = append(states, s.Cell)
		}
	}
	if len(states) > 0 {
		r.strip.draw(states)
	}
	return nil
}

func (r *run) version(ctx context.Context) (int, error) {
	var view struct {
		Version int `json:"version"`
	}
	err := r.accounts["chutich.quan"].get(ctx, "/documents/"+r.id, &view)
	return view.Version, err
}

// until looks again and again until the condition holds.
func (r *run) until(ctx context.Context, holds func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if err := r.look(ctx); err != nil || holds() {
			return err
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

type alarm struct {
	Unit      unit     `json:"unit"`
	RungAt    string   `json:"rungAt"`
	Escalates bool     `json:"escalates"`
	Tell      []string `json:"tell"`
}

// told names in Vietnamese who an alarm told.
func (a alarm) told() string {
	words := map[string]string{"holder": "đơn vị", "giver": "người giao", "chief": "Chánh Văn phòng", "chairman": "Chủ tịch"}
	var names []string
	for _, audience := range a.Tell {
		names = append(names, words[audience])
	}
	return strings.Join(names, ", ")
}

// escalated lists the alarms that rang above the unit that had to act.
func (r *run) escalated(ctx context.Context) ([]alarm, error) {
	var list struct {
		Items []alarm `json:"items"`
	}
	if err := r.accounts["chutich.quan"].get(ctx, "/documents/"+r.id+"/alarms", &list); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Items, func(a alarm) bool { return a.RungAt == "" || !a.Escalates }), nil
}

// result counts what became of the document.
func (r *run) result(ctx context.Context) (Result, error) {
	out := Result{Documents: 1, Recipients: 1 + len(coordinates) + len(r.wards)}
	out.Lost = out.Recipients
	for _, s := range r.shares {
		if s.ReceivedAt != "" {
			out.Acknowledged++
		}
		reports := s.Role == "lead" || s.Role == "execute"
		if s.Status == "done" && s.ReceivedAt != "" && (!reports || s.ReportedAt != "") {
			out.Lost--
		}
	}
	alarms, err := r.escalated(ctx)
	if err != nil {
		return out, err
	}
	out.Escalations = len(alarms)
	var workflow struct {
		HistoryEvents int64  `json:"historyEvents"`
		Status        string `json:"status"`
	}
	for until := time.Now().Add(patience); workflow.Status != "completed"; {
		if err := r.accounts["chutich.quan"].get(ctx, "/documents/"+r.id+"/workflow", &workflow); err != nil {
			return out, err
		}
		if time.Now().After(until) {
			return out, fmt.Errorf("the workflow is still %s", workflow.Status)
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return out, err
		}
	}
	out.HistoryEvents = workflow.HistoryEvents
	return out, nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
