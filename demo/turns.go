package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// TurnsResult is what the story of the turns ends with.
type TurnsResult struct {
	Documents int            `json:"documents"`
	Turns     int            `json:"turns"`  // acts beside the straight road
	Events    int            `json:"events"` // that tell of them
	Strip     map[string]int `json:"strip"`  // the recipients by cell at the end
	Seconds   float64        `json:"seconds"`
}

// RunTurns sends a document to five wards that goes wrong in every way it may:
// one returns it and another takes its place, one asks for more time, one is
// added and one dropped, the clocks stand still for a while, the chairman's
// deputy acts for him, and in the end it is recalled and everybody who had
// received it answers.
func RunTurns(ctx context.Context, cfg Config) (TurnsResult, error) {
	began := time.Now()
	r := newRun(cfg)
	turns := 0
	for _, step := range []struct {
		name string
		do   func(context.Context) error
		turn bool
	}{
		{"meet the accounts", r.meet, false},
		{"register", r.register, false},
		{"direct", r.directToFive, false},
		{"acknowledge", r.fourReceive, false},
		{"return", r.returned, true},
		{"reroute", r.rerouted, true},
		{"ask for more time", r.moreTime, true},
		{"grant it", r.granted, true},
		{"add", r.added, true},
		{"drop", r.dropped, true},
		{"hold", r.held, true},
		{"resume", r.resumed, true},
		{"delegate", r.delegated, true},
		{"recall", r.recalled, true},
		{"answer", r.answered, true},
	} {
		if err := step.do(ctx); err != nil {
			r.strip.end()
			return TurnsResult{}, fmt.Errorf("%s: %w", step.name, err)
		}
		if step.turn {
			turns++
		}
		if err := wait(ctx, r.Pace); err != nil {
			return TurnsResult{}, err
		}
	}
	r.strip.end()
	result := TurnsResult{Documents: 1, Turns: turns}
	if err := r.tell(ctx, &result); err != nil {
		return result, err
	}
	result.Seconds = time.Since(began).Round(100 * time.Millisecond).Seconds()
	return result, json.NewEncoder(cfg.Out).Encode(result)
}

// chairman is the account that gives the direction of the story.
const chairman = "chutich.quan"

func (r *run) directToFive(ctx context.Context) error {
	d := direction{Text: "Rà soát, báo cáo số liệu", Process: "Phường báo cáo phòng; phòng tổng hợp", Result: "Bảng số liệu của từng phường",
		DueAt: time.Now().Add(10 * time.Minute), Recipients: []recipient{{r.units[lead].ID, "lead"}}}
	for _, ward := range r.wards[:5] {
		d.Recipients = append(d.Recipients, recipient{ward.ID, "execute"})
	}
	version, err := r.version(ctx)
	if err != nil {
		return err
	}
	if _, err := r.accounts[chairman].post(ctx, "/documents/"+r.id+"/directions", version, d); err != nil {
		return err
	}
	r.strip.say("Chủ tịch quận cho ý kiến: %s chủ trì, 5 phường thực hiện", lead)
	return r.until(ctx, func() bool { return len(r.shares) == 6 })
}

func (r *run) fourReceive(ctx context.Context) error {
	for _, code := range []string{lead, r.wards[1].Code, r.wards[2].Code, r.wards[3].Code, r.wards[4].Code} {
		if err := r.receive(ctx, code); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) returned(ctx context.Context) error {
	ward := r.wards[0]
	if err := r.onShare(ctx, r.clerks[ward.Code], ward, "return", map[string]any{"reason": "Nội dung không thuộc địa bàn phường"}); err != nil {
		return err
	}
	r.strip.say("%s chuyển trả: không thuộc địa bàn", ward.Name)
	return r.look(ctx)
}

func (r *run) rerouted(ctx context.Context) error {
	from, to := r.wards[0], r.wards[5]
	body := map[string]any{"unit": to.ID, "reason": "Thuộc địa bàn " + to.Name}
	if err := r.onShare(ctx, r.accounts[chairman], from, "reroute", body); err != nil {
		return err
	}
	if err := r.until(ctx, func() bool { return r.shares[to.Code] != nil }); err != nil {
		return err
	}
	r.strip.say("Chủ tịch chuyển phần việc đó đến %s", to.Name)
	return r.receive(ctx, to.Code)
}

func (r *run) moreTime(ctx context.Context) error {
	ward := r.wards[1]
	body := map[string]any{"dueAt": time.Now().Add(20 * time.Minute), "reason": "Chờ số liệu của các tổ dân phố"}
	if err := r.onShare(ctx, r.heads[ward.Code], ward, "extension", body); err != nil {
		return err
	}
	r.strip.say("%s xin gia hạn", ward.Name)
	return r.look(ctx)
}

func (r *run) granted(ctx context.Context) error {
	return r.decideAll(ctx, r.accounts[chairman], func(d decision) (map[string]any, string) {
		return map[string]any{"kind": d.Kind, "grant": true}, "Chủ tịch đồng ý gia hạn"
	})
}

func (r *run) added(ctx context.Context) error {
	var view struct {
		Directions []struct {
			ID string `json:"id"`
		} `json:"directions"`
	}
	if err := r.accounts[chairman].get(ctx, "/documents/"+r.id, &view); err != nil {
		return err
	}
	ward := r.wards[6]
	body := map[string]any{"text": "Phường có hai tổ dân phố liên quan", "dueAt": time.Now().Add(15 * time.Minute), "recipients": []recipient{{ward.ID, "execute"}}}
	if _, err := r.accounts[chairman].post(ctx, "/directions/"+view.Directions[0].ID+"/recipients", 0, body); err != nil {
		return err
	}
	r.strip.say("Chủ tịch thêm %s", ward.Name)
	return r.until(ctx, func() bool { return r.shares[ward.Code] != nil })
}

func (r *run) dropped(ctx context.Context) error {
	ward := r.wards[4]
	if err := r.onShare(ctx, r.accounts[chairman], ward, "drop", map[string]any{"reason": "Phường không có đối tượng rà soát"}); err != nil {
		return err
	}
	r.strip.say("Chủ tịch bỏ %s", ward.Name)
	return r.look(ctx)
}

func (r *run) held(ctx context.Context) error {
	body := map[string]string{"category": "waiting-for-superior", "reason": "Chờ hướng dẫn của Thành phố"}
	return r.onDocument(ctx, r.accounts[chairman], "hold", body, "Chủ tịch cho tạm dừng: mọi thời hạn dừng lại")
}

func (r *run) resumed(ctx context.Context) error {
	return r.onDocument(ctx, r.accounts[chairman], "resume", struct{}{}, "Chủ tịch cho tiếp tục: thời hạn lùi đúng khoảng đã dừng")
}

// delegated lets the chairman's deputy act for him, who asks a ward again.
func (r *run) delegated(ctx context.Context) error {
	var from, to struct {
		Position struct {
			ID string `json:"id"`
		} `json:"position"`
	}
	deputy := r.accounts["pho.dothi"]
	if err := r.accounts[chairman].get(ctx, "/me", &from); err != nil {
		return err
	}
	if err := deputy.get(ctx, "/me", &to); err != nil {
		return err
	}
	body := map[string]any{"fromPosition": from.Position.ID, "toPosition": to.Position.ID, "basis": "12/UQ-UBND", "acts": []string{"reminded"},
		"from": time.Now().Add(-time.Second), "to": time.Now().Add(time.Hour)}
	if _, err := r.accounts[chairman].post(ctx, "/delegations", 0, body); err != nil {
		return err
	}
	deputy.actingFor = from.Position.ID
	if err := r.look(ctx); err != nil {
		return err
	}
	ward := r.wards[2]
	if _, err := deputy.post(ctx, "/assignments/"+r.shares[ward.Code].ID+"/remind", 0, map[string]string{"note": "Đề nghị phường báo cáo sớm"}); err != nil {
		return err
	}
	r.strip.say("Phó Chủ tịch, thừa uỷ quyền Chủ tịch (12/UQ-UBND), nhắc %s", ward.Name)
	return nil
}

func (r *run) recalled(ctx context.Context) error {
	body := map[string]string{"reason": "Thành phố ban hành văn bản thay thế"}
	if err := r.onDocument(ctx, r.accounts["vanthu.quan"], "recall", body, "Văn thư quận thu hồi: việc đang làm dừng lại, nơi đã nhận phải trả lời"); err != nil {
		return err
	}
	return r.until(ctx, func() bool { return r.shares[lead].Status == "withdrawn" })
}

// answered lets everybody who had received it answer; one says no.
func (r *run) answered(ctx context.Context) error {
	for _, code := range []string{lead, r.wards[1].Code, r.wards[2].Code, r.wards[3].Code, r.wards[4].Code, r.wards[5].Code} {
		err := r.decideAll(ctx, r.heads[code], func(d decision) (map[string]any, string) {
			if code == r.wards[3].Code {
				return map[string]any{"kind": d.Kind, "grant": false, "note": "Phường đã thực hiện xong"}, r.units[code].Name + " không đồng ý trả: đã thực hiện xong"
			}
			return map[string]any{"kind": d.Kind, "grant": true}, r.units[code].Name + " đồng ý trả lại văn bản"
		})
		if err != nil {
			return fmt.Errorf("%s: %w", code, err)
		}
	}
	return nil
}

// decision is one that waits, as the API shows it.
type decision struct {
	ID         string `json:"id"`
	DocumentID string `json:"documentId"`
	Kind       string `json:"kind"`
}

// decideAll lets somebody decide everything about the document that waits for him.
func (r *run) decideAll(ctx context.Context, by client, answer func(decision) (body map[string]any, told string)) error {
	var list struct {
		Items []struct {
			Decision decision `json:"decision"`
		} `json:"items"`
	}
	if err := by.get(ctx, "/decisions?view=mine", &list); err != nil {
		return err
	}
	decided := 0
	for _, entry := range list.Items {
		d := entry.Decision
		if d.DocumentID != r.id {
			continue
		}
		body, told := answer(d)
		if _, err := by.post(ctx, "/decisions/"+d.ID+"/decide", 0, body); err != nil {
			return err
		}
		r.strip.say("%s", told)
		decided++
	}
	if decided == 0 {
		return fmt.Errorf("nothing waits for a decision")
	}
	return r.look(ctx)
}

// onShare does an act on a ward's share as it is now.
func (r *run) onShare(ctx context.Context, by client, ward unit, verb string, body any) error {
	if err := r.look(ctx); err != nil {
		return err
	}
	share := r.shares[ward.Code]
	_, err := by.post(ctx, "/assignments/"+share.ID+"/"+verb, share.Version, body)
	return err
}

// onDocument does an act on the document as it is now.
func (r *run) onDocument(ctx context.Context, by client, verb string, body any, told string) error {
	version, err := r.version(ctx)
	if err != nil {
		return err
	}
	if _, err := by.post(ctx, "/documents/"+r.id+"/"+verb, version, body); err != nil {
		return err
	}
	r.strip.say("%s", told)
	return r.look(ctx)
}

// tell waits until the recall is settled and counts what there is to tell.
func (r *run) tell(ctx context.Context, result *TurnsResult) error {
	var view struct {
		Status string         `json:"status"`
		Strip  map[string]int `json:"strip"`
	}
	for until := time.Now().Add(patience); view.Status != "recalled"; {
		if err := r.accounts[chairman].get(ctx, "/documents/"+r.id, &view); err != nil {
			return err
		}
		if time.Now().After(until) {
			return fmt.Errorf("the document is still %s", view.Status)
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	result.Strip = view.Strip
	for after := int64(0); ; {
		var events struct {
			Items []struct {
				ID int64 `json:"id"`
			} `json:"items"`
		}
		if err := r.accounts[chairman].get(ctx, fmt.Sprintf("/documents/%s/events?after=%d", r.id, after), &events); err != nil {
			return err
		}
		if len(events.Items) == 0 {
			return nil
		}
		result.Events += len(events.Items)
		after = events.Items[len(events.Items)-1].ID
	}
}
