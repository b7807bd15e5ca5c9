package web

import (
	"context"
	"net/http"

	"canvass/areas"
)

const sessionPath = "/api/session"

// Session is who is signed in, and where he works.
type Session struct {
	User     SessionUser     `json:"user"`
	Counties []SessionCounty `json:"counties"`
	Round    *SessionRound   `json:"round" doc:"that goes on now in the first county, null between rounds"`
}

// SessionUser is the account.
type SessionUser struct {
	ID          string     `json:"id" format:"uuid"`
	Name        string     `json:"name"`
	DisplayName string     `json:"display_name"`
	Role        areas.Role `json:"role" enum:"administrator,gis,supervisor,enumerator"`
	Scope       areas.Code `json:"scope"`
	Language    string     `json:"language" enum:"zh,en"`
}

// SessionCounty is a county in which the account has something to do.
type SessionCounty struct {
	Code   areas.Code `json:"code"`
	Name   string     `json:"name"`
	Bounds *Bounds    `json:"bounds" nullable:"true"`
}

// SessionRound is the round that goes on.
type SessionRound struct {
	_ struct{} `nullable:"true"`
	Round
}

// sessionAnswer is a session with its cookie, where it begins or changes.
type sessionAnswer struct {
	Cookie *http.Cookie `header:"Set-Cookie"`
	Body   Session
}

type cookieAnswer struct {
	Cookie *http.Cookie `header:"Set-Cookie"`
}

func (s *Server) signIn(ctx context.Context, in *struct {
	Body struct {
		Name     string `json:"name" maxLength:"64"`
		Password string `json:"password" maxLength:"1024"`
	}
}) (*sessionAnswer, error) {
	x := exchangeOf(ctx)
	if err := s.throttle.allow(in.Body.Name, x.address); err != nil {
		return nil, err
	}
	actor, user, err := s.store.SignIn(ctx, in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	cookie, err := s.sessions.begin(ctx, user.ID, x.secure, x.token)
	if err != nil {
		return nil, err
	}
	return s.describe(ctx, actor, user, &cookie)
}

func (s *Server) session(ctx context.Context, actor areas.Actor, _ *struct{}) (*sessionAnswer, error) {
	return s.describe(ctx, actor, exchangeOf(ctx).user, nil)
}

func (s *Server) editSession(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		Language string `json:"language" enum:"zh,en"`
	}
}) (*sessionAnswer, error) {
	user, err := s.store.EditUser(ctx, actor, actor.ID, 0, areas.UserEdit{Language: &in.Body.Language})
	if err != nil {
		return nil, err
	}
	return s.describe(ctx, actor, user, nil)
}

func (s *Server) signOut(ctx context.Context, _ areas.Actor, _ *struct{}) (*cookieAnswer, error) {
	x := exchangeOf(ctx)
	cookie := noCookie(x.secure)
	return &cookieAnswer{&cookie}, s.sessions.end(ctx, x.token)
}

// changePassword ends every session of the account, and begins a new one for who changed it.
func (s *Server) changePassword(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		Current string `json:"current" maxLength:"1024"`
		New     string `json:"new" maxLength:"1024"`
	}
}) (*cookieAnswer, error) {
	x := exchangeOf(ctx)
	if err := s.throttle.allow(x.user.Name, x.address); err != nil {
		return nil, err
	}
	if err := s.store.ChangePassword(ctx, actor, in.Body.Current, in.Body.New); err != nil {
		return nil, err
	}
	if err := s.sessions.endAll(actor.ID); err != nil {
		return nil, err
	}
	cookie, err := s.sessions.begin(ctx, actor.ID, x.secure, "")
	return &cookieAnswer{&cookie}, err
}

// describe tells who acts and where.
func (s *Server) describe(ctx context.Context, actor areas.Actor, user areas.User, cookie *http.Cookie) (*sessionAnswer, error) {
	out := &sessionAnswer{Cookie: cookie, Body: Session{Counties: []SessionCounty{}, User: SessionUser{
		ID: user.ID.String(), Name: user.Name, DisplayName: user.DisplayName, Role: user.Role, Scope: user.Scope, Language: user.Language,
	}}}
	counties, err := s.counties(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, r := range counties {
		out.Body.Counties = append(out.Body.Counties, SessionCounty{Code: r.Code, Name: r.Name, Bounds: boundsOf(r.Envelope)})
	}
	if len(counties) == 0 {
		return out, nil
	}
	round, err := s.store.CurrentRound(ctx, actor, counties[0].Code)
	if round != nil {
		out.Body.Round = &SessionRound{Round: roundForm(*round)}
	}
	return out, err
}

// counties lists those an actor has something to do in.
func (s *Server) counties(ctx context.Context, actor areas.Actor) ([]areas.Region, error) {
	var out []areas.Region
	for _, code := range actor.Counties() {
		if code == "" {
			all, err := s.store.Regions(ctx, actor, areas.RegionQuery{Level: areas.LevelCounty, Page: areas.Page{Limit: 1000}})
			return all.Items, err
		}
		county, err := s.store.Region(ctx, actor, code)
		if areas.KindOf(err) == areas.NotFound {
			continue // an account may be made before its county is
		}
		if err != nil {
			return nil, err
		}
		out = append(out, county)
	}
	return out, nil
}
