package web

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"canvass/areas"
)

const syncPath = "/api/sync"

// syncVersion is the protocol's; a tablet that speaks another is told so and keeps what it has.
const syncVersion = 1

// largestSync bounds the body of a sync, unpacked.
const largestSync = 8 << 20

// Sync is what a tablet sends: what was done on it, in order, and what it knows.
type Sync struct {
	Version int        `json:"version" enum:"1" doc:"of the protocol"`
	Clock   time.Time  `json:"clock" doc:"the tablet's own clock at sending; times in the changes are put right by how much it is off"`
	Cursor  string     `json:"cursor,omitempty" maxLength:"64" doc:"of the last answer; empty at first"`
	Changes []Change   `json:"changes,omitempty" maxItems:"500" doc:"by serial number, the earliest first"`
	Have    []SyncHave `json:"have,omitempty" maxItems:"200" doc:"the sub-areas the tablet has"`
	Resend  []string   `json:"resend,omitempty" maxItems:"200" doc:"sub-areas whose hash differed: they are told whole"`
}

// Change is one act of a person on a tablet.
type Change struct {
	ID           uuid.UUID       `json:"id" format:"uuid" doc:"made on the tablet; of a visit it is the visit's"`
	Serial       int64           `json:"serial" minimum:"1" doc:"counts the device's changes from 1, none left out, and stays with the change"`
	Verb         string          `json:"verb" pattern:"^[a-z_]{1,64}$" doc:"what was done: see the schemas named after verbs"`
	SubArea      string          `json:"sub_area" maxLength:"32" doc:"as the tablet knew it, though it be divided since"`
	Epoch        int             `json:"epoch,omitempty" minimum:"0" maximum:"1000000" doc:"of the assignment it was done under"`
	BaseRevision int64           `json:"base_revision,omitempty" minimum:"0" doc:"of the dwelling or building it changes, as the tablet knew it"`
	At           time.Time       `json:"at" doc:"when it was done, by the tablet's clock"`
	Values       json.RawMessage `json:"values" doc:"by the verb: VisitValues, CorrectionValues, PatternValues and so on"`
}

// SyncHave is what a tablet holds of a sub-area.
type SyncHave struct {
	SubArea areas.Code `json:"sub_area"`
	Hash    string     `json:"hash" maxLength:"64"`
}

// Synced is the answer: what became of the changes, and what changed elsewhere.
type Synced struct {
	Version     int          `json:"version"`
	Now         time.Time    `json:"now"`
	Cursor      string       `json:"cursor"`
	Serial      int64        `json:"serial" doc:"the last change taken from the device, none missing before it"`
	Receipts    []Receipt    `json:"receipts" doc:"of the changes sent, of held ones that could be taken now, and of those that somebody decided since"`
	Assignments []Assignment `json:"assignments" doc:"in the account's hands now"`
	SubAreas    []SyncTold   `json:"sub_areas"`
	Erase       string       `json:"erase" enum:",now" doc:"now: the device was revoked; once everything is receipted it erases itself"`
}

// Receipt is what became of a change.
type Receipt struct {
	ID     uuid.UUID       `json:"id" format:"uuid"`
	Serial int64           `json:"serial"`
	State  string          `json:"state" enum:"applied,held,quarantined,rejected" doc:"applied and rejected ones may be forgotten; held waits for an earlier one; quarantined waits for a supervisor"`
	Reason string          `json:"reason" doc:"a word for programs; merged: applied beside what somebody else found"`
	Detail string          `json:"detail" doc:"the reason in the reader's language"`
	Theirs json.RawMessage `json:"theirs,omitempty" doc:"what it met on the other side"`
	Answer string          `json:"answer" enum:",accepted,rejected" doc:"what GIS staff or a supervisor decided of it since, of a proposal also where it is applied; detail says why"`
}

// SyncTold is what a tablet is told of one sub-area. The hash is over all that is there, whatever of it was told: the first 16
// hexadecimal digits of the SHA-256 of these lines, sorted by their bytes and joined by line feeds:
//
//	b ID REVISION STANDING                       a building whose place is the sub-area
//	d ID REVISION OCCUPANCY ATTEMPTS RESOLVED    a dwelling; resolved is 1 or 0
//	h ID REVISION COLLECTION                     a household of it
type SyncTold struct {
	Code       areas.Code     `json:"code"`
	Held       bool           `json:"held" doc:"in the account's hands; if not, the tablet keeps what is unsent and lets the rest go"`
	Full       bool           `json:"full" doc:"all there is: what the tablet has beside it is gone"`
	Count      int            `json:"count" doc:"of the hash's lines"`
	Hash       string         `json:"hash"`
	Dwellings  []Dwelling     `json:"dwellings"`
	Gone       []uuid.UUID    `json:"gone" doc:"dwellings that are none any more"`
	Buildings  []SyncBuilding `json:"buildings"`
	ReplacedBy []areas.Code   `json:"replaced_by" doc:"what it was divided into, or joined to"`
}

// SyncBuilding is what may change of a building while a tablet is out.
type SyncBuilding struct {
	ID       int64        `json:"id"`
	Place    areas.Code   `json:"place"`
	Number   int          `json:"number"`
	Kind     BuildingKind `json:"kind"`
	Standing Standing     `json:"standing"`
	Point    Point        `json:"point"`
	Revision int64        `json:"revision"`
}

func syncBuildingForm(b areas.FieldBuilding) SyncBuilding {
	return SyncBuilding{b.ID, b.Place, b.Number, BuildingKind(b.Kind), Standing(b.Standing), Point(b.Point), b.Revision}
}

func syncToldForm(t areas.Told) SyncTold {
	return SyncTold{Code: t.Code, Held: t.Held, Full: t.Full, Count: t.Count, Hash: t.Hash, Dwellings: forms(t.Dwellings, dwellingForm),
		Gone: append([]uuid.UUID{}, t.Gone...), Buildings: forms(t.Buildings, syncBuildingForm), ReplacedBy: append([]areas.Code{}, t.ReplacedBy...)}
}

func receiptForm(r areas.Receipt, language string) Receipt {
	return Receipt{ID: r.ID, Serial: r.Serial, State: r.State, Reason: r.Reason, Detail: r.Words.In(language), Theirs: r.Theirs, Answer: r.Answer}
}

func (in Sync) batch(d areas.Device) areas.Batch {
	out := areas.Batch{Device: areas.DeviceKey{County: d.County, ID: d.ID}, Clock: in.Clock,
		Known: areas.Known{Cursor: in.Cursor, Hashes: map[areas.Code]string{}}}
	for _, c := range in.Changes {
		out.Changes = append(out.Changes, areas.Change{ID: c.ID, Serial: c.Serial, Verb: c.Verb, SubArea: areas.Code(c.SubArea),
			Epoch: c.Epoch, Base: c.BaseRevision, At: c.At, Values: c.Values})
	}
	for _, h := range in.Have {
		out.Known.Hashes[h.SubArea] = h.Hash
	}
	for _, code := range in.Resend {
		out.Known.Resend = append(out.Known.Resend, areas.Code(code))
	}
	return out
}

func (s *Server) sync(ctx context.Context, actor areas.Actor, in *struct{ Body Sync }) (*plain[Synced], error) {
	x := exchangeOf(ctx)
	if x.device == nil {
		return nil, errNoDevice
	}
	got, err := s.store.Sync(ctx, actor, in.Body.batch(*x.device))
	if err != nil {
		return nil, err
	}
	out := Synced{Version: syncVersion, Now: got.Now, Cursor: got.Cursor, Serial: got.Serial,
		Receipts:    forms(got.Receipts, func(r areas.Receipt) Receipt { return receiptForm(r, x.language) }),
		Assignments: forms(got.Assignments, assignmentForm), SubAreas: forms(got.SubAreas, syncToldForm)}
	if x.device.RevokedAt != nil {
		out.Erase = "now"
	}
	return &plain[Synced]{out}, nil
}

// syncOperation describes POST /api/sync, with a schema for the values of every verb.
func syncOperation(api huma.API) huma.Operation {
	o := op(http.MethodPost, syncPath, "sync", "Send what was done on a tablet, and learn what changed")
	o.MaxBodyBytes = largestSync
	o.Security = []map[string][]string{{"device": {}}}
	o.Description = "Version 1. Sent again, whole or in part, in any order, at once or by two requests at a time, every change is taken once " +
		"and receipted alike. The body may be packed (Content-Encoding: gzip or zstd), and so is the answer if it is asked for. Verbs:\n"
	schemas := api.OpenAPI().Components.Schemas
	for _, v := range areas.VerbForms() {
		form := reflect.TypeOf(v.Values)
		o.Description += "\n- `" + v.Name + "`: " + v.About.EN
		if form.Name() != "" {
			schemas.Schema(form, true, form.Name())
			o.Description += " (" + form.Name() + ")"
		}
	}
	return o
}
