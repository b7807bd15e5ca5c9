package areas

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Outbox is a batch that a tablet wrote to a file, because no network reached it. WrittenAt is when, by the server's clock as the
// tablet knew it: its own clock was off by as much then as it is now.
type Outbox struct {
	Batch
	WrittenAt time.Time
}

// mostAtOnce is how many changes of an outbox are taken in one transaction.
const mostAtOnce = 500

// OutboxDevice answers the device that an outbox names, for its signature to be checked, and the language of its account. The file
// of a revoked one is refused: it may have been written by whoever found the tablet.
func (s *Store) OutboxDevice(ctx context.Context, by Actor, key DeviceKey) (Device, string, error) {
	var d Device
	var u User
	err := s.anywhere(ctx, by, func(t *tx) (err error) {
		if err := t.must(Text{"导入平板的记录文件", "take a tablet's file"}, RoleSupervisor, RoleAdministrator); err != nil {
			return err
		}
		t.county = key.County
		if d, err = t.device(ctx, key.ID); err != nil {
			return err
		}
		if d.RevokedAt != nil {
			return refuse(Forbidden, "outbox_revoked", "这台平板已于 %s 停用(%s),不再接收它的文件;平板联网后发来的记录会留待指导员处理",
				"this tablet was revoked on %s (%s), and its file is not taken; what it sends itself once it is online is kept for a supervisor to decide",
				d.RevokedAt.UTC().Format(time.DateOnly), d.Reason)
		}
		u, err = t.user(ctx, d.User)
		return err
	})
	return d, u.Language, err
}

// TakeOutbox takes what a tablet wrote to a file as if it had sent it, on behalf of its account: every change once, with its
// receipt, whatever of it came before or comes again. That somebody brought it is recorded.
func (s *Store) TakeOutbox(ctx context.Context, by Actor, o Outbox) (Synced, error) {
	d, _, err := s.OutboxDevice(ctx, by, o.Device)
	if err != nil {
		return Synced{}, err
	}
	if o.WrittenAt.IsZero() {
		return Synced{}, refuse(Invalid, "time_missing", "文件没有说明写于何时", "the file does not say when it was written")
	}
	owner := Actor{ID: d.User, Name: d.UserName, Role: RoleEnumerator, Scopes: []Code{d.County}}
	changes := slices.Clone(o.Changes)
	slices.SortStableFunc(changes, func(x, y Change) int { return cmp.Compare(x.Serial, y.Serial) })
	var out Synced
	for first := true; first || len(changes) > 0; first = false {
		batch := o.Batch
		batch.Changes, changes = changes[:min(len(changes), mostAtOnce)], changes[min(len(changes), mostAtOnce):]
		batch.brought = &brought{by, o.WrittenAt}
		got, err := s.Sync(ctx, owner, batch)
		if err != nil {
			return out, err // what was taken before is answered as known when the file comes again
		}
		got.Receipts = append(out.Receipts, got.Receipts...)
		out = got
	}
	return out, nil
}

// brought tells who brought a batch in a file, and when that was written.
type brought struct {
	by Actor
	at time.Time
}

// sentAt is when a batch left its tablet.
func (b Batch) sentAt(now time.Time) time.Time {
	if b.brought != nil && b.brought.at.Before(now) {
		return b.brought.at
	}
	return now
}

// recordBrought writes who brought a device's file.
func (a *applying) recordBrought(ctx context.Context, p *tablet) error {
	device, b := a.actor, p.batch.brought
	a.actor = b.by
	defer func() { a.actor = device }()
	return a.recordDevice(ctx, "import", p.device, map[string]any{"what": "outbox", "written_at": b.at, "changes": len(p.all)})
}
