package api

import (
	"context"

	"congvan/api/internal/contract"
	"congvan/desk"
	"congvan/gate"
	"congvan/routing"
)

// LogIn begins a session.
func (s *server) LogIn(ctx context.Context, in contract.LogInRequestObject) (contract.LogInResponseObject, error) {
	c := gate.CallOf(ctx)
	secret, session, err := s.Desk.Login(ctx, in.Body.Username, in.Body.Password, c.Device)
	if err != nil {
		return nil, err
	}
	c.Begin(secret, c.Device)
	return contract.LogIn201JSONResponse(sessionAnswer(session, session.ID)), nil
}

// ProveSecondFactor finishes a login.
func (s *server) ProveSecondFactor(ctx context.Context, in contract.ProveSecondFactorRequestObject) (contract.ProveSecondFactorResponseObject, error) {
	c := gate.CallOf(ctx)
	secret, session, err := s.Desk.ProveFactor(ctx, c.By, in.Body.Code, c.Device)
	if err != nil {
		return nil, err
	}
	c.Begin(secret, c.Device)
	return contract.ProveSecondFactor200JSONResponse(sessionAnswer(session, session.ID)), nil
}

// LogOut ends the session that the request came with.
func (s *server) LogOut(ctx context.Context, _ contract.LogOutRequestObject) (contract.LogOutResponseObject, error) {
	c := gate.CallOf(ctx)
	if err := s.Desk.Logout(ctx, c.By.Session); err != nil {
		return nil, err
	}
	c.SetCookie(gate.Cookie(gate.SessionCookie, "", 0))
	return contract.LogOut204Response{}, nil
}

// ListSessions lists one's own sessions.
func (s *server) ListSessions(ctx context.Context, _ contract.ListSessionsRequestObject) (contract.ListSessionsResponseObject, error) {
	c := gate.CallOf(ctx)
	found, err := s.Desk.Sessions(ctx, c.Actor)
	return contract.ListSessions200JSONResponse{Items: answers(found, func(x desk.Session) contract.Session {
		return sessionAnswer(x, c.Identity.Session.ID)
	})}, err
}

// EndSession ends one session.
func (s *server) EndSession(ctx context.Context, in contract.EndSessionRequestObject) (contract.EndSessionResponseObject, error) {
	return contract.EndSession204Response{}, s.Desk.EndSession(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
}

// EndOtherSessions ends all of one's sessions but this one.
func (s *server) EndOtherSessions(ctx context.Context, _ contract.EndOtherSessionsRequestObject) (contract.EndOtherSessionsResponseObject, error) {
	c := gate.CallOf(ctx)
	ended, err := s.Desk.EndSessions(ctx, c.Actor, c.Actor.AccountID, c.Identity.Session.ID)
	return contract.EndOtherSessions200JSONResponse{Ended: ended}, err
}

// EndSessionsOfAccount ends all sessions of an account that one administers.
func (s *server) EndSessionsOfAccount(ctx context.Context, in contract.EndSessionsOfAccountRequestObject) (contract.EndSessionsOfAccountResponseObject, error) {
	ended, err := s.Desk.EndSessions(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID), "")
	return contract.EndSessionsOfAccount200JSONResponse{Ended: ended}, err
}

// ResetSecondFactor takes away what somebody has lost.
func (s *server) ResetSecondFactor(ctx context.Context, in contract.ResetSecondFactorRequestObject) (contract.ResetSecondFactorResponseObject, error) {
	return contract.ResetSecondFactor204Response{}, s.Desk.ResetFactor(ctx, gate.CallOf(ctx).Actor, routing.ID(in.ID))
}

// ChangePassword changes one's own password.
func (s *server) ChangePassword(ctx context.Context, in contract.ChangePasswordRequestObject) (contract.ChangePasswordResponseObject, error) {
	return contract.ChangePassword204Response{}, s.Desk.ChangePassword(ctx, gate.CallOf(ctx).Identity, in.Body.OldPassword, in.Body.NewPassword)
}

// GetSecondFactor says how it stands with one's own second factor.
func (s *server) GetSecondFactor(ctx context.Context, _ contract.GetSecondFactorRequestObject) (contract.GetSecondFactorResponseObject, error) {
	state, err := s.Desk.Factor(ctx, gate.CallOf(ctx).Identity)
	return contract.GetSecondFactor200JSONResponse{Enrolled: state.Enrolled, Needed: state.Needed, RecoveryCodesLeft: state.CodesLeft}, err
}

// BeginSecondFactor makes one.
func (s *server) BeginSecondFactor(ctx context.Context, in contract.BeginSecondFactorRequestObject) (contract.BeginSecondFactorResponseObject, error) {
	secret, address, err := s.Desk.BeginFactor(ctx, gate.CallOf(ctx).Identity, in.Body.Password)
	return contract.BeginSecondFactor200JSONResponse{Secret: secret, Address: address}, err
}

// ConfirmSecondFactor makes it count.
func (s *server) ConfirmSecondFactor(ctx context.Context, in contract.ConfirmSecondFactorRequestObject) (contract.ConfirmSecondFactorResponseObject, error) {
	c := gate.CallOf(ctx)
	codes, secret, _, err := s.Desk.ConfirmFactor(ctx, c.Identity, c.By, in.Body.Code, c.Device)
	if err != nil {
		return nil, err
	}
	c.Begin(secret, c.Device)
	return contract.ConfirmSecondFactor200JSONResponse{RecoveryCodes: codes}, nil
}

// RemoveSecondFactor takes one's own away.
func (s *server) RemoveSecondFactor(ctx context.Context, in contract.RemoveSecondFactorRequestObject) (contract.RemoveSecondFactorResponseObject, error) {
	return contract.RemoveSecondFactor204Response{}, s.Desk.RemoveFactor(ctx, gate.CallOf(ctx).Identity, in.Body.Password, in.Body.Code)
}

func sessionAnswer(x desk.Session, current routing.ID) contract.Session {
	return contract.Session{
		ID: string(x.ID), How: x.How, Stage: contract.SessionStage(x.Stage), Network: x.Network, Device: x.Device, Current: x.ID == current,
		CreatedAt: utc(x.CreatedAt), SeenAt: utc(x.SeenAt), ExpiresAt: utc(x.ExpiresAt),
	}
}
