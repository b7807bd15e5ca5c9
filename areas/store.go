package areas

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store is the census in its database. Each exported method is one transaction of one actor. The pool's connections act
// as canvass_app, so that row-level security holds.
type Store struct {
	pool   *pgxpool.Pool
	access atomic.Int64 // counts what changed who may do what
	shared shared       // syncs under way
}

// NewStore gives the census kept in a database.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// tx is one transaction: who acts, over which county, and when. Time in a rule is now, never the process's clock.
type tx struct {
	piped
	actor   Actor
	county  Code
	now     time.Time
	writing bool           // whether it may change anything
	known   *Settings      // the county's, once read
	opened  []Round        // the county's rounds, once read
	drawn   []drawn        // on the map, to be told at the end
	stale   []Code         // sub-areas of which nothing may be kept that was made before
	access  bool           // somebody may do more or less than before
	indexed bool           // it looks rows up by their indexes
	acting  map[Code]Actor // who acts in a place, where several share the transaction
}

// write runs do in one transaction of an actor at a place. An actor who does not reach the place is refused before.
func (s *Store) write(ctx context.Context, actor Actor, place Code, do func(*tx) error) error {
	return s.transact(ctx, opening{begin: beginWriting, plans: "auto"}, actor, place, do)
}

// writeAsked is write for a transaction whose first question is known before it begins: that is sent along, and until then its
// time is not known.
func (s *Store) writeAsked(ctx context.Context, actor Actor, place Code, do func(*tx) error) error {
	return s.transact(ctx, opening{begin: beginWriting, plans: "auto", withFirst: true}, actor, place, do)
}

// read is write for a transaction that changes nothing and sees one state of the database. Its lists are planned for what they are
// asked: one plan for every filter there might be would read whole tables.
func (s *Store) read(ctx context.Context, actor Actor, place Code, do func(*tx) error) error {
	return s.transact(ctx, opening{begin: beginReading, plans: "force_custom_plan"}, actor, place, do)
}

// opening is how a transaction begins.
type opening struct {
	begin     string
	plans     string // which plans its statements get
	withFirst bool   // it begins with what is first asked
}

const (
	beginWriting = `BEGIN`
	beginReading = `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY`
)

// transact runs do under the scopes the place is asked for: whoever reaches several parts of it sees them together.
func (s *Store) transact(ctx context.Context, o opening, actor Actor, place Code, do func(*tx) error) error {
	if err := place.Valid(); err != nil {
		return err
	}
	scopes := actor.scopesFor(place)
	if len(scopes) == 0 {
		return refuse(NotFound, "outside_scope", "%s 不在您的范围内", "%s is outside your scope", place)
	}
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return explained(err)
	}
	county := max(place.County(), scopes[0].County()) // where no place is named, the county of the scope
	begun := &tx{piped: piped{conn: conn}, actor: actor, county: county, writing: o.begin == beginWriting}
	err = begun.through(ctx, o, scopes, do)
	if begun.access {
		s.access.Add(1)
	}
	return explained(err)
}

// through begins the transaction, runs do and commits, and undoes all of it if anything fails.
func (t *tx) through(ctx context.Context, o opening, scopes []Code, do func(*tx) error) error {
	defer t.leave(ctx)
	t.later("begin", o.begin)
	t.introduce(scopes, o.plans)
	if !o.withFirst {
		if err := t.send(ctx); err != nil {
			return err
		}
	}
	if err := do(t); err != nil {
		return err
	}
	t.tellMap()
	return t.commit(ctx)
}

// introduce tells the database who acts and over what, for this transaction only, and asks its time. Several scopes are told as
// the range from the first to the last, and by name.
func (t *tx) introduce(scopes []Code, plans string) {
	from, to := slices.Min(scopes), slices.Max(scopes)
	lo, _ := from.span()
	_, hi := to.span()
	countyLo, _ := from.County().span()
	_, countyHi := to.County().span()
	held := ""
	if len(scopes) > 1 {
		held = joined(scopes)
	}
	const sql = `
		SELECT now()
		  FROM (SELECT set_config('canvass.role', $1, true),
		               set_config('canvass.actor', $2, true),
		               set_config('canvass.lo', $3, true),
		               set_config('canvass.hi', $4, true),
		               set_config('canvass.county_lo', $5, true),
		               set_config('canvass.county_hi', $6, true),
		               set_config('canvass.held', $7, true),
		               set_config('plan_cache_mode', $8, true)
		       ) AS introduced`
	actor := ""
	if t.actor.ID != uuid.Nil {
		actor = t.actor.ID.String()
	}
	t.queued = append(t.queued, queued{what: "say who acts", sql: sql, args: []any{t.actor.Role, actor, lo, hi, countyLo, countyHi, held, plans},
		read: func(rows pgx.Rows) (err error) {
			t.now, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[time.Time])
			return err
		}})
}

// joined writes codes one after the other, with commas.
func joined(codes []Code) string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = string(c)
	}
	return strings.Join(texts, ",")
}

// inBulk has the rest of the transaction planned for many rows. Just after thousands of rows came in, the planner still
// believes in a handful, and would look each of them up in all the others. A single sub-area has no many rows.
func (t *tx) inBulk(ctx context.Context, within Code) error {
	if within.Level() == LevelSubArea {
		return nil
	}
	_, err := t.Exec(ctx, `SELECT set_config('enable_nestloop', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)`)
	return err
}

// byIndex has the rest of the transaction look few rows up by their indexes. Row policies keep the planner from seeing how few
// they are, and it would hash whole tables. So guided, a plan does not depend on what is looked for, and is made once.
func (t *tx) byIndex() {
	if !t.indexed {
		t.later("look up by indexes", lookUpByIndex)
		t.indexed = true
	}
}

const lookUpByIndex = `
	SELECT set_config('enable_hashjoin', 'off', true),
	       set_config('enable_mergejoin', 'off', true),
	       set_config('enable_seqscan', 'off', true),
	       set_config('plan_cache_mode', 'force_generic_plan', true)`

// manyRows is from how many rows on the planner is told that they came.
const manyRows = 300

// counted tells the planner what now lies in tables that n rows were just written to, so that what follows in this
// transaction and after it is planned for them.
func (t *tx) counted(ctx context.Context, n int, tables ...string) error {
	if n < manyRows {
		return nil
	}
	_, err := t.Exec(ctx, `SELECT canvass_analyze($1)`, tables)
	return err
}

// inOrder has the list of a wide place read in the order of its index until the page is full. Row policies keep the planner
// from seeing how much lies in a place, and it would sort all of it.
func (t *tx) inOrder(ctx context.Context, within Code) error {
	if level := within.Level(); level == LevelArea || level == LevelSubArea {
		return nil
	}
	_, err := t.Exec(ctx, `SELECT set_config('enable_sort', 'off', true)`)
	return err
}

// must refuses unless the actor has one of the roles.
func (t *tx) must(what Text, roles ...Role) error {
	if t.actor.Is(roles...) {
		return nil
	}
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return refuse(Forbidden, "role_not_allowed", "您的角色不能%[1]s(需要:%[3]s)", "your role may not %[2]s (it takes: %[3]s)",
		what.ZH, what.EN, strings.Join(names, ", "))
}

// Text is a phrase in both languages.
type Text struct{ ZH, EN string }

// In gives the phrase in a language, "zh" or "en".
func (t Text) In(language string) string {
	if language == "en" {
		return t.EN
	}
	return t.ZH
}

// Page asks for a stretch of a list: at most Limit items after the cursor that the page before gave.
type Page struct {
	After string
	Limit int
}

// The bounds of a page.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

func (p Page) limit() int {
	switch {
	case p.Limit <= 0:
		return defaultLimit
	default:
		return min(p.Limit, maxLimit)
	}
}

// List is a stretch of a list; Next is the cursor of what follows, empty at the end.
type List[T any] struct {
	Items []T
	Next  string
}

// listed cuts limit+1 rows that were read to a page of limit, with the cursor of the last.
func listed[T any](rows []T, limit int, cursor func(T) string) List[T] {
	if len(rows) <= limit {
		return List[T]{Items: rows}
	}
	rows = rows[:limit]
	return List[T]{Items: rows, Next: cursor(rows[limit-1])}
}

// collect reads rows into structs by column name.
func collect[T any](rows pgx.Rows, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// one reads a single row into a struct by column name; pgx.ErrNoRows if there is none.
func one[T any](rows pgx.Rows, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
}

// first picks the row that was asked for out of a list that begins with it; pgx.ErrNoRows if it is not there.
func first[T any](rows []T, err error, is func(T) bool) (T, error) {
	var none T
	switch {
	case err != nil:
		return none, err
	case len(rows) == 0 || !is(rows[0]):
		return none, pgx.ErrNoRows
	}
	return rows[0], nil
}

// fresh locks the row whose revision the query reads and refuses if it is not the one that was read.
func (t *tx) fresh(ctx context.Context, base int64, sql string, key ...any) error {
	var current int64
	if err := t.QueryRow(ctx, sql, key...).Scan(&current); err != nil {
		return err
	}
	return stale(base, current)
}

// stale refuses a write that stands on an older revision than what is there; revision 0 asks for no such check.
func stale(base, current int64) error {
	if base == 0 || base == current {
		return nil
	}
	return refuse(Stale, "changed_since", "已被他人修改(您的版本 %d,现在 %d),请刷新后再改",
		"somebody changed it since you read it (you have revision %d, it is at %d); read it again", base, current)
}
