package areas

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
)

// clockSlack is by how much a tablet's clock may differ before its times are put right.
const clockSlack = 2 * time.Minute

// tablet is a device with its batch on its way into the census.
type tablet struct {
	parcel
	device  Device
	all     []*sentChange   // of the batch, by serial
	waiting []*sentChange   // held before
	inHands []Assignment    // the account's, now
	lifted  []SealedContact // from their changes, to be kept apart
}

// tablet reads a parcel: each change once, by serial number. Of the device nothing is known yet.
func (p parcel) tablet(county Code) *tablet {
	out := &tablet{parcel: p}
	seen := map[uuid.UUID]bool{}
	for _, c := range p.batch.Changes {
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		out.all = append(out.all, &sentChange{Change: c, by: out, place: nearest(county, c.SubArea), sent: true})
	}
	slices.SortStableFunc(out.all, func(x, y *sentChange) int { return cmp.Compare(x.Serial, y.Serial) })
	return out
}

// setRight puts the times that a tablet gives right by how much its clock differs; none lies after now. Those of changes that were
// kept before are right.
func (p *tablet) setRight(now time.Time) {
	off := p.batch.Clock.Sub(p.batch.sentAt(now))
	if !p.batch.Clock.IsZero() {
		p.device.ClockOffS = int(off.Seconds())
	}
	if p.batch.Clock.IsZero() || off.Abs() <= clockSlack {
		off = 0
	}
	for _, c := range p.all {
		if c.known {
			continue
		}
		if c.At = c.At.Add(-off).Truncate(time.Microsecond); c.At.After(now) {
			c.At = now
		}
	}
}

// liftContacts takes the contacts of a batch out of their changes, before anything else is done with those: whether they are
// taken, wait for an earlier one or are set aside, what they hold is never kept with them.
func (p *tablet) liftContacts(county Code) error {
	for _, c := range p.all {
		if c.known || c.Verb != verbSealContact {
			continue
		}
		kept := keptContact{}
		v, err := values[ContactValues](c)
		if err == nil {
			sealed := SealedContact{County: county, ID: c.ID, Place: c.place, Dwelling: v.Dwelling, Household: v.Household, Key: v.Key,
				Encapsulated: v.Encapsulated, Ciphertext: v.Ciphertext}
			kept.Dwelling = v.Dwelling
			if err = sealed.valid(); err == nil {
				p.lifted = append(p.lifted, sealed)
			}
		}
		kept.Malformed = err != nil
		if c.Values, err = json.Marshal(kept); err != nil {
			return err
		}
	}
	return nil
}

// order finds what is next, and what must wait or was sent under a number that is taken. A device's numbers leave none out.
func (p *tablet) order() []*sentChange {
	var ready []*sentChange
	waiting := map[int64]*sentChange{}
	for _, c := range p.waiting {
		waiting[c.Serial] = c
	}
	for _, c := range p.all {
		if c.known {
			continue
		}
		next := p.device.Serial + 1
		switch {
		case c.Serial < next || waiting[c.Serial] != nil:
			_ = c.settle(refuse(Conflict, "serial_taken",
				"另一台平板用同一身份发送过第 %d 号记录:本机数据可能是复制来的,请指导员重新登记",
				"a tablet with the same identity has sent another number %d: this one's store may be a copy; have it enrolled again", c.Serial))
		case c.Serial > next:
			c.state = ChangeHeld
			waiting[c.Serial] = c
		default:
			ready = append(ready, c)
			p.device.Serial++
			for next := waiting[p.device.Serial+1]; next != nil; next = waiting[p.device.Serial+1] {
				next.state = ""
				ready = append(ready, next)
				p.device.Serial++
			}
		}
	}
	return ready
}

// receipts answers for every change of the batch, and for those that waited for it.
func (p *tablet) receipts() []Receipt {
	all := slices.Clone(p.all)
	for _, c := range p.waiting {
		if c.state != ChangeHeld && !c.sent {
			all = append(all, c)
		}
	}
	out := make([]Receipt, len(all))
	for i, c := range all {
		out[i] = Receipt{ID: c.ID, Serial: c.Serial, State: c.state, Reason: c.reason, Words: Text{c.told.ZH, c.told.EN}, Theirs: c.told.Theirs}
	}
	return out
}
