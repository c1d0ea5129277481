package workflows_test

import (
	"testing"

	"congvan/routing"
	"congvan/worker/workertest"

	"github.com/stretchr/testify/require"
)

// Scenario 1: a decision of the city comes, the deputy for culture directs it
// to an office with others and to all 17 wards; 16 confirm, one does not.
func TestScenario1_SixteenOfSeventeen(t *testing.T) {
	t.Parallel()
	d := beginning(t, "2026-11-16 08:30")
	d.arrives(routing.Registration{Issuer: "UBND thành phố Hà Nội", CodeNumber: "15", CodeNotation: "QĐ-UBND", TypeName: "Quyết định",
		Subject: "Về việc ban hành quy định văn hoá", Field: "văn xã", Urgency: routing.Normal})
	wards := workertest.Wards()
	silent := wards[16]
	heads := []string{}
	d.at("2026-11-16 08:31", func() {})
	d.at("2026-11-16 08:45", func() { d.presents("vanthu.quan", "chanhvanphong") })
	d.at("2026-11-16 09:15", func() {
		d.presents("chanhvanphong", "pho.vanxa")
		require.Equal(t, routing.Presented, d.document().Status)
		require.Equal(t, vietnam("2026-11-17 17:00").UTC(), d.document().DirectDue, "from now, a working day")
	})
	d.at("2026-11-16 10:00", func() {
		recipients := []routing.Recipient{gives("vhtt", routing.Lead, "2026-11-27 17:00"), gives("gddt", routing.Coordinate, "2026-11-27 17:00"), gives("vp", routing.Inform, "")}
		for _, ward := range wards {
			recipients = append(recipients, gives(ward, routing.Execute, "2026-11-25 17:00"))
			heads = append(heads, "chutich."+ward)
		}
		d.directs("pho.vanxa", recipients...)
	})
	d.at("2026-11-16 14:00", func() {
		d.receives(append([]string{"vhtt", "gddt", "vp"}, wards[:16]...)...)
		require.Equal(t, routing.Done, d.share("vp").Status, "who is informed has taken note")
		require.Equal(t, 1, d.share(wards[0]).Receipt.Number, "each ward has its own book")
	})
	d.at("2026-11-16 15:00", func() { d.handsOn("chutich."+wards[0], wards[0], "canbo."+wards[0], "2026-11-25 12:00") })
	d.at("2026-11-17 08:30", func() {
		_, err := d.desk.Acknowledge(d.Context(), d.as("canbo."+wards[0]), d.officers(wards[0]).ID, routing.Request{})
		require.NoError(t, err)
	})
	d.at("2026-11-18 09:00", func() {
		require.Equal(t, []string{
			"16/11 17:00: chutich." + silent + " vanthu." + silent, "17/11 10:00: pho.vanxa", "17/11 12:00: chanhvanphong", "17/11 17:00: chutich.quan",
		}, d.rung(routing.AwaitReceipt, silent))
		require.Empty(t, d.rung(routing.AwaitReceipt, wards[1]), "who has confirmed is left in peace")
		require.Equal(t, []string{"16/11 17:00: canbo." + wards[0]}, d.rung(routing.AwaitReceipt, wards[0]), "its officer took until the morning")
	})
	d.at("2026-11-18 09:30", func() {
		a := d.share(silent)
		_, err := d.desk.Return(d.Context(), d.as("vanthu."+silent), a.ID, "Không thuộc địa bàn phường quản lý", a.Version, routing.Request{})
		require.NoError(t, err)
		require.Equal(t, routing.Returned, d.share(silent).Status)
	})
	d.at("2026-11-18 10:00", func() {
		a := d.share(silent)
		_, err := d.desk.Insist(d.Context(), d.as("chutich.quan"), a.ID, "Phường vẫn phải thực hiện", a.Version, routing.Request{})
		require.NoError(t, err)
	})
	d.at("2026-11-18 11:00", func() { d.receives(silent) })
	d.at("2026-11-25 09:00", func() {
		_, err := d.desk.Report(d.Context(), d.as("chutich."+wards[0]), d.share(wards[0]).ID, "Đã xong", routing.Request{})
		require.ErrorIs(t, err, routing.ErrPartsOpen, "the ward waits for its officer")
		_, err = d.desk.Report(d.Context(), d.as("canbo."+wards[0]), d.officers(wards[0]).ID, "Đã niêm yết tại phường", routing.Request{})
		require.NoError(t, err)
	})
	d.at("2026-11-25 15:00", func() {
		_, err := d.desk.Report(d.Context(), d.as("truong.vhtt"), d.share("vhtt").ID, "Đã xong", routing.Request{})
		require.ErrorIs(t, err, routing.ErrPartsOpen, "the lead waits for the wards")
		d.reports(heads...)
	})
	d.at("2026-11-26 08:30", func() { d.reports("truong.vhtt") })
	d.at("2026-11-26 10:00", func() { d.approves("pho.vanxa", "vhtt") })
	d.live()
	strip := map[routing.AssignmentStatus]int{}
	shares, err := d.record.Assignments(d.Context(), d.doc)
	require.NoError(t, err)
	for _, a := range shares {
		strip[a.Status]++
	}
	require.Equal(t, map[routing.AssignmentStatus]int{routing.Done: 21}, strip, "20 units and an officer")
}

// Scenario 2: one scan holds two documents. The clerk registers both, each with
// its own number and with the scan. The second wants an answer "trước ngày
// 05/01/2027": the leader types the term, and the office is reminded before it.
func TestScenario2_TwoDocumentsInOneScan(t *testing.T) {
	t.Parallel()
	d := beginning(t, "2026-12-14 08:30")
	letter := routing.Registration{Issuer: "UBND thành phố Hà Nội", CodeNumber: "4532", CodeNotation: "UBND-KSTTHC", TypeName: "Công văn",
		Subject: "Về việc rà soát thủ tục hành chính", Urgency: routing.Normal}
	scan := []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
	d.arrives(letter)
	first := d.doc
	d.attaches(scan)
	letter.CodeNumber, letter.Subject, letter.ReplyBy = "4533", "Về việc báo cáo kết quả trước ngày 05/01/2027", "2027-01-05"
	d.arrives(letter)
	d.attaches(scan)
	one, err := d.record.Document(d.Context(), first)
	require.NoError(t, err)
	require.Equal(t, one.Number+1, d.document().Number)
	_, err = d.desk.FileDocument(d.Context(), d.as("chutich.quan"), first, "Lưu hồ sơ", 0, routing.Request{})
	require.NoError(t, err)

	d.at("2026-12-14 09:00", func() { d.directs("chutich.quan", gives("vp", routing.Lead, "2027-01-05 17:00")) })
	d.at("2026-12-14 10:00", func() { d.receives("vp") })
	d.at("2027-01-05 16:00", func() {
		require.Equal(t, []string{"05/01 08:00: chanhvanphong vanthu.vp"}, d.rung(routing.AwaitReport, "vp"), "once, before the term is over")
		d.reports("chanhvanphong")
	})
	d.at("2027-01-05 16:30", func() { d.approves("chutich.quan", "vp") })
	d.live()
	require.Equal(t, routing.Concluded, d.document().Status)
}

// Scenario 3: hoả tốc on the last working Friday before Tết 2026, at 16:55.
func TestScenario3_ExpressBeforeTet(t *testing.T) {
	t.Parallel()
	d := beginning(t, "2026-02-13 16:55")
	d.arrives(routing.Registration{Issuer: "UBND thành phố Hà Nội", TypeName: "Công điện", Subject: "Về việc trực Tết", Urgency: routing.Express})
	d.at("2026-02-13 16:56", func() { d.directs("chutich.quan", gives("vp", routing.Lead, "2026-02-23 17:00")) })
	d.at("2026-02-23 09:00", func() {
		// Nobody keeps a duty roster: the 30 minutes run in office hours, and there
		// are none from Friday 17:00 until Monday 23/02, 08:00.
		require.Equal(t, []string{"23/02 08:26: chanhvanphong vanthu.vp", "23/02 08:36: chutich.quan", "23/02 08:46: chanhvanphong"}, d.rung(routing.AwaitReceipt, "vp"))
		d.receives("vp")
		d.reports("chanhvanphong")
	})
	d.at("2026-02-23 09:10", func() { d.approves("chutich.quan", "vp") })
	d.live()
}

// Scenario 4: deadlines across 24/11, a holiday since 2026, and across a worked
// Saturday.
func TestScenario4_HolidayAndWorkedSaturday(t *testing.T) {
	t.Parallel()
	d := beginning(t, "2026-11-23 16:30")
	d.arrives(routing.Registration{Issuer: "Sở Nội vụ", TypeName: "Công văn", Subject: "Về việc báo cáo", Urgency: routing.Normal})
	d.at("2026-11-23 16:31", func() { d.directs("chutich.quan", gives("nv", routing.Lead, "2026-11-25 17:00")) })
	d.at("2026-11-25 16:00", func() {
		require.Equal(t, []string{"23/11 17:00: truong.nv vanthu.nv", "25/11 10:00: chutich.quan", "25/11 12:00: chanhvanphong"}, d.rung(routing.AwaitReceipt, "nv"),
			"24/11 is nobody's working day")
		d.receives("nv")
		d.reports("truong.nv")
	})
	d.at("2026-11-25 16:10", func() { d.approves("chutich.quan", "nv") })
	d.live()

	saturday := beginning(t, "2026-08-21 16:30") // the next day is worked for 31/08
	saturday.arrives(routing.Registration{Issuer: "Sở Nội vụ", TypeName: "Công văn", Subject: "Về việc làm bù", Urgency: routing.Normal})
	saturday.at("2026-08-21 16:31", func() { saturday.directs("chutich.quan", gives("nv", routing.Lead, "2026-08-24 17:00")) })
	saturday.at("2026-08-24 08:30", func() {
		require.Equal(t, []string{"21/08 17:00: truong.nv vanthu.nv", "22/08 10:00: chutich.quan", "22/08 12:00: chanhvanphong", "22/08 17:00: chutich.quan"},
			saturday.rung(routing.AwaitReceipt, "nv"))
		saturday.receives("nv")
		saturday.reports("truong.nv")
	})
	saturday.at("2026-08-24 09:00", func() { saturday.approves("chutich.quan", "nv") })
	saturday.live()
}

// Scenario 9: the chairman is on leave; the chief of the office acts for him by a
// written delegation, which ends while the work is being done. Who judges the
// report then is the chairman, who is urged as if he had directed it himself.
func TestScenario9_TheDelegationEndsInMidTask(t *testing.T) {
	t.Parallel()
	d := beginning(t, "2026-11-30 08:30")
	chairman, chief := d.as("chutich.quan"), d.as("chanhvanphong")
	_, err := d.desk.Delegate(d.Context(), chairman, routing.Delegation{FromPositionID: chairman.PositionID, ToPositionID: chief.PositionID,
		Basis: "12/UQ-UBND", From: d.now(), To: vietnam("2026-12-02 12:00")}, routing.Request{})
	require.NoError(t, err)
	d.arrives(routing.Registration{Issuer: "Sở Nội vụ", TypeName: "Công văn", Subject: "Về việc báo cáo", Urgency: routing.Normal})
	d.at("2026-11-30 09:00", func() {
		acting, err := d.desk.ActFor(d.Context(), chief, chairman.PositionID)
		require.NoError(t, err)
		event := d.directsAs(acting, gives("nv", routing.Lead, "2026-12-02 17:00"))
		require.Equal(t, "12/UQ-UBND", event.Details["mandateBasis"])
		require.Equal(t, "Chủ tịch UBND quận", event.Details["for"])
		require.Equal(t, chief.AccountID, event.ActorID)
	})
	d.at("2026-11-30 10:00", func() { d.receives("nv") })
	d.at("2026-12-02 12:30", func() { // over since 12:00
		d.reports("truong.nv")
		_, err := d.desk.ActFor(d.Context(), chief, chairman.PositionID)
		require.ErrorIs(t, err, routing.ErrNotAllowed)
		a := d.share("nv")
		_, err = d.desk.Approve(d.Context(), chief, a.ID, a.Version, routing.Request{})
		require.ErrorIs(t, err, routing.ErrNotAllowed, "in his own name he never could")
	})
	d.at("2026-12-04 08:30", func() {
		require.Equal(t, []string{"03/12 17:00: chutich.quan"}, d.rung(routing.AwaitApproval, "nv"))
		d.approves("chutich.quan", "nv")
	})
	d.live()
	require.Equal(t, routing.Concluded, d.document().Status, "what was directed under the delegation stays valid")
}
