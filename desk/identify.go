package desk

import (
	"context"
	"strings"
	"time"

	"congvan/accounts"
	"congvan/postgres"
	"congvan/routing"

	"github.com/google/uuid"
)

// Session is a login that goes on.
type Session = postgres.Session

// The refusals of who asks.
var (
	// ErrUnauthenticated says that nobody is known by what came with a request.
	ErrUnauthenticated = &routing.Error{Fault: routing.NotAllowed, Code: "unauthenticated",
		Message: "Phiên làm việc không hợp lệ hoặc đã hết hiệu lực; hãy đăng nhập lại."}
	// ErrTwoCredentials says that a request came with a session and a token: which
	// of the two it is by, is not for the program to choose.
	ErrTwoCredentials = &routing.Error{Fault: routing.Invalid, Code: "two-credentials",
		Message: "Yêu cầu mang cả phiên đăng nhập và mã truy cập; hãy chỉ gửi một trong hai."}
	// ErrCodeAwaited says that the session waits for the code of the second factor.
	ErrCodeAwaited = &routing.Error{Fault: routing.NotAllowed, Code: "code-awaited",
		Message: "Chưa nhập mã xác thực thứ hai; hãy nhập mã để vào hệ thống."}
	// ErrEnrolFirst says that this office needs a second factor and has none.
	ErrEnrolFirst = &routing.Error{Fault: routing.NotAllowed, Code: "second-factor-needed",
		Message: "Chức vụ này phải dùng xác thực hai lớp; hãy đăng ký xác thực hai lớp trước khi làm việc khác."}
	// ErrActingFor says that a request is for a position that the actor may not act for.
	ErrActingFor = (&routing.Error{Fault: routing.Invalid, Code: "bad-request",
		Message: "Yêu cầu chưa đúng quy cách; hãy sửa các mục được nêu."}).
		With("fields", map[string]string{"Acting-For": "phải là một chức vụ đã uỷ quyền cho mình, hoặc có văn thư nhập thay"})
)

// Credentials are by what a request says who it is from. A face fills them in
// from the request and asks nobody but [Desk.Identify].
type Credentials struct {
	Session   string // the secret in the session's cookie
	Token     string // of a program
	ActingFor string // the position, by id or code, that it is made for; empty: one's own
	// Unfinished accepts a session that awaits its second factor: for the few
	// requests that finish it or end it.
	Unfinished bool
	// Looking says that nobody is at work behind the request: it does not keep a
	// session awake, as a live stream does not.
	Looking bool
}

// Identity is who asks, found out anew for each request: a change of rights works
// on the next one.
type Identity struct {
	Actor     routing.Actor
	ActingFor routing.ID // the position that he acts for; empty: his own
	Session   Session    // zero: he came with a token
	Token     routing.Token
}

// seenEvery is how exactly a session knows when it was last used.
const seenEvery = time.Minute

// Identify finds who asks. ErrUnauthenticated if nobody is known; ErrCodeAwaited
// and ErrEnrolFirst if the login is not finished.
func (d *Desk) Identify(ctx context.Context, by Credentials) (id Identity, err error) {
	if err := d.BreakDay(ctx); err != nil {
		return Identity{}, err
	}
	switch {
	case by.Session != "" && by.Token != "":
		return Identity{}, ErrTwoCredentials
	case by.Session != "":
		id.Session, id.Actor, err = d.session(ctx, by)
	case by.Token != "":
		id.Actor, id.Token, err = d.ActorByToken(ctx, accounts.Digest(by.Token))
	default:
		err = routing.ErrNotFound
	}
	switch {
	case err != nil && routing.FaultOf(err) == routing.NotFound:
		return Identity{}, ErrUnauthenticated
	case err != nil || by.ActingFor == "" || id.Session.Unfinished():
		return id, err
	}
	id.Actor, id.ActingFor, err = d.actingFor(ctx, id.Actor, by.ActingFor)
	return id, err
}

// session finds the session of a secret and writes down that it is used.
func (d *Desk) session(ctx context.Context, by Credentials) (Session, routing.Actor, error) {
	now := d.now()
	s, actor, err := d.record.SessionBySecret(ctx, accounts.Digest(by.Session), now, now.Add(-d.login.Sessions.Idle), today(now))
	switch {
	case err != nil || by.Unfinished:
		return s, actor, err
	case s.Stage == postgres.StageCode:
		return s, actor, ErrCodeAwaited
	case s.Stage == postgres.StageEnrol:
		return s, actor, ErrEnrolFirst
	case !by.Looking && now.Sub(s.SeenAt) >= seenEvery:
		err = d.record.SeeSession(ctx, s.ID, now)
	}
	return s, actor, err
}

// actingFor puts an actor into the position that he names, by its id or its code.
func (d *Desk) actingFor(ctx context.Context, actor routing.Actor, name string) (routing.Actor, routing.ID, error) {
	position, err := routing.ID(strings.TrimSpace(name)), error(nil)
	if uuid.Validate(string(position)) != nil {
		if position, err = d.positionByCode(ctx, actor, string(position)); err != nil {
			return actor, "", err
		}
	}
	acting, err := d.ActFor(ctx, actor, position)
	if err != nil && routing.FaultOf(err) == routing.NotFound {
		return actor, "", ErrActingFor
	}
	return acting, position, err
}

// positionByCode finds a position among those that one may act for: who delegated
// to one's own, and those of one's own unit. Empty if it is none.
func (d *Desk) positionByCode(ctx context.Context, actor routing.Actor, code string) (routing.ID, error) {
	given, err := d.Delegations(ctx, actor)
	if err != nil {
		return "", err
	}
	for _, x := range given {
		if x.FromPosition.Code == code {
			return x.FromPositionID, nil
		}
	}
	own, err := d.Officers(ctx, actor)
	for _, p := range own {
		if p.Code == code {
			return p.ID, nil
		}
	}
	return "", err
}
