package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"congvan/calendar"
)

// MorningResult is what the story of a morning ends with.
type MorningResult struct {
	Documents int     `json:"documents"`
	Open      int     `json:"open"` // shares that somebody still works on
	Seconds   float64 `json:"seconds"`
}

// matter is one document of the morning, and how far it has come.
type matter struct {
	issuer, notation, kind, subject, urgency string
	days                                     int // until it is due
	stage                                    stage
}

// stage is how far a matter has come; each goes on from the one before.
type stage int

const (
	registered stage = iota
	presented
	directed    // nobody has confirmed yet
	confirmed   // by all but three wards
	underWay    // some wards work, one returned it, one asks for more time
	reported    // half of the wards
	allReported // and the office has to approve
)

var morning = []matter{
	{"Sở Y tế Hà Nội", "SYT-NVY", "Công văn", "V/v tăng cường giám sát dịch sốt xuất huyết tại cộng đồng", "very-urgent", 2, registered},
	{"Sở Xây dựng Hà Nội", "SXD-QLN", "Công văn", "V/v rà soát nhà chung cư cũ trên địa bàn", "normal", 12, registered},
	{"UBND Thành phố Hà Nội", "UBND-KGVX", "Công văn", "V/v tổ chức Tết Trung thu cho thiếu nhi", "normal", 10, presented},
	{"Thành uỷ Hà Nội", "TB-TU", "Thông báo", "Kết luận giao ban quý IV về cải cách hành chính", "urgent", 5, presented},
	{"UBND Thành phố Hà Nội", "KH-UBND", "Kế hoạch", "Về ra quân tổng vệ sinh môi trường chào mừng ngày lễ", "urgent", 4, directed},
	{"Sở Giáo dục và Đào tạo", "SGDĐT-KHTC", "Công văn", "V/v thống kê cơ sở vật chất trường học các phường", "normal", 8, confirmed},
	{"Bộ Nội vụ", "BNV-CQĐP", "Công văn", "V/v hướng dẫn lập danh sách cử tri", "normal", 7, underWay},
	{"UBND Thành phố Hà Nội", "CT-UBND", "Chỉ thị", "Về bảo đảm trật tự đô thị, an toàn giao thông dịp cuối năm", "express", 3, reported},
	{"Sở Lao động – Thương binh và Xã hội", "SLĐTBXH-BTXH", "Công văn", "V/v rà soát hộ nghèo, hộ cận nghèo năm 2026", "normal", 6, allReported},
}

// RunMorning leaves a morning's work on every desk: documents to present and to
// direct, shares to confirm, to work on, to report, to approve, one returned, one
// for which more time is asked.
func RunMorning(ctx context.Context, cfg Config) (MorningResult, error) {
	began := time.Now()
	result := MorningResult{}
	first := newRun(cfg)
	if err := first.meet(ctx); err != nil {
		return result, err
	}
	for _, m := range morning {
		r := *first
		r.shares = map[string]*share{}
		if err := r.bring(ctx, m); err != nil {
			r.strip.end()
			return result, fmt.Errorf("%s: %w", m.subject, err)
		}
		result.Documents++
		for _, s := range r.shares {
			if s.Status != "done" && s.Status != "withdrawn" {
				result.Open++
			}
		}
		r.strip.end()
	}
	result.Seconds = time.Since(began).Round(100 * time.Millisecond).Seconds()
	return result, json.NewEncoder(cfg.Out).Encode(result)
}

// bring takes a matter as far as it has come.
func (r *run) bring(ctx context.Context, m matter) error {
	for _, step := range []struct {
		from stage
		do   func(context.Context, matter) error
	}{
		{registered, r.arrive}, {presented, r.presentIt}, {directed, r.directWards},
		{confirmed, r.mostConfirm}, {underWay, r.someTurn}, {reported, r.halfReport}, {allReported, r.reply},
	} {
		if m.stage < step.from || step.from == underWay && m.stage != underWay {
			continue
		}
		if err := step.do(ctx, m); err != nil {
			return err
		}
		if err := wait(ctx, r.Pace); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) arrive(ctx context.Context, m matter) error {
	now := time.Now()
	d := document{Issuer: m.issuer, CodeNumber: now.Format("150405") + fmt.Sprint(now.UnixMilli()%1000), CodeNotation: m.notation,
		IssuedOn: now.AddDate(0, 0, -2).Format(time.DateOnly), TypeName: m.kind, Subject: m.subject, Urgency: m.urgency, Secrecy: "none"}
	content, err := letter(d, now)
	if err != nil {
		return err
	}
	clerk := r.accounts["vanthu.quan"]
	done, err := clerk.post(ctx, "/documents", 0, d)
	if err != nil {
		return err
	}
	r.id = done.DocumentID
	r.strip.say("Số đến %d/%d: %s", done.Number, done.Year, m.subject)
	return clerk.upload(ctx, r.id, "van-ban.pdf", content)
}

// reply is what the district issues in answer to the matter.
func (r *run) reply(ctx context.Context, m matter) error {
	done, err := r.accounts["vanthu.quan"].post(ctx, "/outgoing", 0, map[string]any{
		"codeNotation": "BC-UBND", "typeName": "Báo cáo", "subject": "Kết quả thực hiện: " + m.subject, "signerTitle": "Phó Chủ tịch UBND quận", "drafterUnit": r.units[lead].ID,
		"urgency": "normal", "secrecy": "none", "copies": 3, "answers": []string{r.id},
		"recipients": []map[string]string{{"class": "report", "name": m.issuer}, {"class": "report", "unit": r.units[coordinates[0]].ID}, {"class": "keep", "name": "VT"}}})
	if err == nil {
		r.strip.say("Văn bản đi số %d/%d trả lời %s", done.Number, done.Year, m.issuer)
	}
	return err
}

func (r *run) presentIt(ctx context.Context, _ matter) error {
	var to struct {
		Items []struct {
			ID     string `json:"id"`
			Office string `json:"office"`
		} `json:"items"`
	}
	clerk := r.accounts["vanthu.quan"]
	if err := clerk.get(ctx, "/documents/"+r.id+"/presentable", &to); err != nil {
		return err
	}
	i := slices.IndexFunc(to.Items, func(p struct {
		ID     string `json:"id"`
		Office string `json:"office"`
	}) bool {
		return p.Office == "chairman"
	})
	if i < 0 {
		return fmt.Errorf("the document cannot be presented to the chairman")
	}
	version, err := r.version(ctx)
	if err != nil {
		return err
	}
	_, err = clerk.post(ctx, "/documents/"+r.id+"/present", version, map[string]any{"to": to.Items[i].ID})
	return err
}

func (r *run) directWards(ctx context.Context, m matter) error {
	day := calendar.Vietnam().NextWorkday(calendar.DateOf(time.Now().AddDate(0, 0, m.days)))
	recipients := []recipient{{r.units[lead].ID, "lead"}, {r.units[coordinates[0]].ID, "coordinate"}, {r.units[coordinates[1]].ID, "inform"}}
	for _, ward := range r.wards {
		recipients = append(recipients, recipient{ward.ID, "execute"})
	}
	version, err := r.version(ctx)
	if err != nil {
		return err
	}
	_, err = r.accounts[chairman].post(ctx, "/documents/"+r.id+"/directions", version, map[string]any{
		"text": "Các phường triển khai, báo cáo kết quả", "process": "Phường báo cáo trên hệ thống; phòng tổng hợp, Chủ tịch duyệt",
		"result": "Báo cáo của từng phường và báo cáo tổng hợp", "dueOn": day.String(), "recipients": recipients})
	if err != nil {
		return err
	}
	return r.until(ctx, func() bool { return len(r.shares) == 3+len(r.wards) })
}

// mostConfirm leaves three wards that have not confirmed.
func (r *run) mostConfirm(ctx context.Context, m matter) error {
	wards := r.wards[:len(r.wards)-3]
	if m.stage == allReported {
		wards = r.wards
	}
	for _, code := range append([]string{lead, coordinates[0]}, codes(wards)...) {
		if _, err := r.clerks[code].post(ctx, "/assignments/"+r.shares[code].ID+"/acknowledge", 0, struct{}{}); err != nil {
			return fmt.Errorf("%s: %w", code, err)
		}
	}
	return r.look(ctx)
}

func codes(units []unit) (out []string) {
	for _, u := range units {
		out = append(out, u.Code)
	}
	return out
}

// someTurn lets wards begin, one return its share, and one ask for more time.
func (r *run) someTurn(ctx context.Context, m matter) error {
	for _, ward := range r.wards[:6] {
		if err := r.onShare(ctx, r.clerks[ward.Code], ward, "progress", map[string]any{"note": "Đã phân công cán bộ, đang tổng hợp số liệu"}); err != nil {
			return err
		}
	}
	back, late := r.wards[6], r.wards[7]
	if err := r.onShare(ctx, r.clerks[back.Code], back, "return", map[string]any{"reason": "Nội dung không thuộc địa bàn phường"}); err != nil {
		return err
	}
	if err := r.look(ctx); err != nil {
		return err
	}
	day := calendar.Vietnam().NextWorkday(calendar.DateOf(time.Now().AddDate(0, 0, m.days+5)))
	return r.onShare(ctx, r.heads[late.Code], late, "extension", map[string]any{"dueOn": day.String(), "reason": "Số liệu của tổ dân phố chưa đủ"})
}

// halfReport lets half of the wards report, or all of them and the office as well.
func (r *run) halfReport(ctx context.Context, m matter) error {
	wards := r.wards[:len(r.wards)/2]
	if m.stage == allReported {
		wards = r.wards
	}
	for _, ward := range wards {
		if err := r.onShare(ctx, r.heads[ward.Code], ward, "report", map[string]any{"text": "Phường đã thực hiện xong; số liệu kèm theo báo cáo."}); err != nil {
			return err
		}
	}
	return r.look(ctx)
}
