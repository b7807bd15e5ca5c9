package areas_test

import (
	"testing"

	"github.com/google/uuid"

	"canvass/areas"
)

const password = "一个足够长的密码"

// Whoever has the password acts under his role over his scope; a wrong name and a wrong password are told alike.
func TestSignIn(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, err := p.CreateUser(ctx, p.admin, areas.NewUser{Name: "wang", DisplayName: "王芳", Role: areas.RoleSupervisor, Scope: town, Password: password})
	p.ok(err)
	who, u, err := p.SignIn(ctx, "wang", password)
	p.ok(err)
	if who.Role != areas.RoleSupervisor || len(who.Scopes) != 1 || who.Scopes[0] != town || who.Name != "王芳" || u.Language != "zh" || who.ID != u.ID {
		t.Errorf("acts as %+v, account %+v", who, u)
	}
	_, _, wrongPassword := p.SignIn(ctx, "wang", password+"!")
	_, _, wrongName := p.SignIn(ctx, "wong", password)
	p.refused(wrongPassword, "wrong_password")
	if wrongName == nil || wrongName.Error() != wrongPassword.Error() || areas.KindOf(wrongName) != areas.Unauthenticated {
		t.Errorf("a wrong name is told from a wrong password: %v, %v", wrongName, wrongPassword)
	}
	_, _, err = p.SignIn(ctx, "supervisor", "")
	p.refused(err, "wrong_password")
	p.refused(p.ChangePassword(ctx, who, "not it", "another long one"), "wrong_password")
	p.refused(p.ChangePassword(ctx, who, password, "short"), "password_short")
	p.ok(p.ChangePassword(ctx, who, password, "another long one"))
	_, _, err = p.SignIn(ctx, "wang", password)
	p.refused(err, "wrong_password")
	_, err = p.EditUser(ctx, p.admin, who.ID, 0, areas.UserEdit{Disabled: ptr(true)})
	p.ok(err)
	_, _, err = p.SignIn(ctx, "wang", "another long one")
	p.refused(err, "wrong_password")
	_, _, err = p.Actor(ctx, who.ID)
	p.refused(err, "account_disabled")
	_, err = p.EditUser(ctx, p.admin, who.ID, 0, areas.UserEdit{Disabled: ptr(false)})
	p.ok(err)
	_, _, err = p.SignIn(ctx, "wang", "another long one")
	p.ok(err)
	_, _, err = p.Actor(ctx, uuid.New())
	p.refused(err, "not_found")
}

// An enumerator may set his password and language also while he holds nothing.
func TestIdleEnumerator(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	u, err := p.CreateUser(ctx, p.admin, areas.NewUser{Name: "idle", DisplayName: "李明", Role: areas.RoleEnumerator, Scope: town, Password: password})
	p.ok(err)
	who, _, err := p.SignIn(ctx, "idle", password)
	p.ok(err)
	if len(who.Scopes) != 0 {
		t.Errorf("reaches %v", who.Scopes)
	}
	p.ok(p.ChangePassword(ctx, who, password, "another long one"))
	u, err = p.EditUser(ctx, who, u.ID, u.Revision+1, areas.UserEdit{Language: ptr("en")})
	p.ok(err)
	if u.Language != "en" {
		t.Errorf("speaks %s", u.Language)
	}
}

// An account that cannot be is refused, and says why.
func TestAccountsAreRefused(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		user areas.NewUser
		want string
	}{
		{areas.NewUser{Name: "gis", DisplayName: "甲", Role: areas.RoleGIS, Scope: town}, "user_name_taken"},
		{areas.NewUser{Name: "a", DisplayName: "甲", Role: areas.RoleGIS, Scope: town}, "user_name_malformed"},
		{areas.NewUser{Name: "two words", DisplayName: "甲", Role: areas.RoleGIS, Scope: town}, "user_name_malformed"},
		{areas.NewUser{Name: "nameless", Role: areas.RoleGIS, Scope: town}, "display_name_missing"},
		{areas.NewUser{Name: "king", DisplayName: "甲", Role: "king", Scope: town}, "role_unknown"},
		{areas.NewUser{Name: "short", DisplayName: "甲", Role: areas.RoleGIS, Scope: town, Password: "1234567"}, "password_short"},
		{areas.NewUser{Name: "nowhere", DisplayName: "甲", Role: areas.RoleGIS, Scope: "37088"}, "code_malformed"},
		{areas.NewUser{Name: "abroad", DisplayName: "甲", Role: areas.RoleGIS, Scope: otherCounty}, "outside_scope"},
		{areas.NewUser{Name: "tongue", DisplayName: "甲", Role: areas.RoleGIS, Scope: town, Language: "la"}, "users_language_is_known"},
	} {
		_, err := p.CreateUser(t.Context(), p.admin, c.user)
		if got := areas.CodeOf(err); got != c.want {
			t.Errorf("%+v: %q (%v), want %q", c.user, got, err, c.want)
		}
	}
	many := []areas.NewUser{{Name: "one", DisplayName: "甲", Role: areas.RoleGIS, Scope: town}, {Name: "gis", DisplayName: "乙", Role: areas.RoleGIS, Scope: town}}
	_, err := p.CreateUsers(t.Context(), p.admin, many)
	p.refused(err, "user_name_taken")
	list, err := p.Users(t.Context(), p.admin, areas.UserQuery{Within: county, Text: "one"})
	p.ok(err)
	if len(list.Items) != 0 {
		t.Error("half of the accounts were made")
	}
}

// Accounts are listed by name, by role and by part of a name, in pages, within the scope of who asks.
func TestUsers(t *testing.T) {
	p := newPlace(t)
	names := func(who areas.Actor, q areas.UserQuery) (out string) {
		t.Helper()
		for {
			list, err := p.Users(t.Context(), who, q)
			p.ok(err)
			for _, u := range list.Items {
				out += u.Name + " "
			}
			if q.Page.After = list.Next; list.Next == "" {
				return out
			}
		}
	}
	for _, c := range []struct {
		who  areas.Actor
		q    areas.UserQuery
		want string
	}{
		{p.admin, areas.UserQuery{Within: county}, "admin enumerator gis supervisor "},
		{p.admin, areas.UserQuery{Within: county, Page: areas.Page{Limit: 1}}, "admin enumerator gis supervisor "},
		{p.admin, areas.UserQuery{Within: town}, "enumerator supervisor "},
		{p.admin, areas.UserQuery{Within: county, Role: areas.RoleGIS}, "gis "},
		{p.admin, areas.UserQuery{Within: county, Text: "SUPER"}, "supervisor "},
		{p.supervisor, areas.UserQuery{Within: county}, "enumerator supervisor "},
	} {
		if got := names(c.who, c.q); got != c.want {
			t.Errorf("%s, %+v: %q, want %q", c.who.Role, c.q, got, c.want)
		}
	}
}
