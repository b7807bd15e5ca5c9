package areas

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// User is an account: somebody with a role over a place.
type User struct {
	ID          uuid.UUID  `db:"id"`
	Name        string     `db:"name"` // for signing in
	DisplayName string     `db:"display_name"`
	Role        Role       `db:"role"`
	Scope       Code       `db:"scope"`
	Language    string     `db:"language"` // zh or en
	CreatedAt   time.Time  `db:"created_at"`
	DisabledAt  *time.Time `db:"disabled_at"`
	Revision    int64      `db:"revision"`
}

// NewUser is an account to make. Without a Password nobody can sign in with it until one is set.
type NewUser struct {
	Name        string
	DisplayName string
	Role        Role
	Scope       Code
	Language    string
	Password    string
}

// UserQuery asks for accounts whose scope lies in a place, by name.
type UserQuery struct {
	Within Code
	Role   Role
	Text   string // part of a name
	Page   Page
}

// UserEdit holds what may be changed of an account; what is nil stays.
type UserEdit struct {
	DisplayName *string
	Role        *Role
	Scope       *Code
	Language    *string
	Disabled    *bool
	Password    *string
}

// shortestPassword is counted in bytes; length is worth more than signs.
const shortestPassword = 8

// passwordParams are OWASP's for argon2id: 19 MiB, two passes (Password Storage Cheat Sheet).
var passwordParams = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// noPassword is what an account without a password holds; no password hashes to it.
const noPassword = ""

// wrongPassword is hashed against when there is no such account, so that the time of an answer tells nothing.
var wrongPassword, _ = argon2id.CreateHash("nobody has this password", passwordParams)

// CreateUsers makes accounts and answers their ids in the order given.
func (s *Store) CreateUsers(ctx context.Context, actor Actor, many []NewUser) ([]uuid.UUID, error) {
	place, err := commonPlace(many, func(u NewUser) Code { return u.Scope })
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(many))
	err = s.write(ctx, actor, place, func(t *tx) error {
		if err := t.must(Text{"建立账号", "make an account"}, RoleAdministrator); err != nil {
			return err
		}
		for i, u := range many {
			if ids[i], err = t.createUser(ctx, u); err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}

// CreateUser makes an account.
func (s *Store) CreateUser(ctx context.Context, actor Actor, u NewUser) (User, error) {
	ids, err := s.CreateUsers(ctx, actor, []NewUser{u})
	if err != nil {
		return User{}, err
	}
	return s.User(ctx, actor, ids[0])
}

// Users lists accounts.
func (s *Store) Users(ctx context.Context, actor Actor, q UserQuery) (List[User], error) {
	var out List[User]
	err := s.read(ctx, actor, q.Within, func(t *tx) error {
		rows, err := t.users(ctx, q)
		out = listed(rows, q.Page.limit(), func(u User) string { return u.Name })
		return err
	})
	return out, err
}

// User reads one account; everybody may read his own.
func (s *Store) User(ctx context.Context, actor Actor, id uuid.UUID) (User, error) {
	var out User
	err := s.anywhere(ctx, actor, func(t *tx) (err error) {
		out, err = t.user(ctx, id)
		return err
	})
	return out, err
}

// EditUser changes an account. People change their own language; only an administrator changes more, and never to a role or
// scope wider than his own.
func (s *Store) EditUser(ctx context.Context, actor Actor, id uuid.UUID, base int64, e UserEdit) (User, error) {
	var out User
	err := s.anywhere(ctx, actor, func(t *tx) error {
		own := id == actor.ID && e.Role == nil && e.Scope == nil && e.Disabled == nil && e.Password == nil
		if !own {
			if err := t.must(Text{"修改账号", "edit an account"}, RoleAdministrator); err != nil {
				return err
			}
		}
		if e.Scope != nil && !slices.ContainsFunc(actor.Scopes, e.Scope.Within) {
			return refuse(Forbidden, "scope_wider", "不能给出比自己更大的范围", "nobody gives a wider scope than his own").On("scope")
		}
		const lock = `SELECT revision FROM users WHERE id = $1 FOR UPDATE`
		if err := t.fresh(ctx, base, lock, id); err != nil {
			return err
		}
		if err := t.editUser(ctx, id, e); err != nil {
			return err
		}
		var err error
		out, err = t.user(ctx, id)
		return err
	})
	return out, err
}

// SignIn checks a name and password and answers who acts. Whether the name or the password is wrong is not told.
func (s *Store) SignIn(ctx context.Context, name, password string) (Actor, User, error) {
	var id uuid.UUID
	err := s.anywhere(ctx, Actor{Role: roleSigningIn, Scopes: []Code{""}}, func(t *tx) error {
		hash := wrongPassword
		const sql = `SELECT id, password_hash FROM users WHERE name = $1 AND disabled_at IS NULL`
		err := t.QueryRow(ctx, sql, name).Scan(&id, &hash)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if hash == noPassword {
			hash = wrongPassword
		}
		matches, err := argon2id.ComparePasswordAndHash(password, hash)
		if err == nil && !matches || id == uuid.Nil {
			return refuse(Unauthenticated, "wrong_password", "登录名或密码不对", "wrong name or password")
		}
		return err
	})
	if err != nil {
		return Actor{}, User{}, err
	}
	return s.Actor(ctx, id)
}

// Actor answers who an account acts as now: an enumerator over the sub-areas in his hands, others over their scope. A
// disabled account acts as nobody.
func (s *Store) Actor(ctx context.Context, id uuid.UUID) (Actor, User, error) {
	var user User
	actor := Actor{ID: id, Role: RoleEnumerator, Scopes: []Code{""}}
	err := s.anywhere(ctx, actor, func(t *tx) (err error) {
		if user, err = t.user(ctx, id); err != nil {
			return err
		}
		if user.DisabledAt != nil {
			return refuse(Unauthenticated, "account_disabled", "账号已停用,请联系管理员", "this account is disabled; ask your administrator")
		}
		actor = Actor{ID: id, Name: user.DisplayName, Role: user.Role, Scopes: []Code{user.Scope}}
		if user.Role == RoleEnumerator {
			actor.Scopes, err = t.held(ctx, id)
		}
		return err
	})
	return actor, user, err
}

// ChangePassword sets one's own password.
func (s *Store) ChangePassword(ctx context.Context, actor Actor, current, next string) error {
	return s.anywhere(ctx, actor, func(t *tx) error {
		var hash string
		if err := t.QueryRow(ctx, `SELECT password_hash FROM users WHERE id = $1 FOR UPDATE`, actor.ID).Scan(&hash); err != nil {
			return err
		}
		if matches, err := argon2id.ComparePasswordAndHash(current, hash); err != nil || !matches {
			return refuse(Invalid, "wrong_password", "现在的密码不对", "the current password is wrong").On("current")
		}
		return t.editUser(ctx, actor.ID, UserEdit{Password: &next})
	})
}

// anywhere runs do over all an actor reaches: for accounts, which lie in no county.
func (s *Store) anywhere(ctx context.Context, actor Actor, do func(*tx) error) error {
	place := Code("")
	if len(actor.Scopes) == 0 {
		actor.Scopes = []Code{noPlace}
	}
	if actor.Role != RoleEnumerator {
		place = actor.Scopes[0]
	}
	if len(actor.Scopes) > 1 {
		actor.Scopes = actor.Scopes[:1]
	}
	return s.write(ctx, actor, place, do)
}

// noPlace is a scope that holds nothing: an enumerator's without an assignment.
const noPlace Code = "000000"

func (t *tx) createUser(ctx context.Context, u NewUser) (uuid.UUID, error) {
	hash, err := hashed(u.Password)
	if err != nil {
		return uuid.Nil, err
	}
	if u.Language == "" {
		u.Language = "zh"
	}
	id := uuid.Must(uuid.NewV7())
	const sql = `
		INSERT INTO users (id, name, display_name, role, scope, password_hash, language, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	if _, err = t.Exec(ctx, sql, id, u.Name, u.DisplayName, u.Role, u.Scope, hash, u.Language, t.now); err != nil {
		return uuid.Nil, err
	}
	return id, t.recordUser(ctx, "make", u.Scope, id, map[string]any{"name": u.Name, "role": u.Role, "scope": u.Scope})
}

// hashed turns a password into what is stored; none stays none.
func hashed(password string) (string, error) {
	if password == "" {
		return noPassword, nil
	}
	if len(password) < shortestPassword {
		return "", refuse(Invalid, "password_short", "密码至少 %d 位", "a password has at least %d characters", shortestPassword).On("password")
	}
	return argon2id.CreateHash(password, passwordParams)
}

// recordUser writes the event of an account; a scope wider than a county has no county to be counted in.
func (t *tx) recordUser(ctx context.Context, verb string, scope Code, id uuid.UUID, detail map[string]any) error {
	if scope == "" {
		return nil
	}
	if id == t.actor.ID { // also an enumerator who holds nothing now lies in his county
		lo, hi := scope.County().span()
		const sql = `SELECT set_config('canvass.county_lo', $1, true), set_config('canvass.county_hi', $2, true)`
		if _, err := t.Exec(ctx, sql, lo, hi); err != nil {
			return err
		}
	}
	return t.record(ctx, verb, scope, "user/"+id.String(), detail)
}

func (t *tx) editUser(ctx context.Context, id uuid.UUID, e UserEdit) error {
	var hash *string
	if e.Password != nil {
		if *e.Password == "" {
			return refuse(Invalid, "password_short", "密码至少 %d 位", "a password has at least %d characters", shortestPassword).On("password")
		}
		h, err := hashed(*e.Password)
		if err != nil {
			return err
		}
		hash = &h
	}
	const sql = `
		UPDATE users
		   SET display_name = coalesce($2, display_name),
		       role = coalesce($3, role),
		       scope = coalesce($4, scope),
		       language = coalesce($5, language),
		       password_hash = coalesce($6, password_hash),
		       disabled_at = CASE $7::boolean WHEN true THEN coalesce(disabled_at, $8) WHEN false THEN NULL ELSE disabled_at END,
		       revision = revision + 1
		 WHERE id = $1
		RETURNING scope`
	var scope Code
	if err := t.QueryRow(ctx, sql, id, e.DisplayName, e.Role, e.Scope, e.Language, hash, e.Disabled, t.now).Scan(&scope); err != nil {
		return err
	}
	if err := t.accessChanged(ctx); err != nil {
		return err
	}
	detail := changed("display_name", e.DisplayName, "language", e.Language, "disabled", e.Disabled)
	if e.Role != nil {
		detail["role"] = *e.Role
	}
	if e.Scope != nil {
		detail["scope"] = *e.Scope
	}
	if e.Password != nil {
		detail["password"] = "set"
	}
	if t.county == "" {
		t.county = scope.County()
	}
	return t.recordUser(ctx, "edit", scope, id, detail)
}

const userColumns = `
	       u.id,
	       u.name,
	       u.display_name,
	       u.role,
	       u.scope,
	       u.language,
	       u.created_at,
	       u.disabled_at,
	       u.revision
	  FROM users u`

func (t *tx) user(ctx context.Context, id uuid.UUID) (User, error) {
	const sql = `SELECT` + userColumns + ` WHERE u.id = $1`
	return one[User](t.Query(ctx, sql, id))
}

func (t *tx) users(ctx context.Context, q UserQuery) ([]User, error) {
	lo, hi := q.Within.span()
	const sql = `SELECT` + userColumns + `
		 WHERE u.scope >= $1 AND u.scope < $2
		   AND ($3 = '' OR u.role = $3)
		   AND ($4 = '' OR u.name ILIKE '%' || $4 || '%' OR u.display_name ILIKE '%' || $4 || '%')
		   AND u.name > $5
		 ORDER BY u.name
		 LIMIT $6`
	return collect[User](t.Query(ctx, sql, lo, hi, q.Role, q.Text, q.Page.After, q.Page.limit()+1))
}

// held lists the sub-areas in an enumerator's hands.
func (t *tx) held(ctx context.Context, enumerator uuid.UUID) ([]Code, error) {
	const sql = `
		SELECT DISTINCT sub_area
		  FROM assignments
		 WHERE enumerator = $1 AND ended_at IS NULL
		 ORDER BY sub_area`
	rows, err := t.Query(ctx, sql, enumerator)
	if err != nil {
		return nil, err
	}
	return collectCodes(rows)
}
