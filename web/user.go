package web

import (
	"context"

	"github.com/google/uuid"

	"canvass/areas"
)

type UserNamed struct {
	ID uuid.UUID `path:"id" format:"uuid" doc:"id of an account"`
}

func (s *Server) users(ctx context.Context, actor areas.Actor, in *struct {
	Paged[User]
	Within areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	Role   areas.Role `query:"role" enum:"administrator,gis,supervisor,enumerator" doc:"only these accounts"`
	Text   string     `query:"q" doc:"part of a name"`
}) (*page[User], error) {
	found, err := s.store.Users(ctx, actor, areas.UserQuery{Within: in.Within, Role: in.Role, Text: in.Text, Page: in.page()})
	return pageOf(found, err, userForm)
}

func (s *Server) user(ctx context.Context, actor areas.Actor, in *UserNamed) (*single[User], error) {
	u, err := s.store.User(ctx, actor, in.ID)
	return singleOf(u, err, userForm, u.Revision)
}

func (s *Server) createUser(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		Name        string     `json:"name" maxLength:"64"`
		DisplayName string     `json:"display_name" maxLength:"200"`
		Role        areas.Role `json:"role" enum:"administrator,gis,supervisor,enumerator"`
		Scope       areas.Code `json:"scope"`
		Language    string     `json:"language,omitempty" enum:"zh,en"`
		Password    string     `json:"password" minLength:"8" maxLength:"1024"`
	}
}) (*single[User], error) {
	u, err := s.store.CreateUser(ctx, actor, areas.NewUser(in.Body))
	return singleOf(u, err, userForm, u.Revision)
}

// editUser ends every session of an account that is disabled or gets another password.
func (s *Server) editUser(ctx context.Context, actor areas.Actor, in *struct {
	UserNamed
	Based
	Body struct {
		DisplayName *string     `json:"display_name,omitempty" maxLength:"200"`
		Role        *areas.Role `json:"role,omitempty" enum:"administrator,gis,supervisor,enumerator"`
		Scope       *areas.Code `json:"scope,omitempty"`
		Language    *string     `json:"language,omitempty" enum:"zh,en"`
		Disabled    *bool       `json:"disabled,omitempty"`
		Password    *string     `json:"password,omitempty" minLength:"8" maxLength:"1024"`
	}
}) (*single[User], error) {
	base, err := in.base()
	if err != nil {
		return nil, err
	}
	u, err := s.store.EditUser(ctx, actor, in.ID, base, areas.UserEdit(in.Body))
	if err == nil && (in.Body.Password != nil || u.DisabledAt != nil) {
		err = s.sessions.endAll(in.ID)
	}
	return singleOf(u, err, userForm, u.Revision)
}
