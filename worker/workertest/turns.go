package workertest

import (
	"context"

	"congvan/calendar"
	"congvan/desk"
	"congvan/routing"
	"congvan/seed"

	"github.com/stretchr/testify/require"
)

// because is the reason of every turn that needs one.
const because = "Theo ý kiến tại cuộc họp giao ban"

// turn demands that an act succeeded.
func (a *Authority) turn(_ routing.Event, err error) {
	a.t.Helper()
	require.NoError(a.t, err)
}

func (a *Authority) document(document routing.ID) routing.Document {
	a.t.Helper()
	doc, err := a.Record.Document(a.t.Context(), document)
	require.NoError(a.t, err)
	return doc
}

// LayBefore lets somebody present a document to a leader, or pass it on to him.
func (a *Authority) LayBefore(document routing.ID, by, to string) {
	a.t.Helper()
	a.turn(a.Present(a.t.Context(), a.As(by), document, a.As(to).PositionID, "", 0, request()))
}

// GiveBack lets a unit return its share to whoever gave it.
func (a *Authority) GiveBack(document routing.ID, unit string) {
	a.t.Helper()
	a.turn(a.Return(a.t.Context(), a.As("vanthu."+unit), a.Share(document, unit).ID, because, 0, request()))
}

// KeepIt lets the chairman answer a return with no.
func (a *Authority) KeepIt(document routing.ID, unit string) {
	a.t.Helper()
	a.turn(a.Insist(a.t.Context(), a.As("chutich.quan"), a.Share(document, unit).ID, because, 0, request()))
}

// SendTo lets the chairman give a unit's share to another.
func (a *Authority) SendTo(document routing.ID, from, to string) {
	a.t.Helper()
	successor := routing.Recipient{UnitID: seed.HaDong().UnitID(to)}
	a.turn(a.Reroute(a.t.Context(), a.As("chutich.quan"), a.Share(document, from).ID, successor, because, 0, request()))
}

// StandStill lets the chairman stop all clocks of a document, GoOn start them.
func (a *Authority) StandStill(document routing.ID) {
	a.t.Helper()
	a.turn(a.HoldDocument(a.t.Context(), a.As("chutich.quan"), document, routing.AwaitSuperior, because, 0, request()))
}

// GoOn starts all clocks of a document again.
func (a *Authority) GoOn(document routing.ID) {
	a.t.Helper()
	a.turn(a.ResumeDocument(a.t.Context(), a.As("chutich.quan"), document, 0, request()))
}

// TakeBack lets the chairman void the direction out of which a unit has its share.
func (a *Authority) TakeBack(document routing.ID, unit string) {
	a.t.Helper()
	a.turn(a.Void(a.t.Context(), a.As("chutich.quan"), a.Share(document, unit).DirectionID, because, request()))
}

// Answer lets a unit say whether it gives a recalled document back.
func (a *Authority) Answer(document routing.ID, unit string, agree bool) {
	a.t.Helper()
	asked, err := a.Decisions(a.t.Context(), a.As("vanthu."+unit), desk.DecisionsMine, desk.Cursor{}, 0)
	require.NoError(a.t, err)
	for _, x := range asked {
		if x.DocumentID == document && x.Kind == routing.RecallAnswer {
			a.turn(a.AnswerRecall(a.t.Context(), a.As("vanthu."+unit), x.ID, agree, because, request()))
			return
		}
	}
	require.FailNow(a.t, "nothing is asked", unit)
}

// SwapTheDay lets the administrator make the day off on which a unit's work is due.
func (a *Authority) SwapTheDay(document routing.ID, unit string) {
	a.t.Helper()
	day := calendar.DateOf(a.Share(document, unit).Due)
	_, err := a.ChangeCalendar(a.t.Context(), a.As("quantri"), []routing.DayChange{{Day: day, Kind: calendar.Off, Reason: "Nghỉ hoán đổi"}}, "Thông báo", request())
	require.NoError(a.t, err)
}

// Blocked holds a document's row, so that no step of its workflow gets through,
// until release is called.
func (a *Authority) Blocked(document routing.ID) (release func()) {
	a.t.Helper()
	tx, err := a.Record.DB().BeginTx(context.WithoutCancel(a.t.Context()), nil)
	require.NoError(a.t, err)
	_, err = tx.NewRaw(`SELECT 1 FROM documents WHERE id = ? FOR UPDATE`, document).Exec(a.t.Context())
	require.NoError(a.t, err)
	return a.once(func() { _ = tx.Rollback() })
}
