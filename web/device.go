package web

import (
	"context"
	"net/url"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

const devicesPath = "/api/devices"

// Enrolment is a code by which one tablet becomes a device of an account.
type Enrolment struct {
	ID        uuid.UUID  `json:"id" format:"uuid"`
	County    areas.Code `json:"county"`
	User      uuid.UUID  `json:"user" format:"uuid"`
	Code      string     `json:"code" doc:"told now and never again"`
	QR        string     `json:"qr" doc:"text for a QR code: the address at which the field app opens and enrols, with the key of this server"`
	IssuedAt  time.Time  `json:"issued_at"`
	ExpiresAt time.Time  `json:"expires_at"`
}

// enrolmentForm writes the QR's text as an address whose fragment no server and no proxy sees. It carries the server's key beside
// the code, so that a tablet that scans it takes no other server for this one from the first request on.
func enrolmentForm(e areas.Enrolment, origin string, key string) Enrolment {
	return Enrolment{ID: e.ID, County: e.County, User: e.User, Code: e.Code, IssuedAt: e.IssuedAt, ExpiresAt: e.ExpiresAt,
		QR: origin + "/field/#enrol=" + e.Code + "&server=" + url.QueryEscape(key)}
}

// Device is a tablet that acts for one account.
type Device struct {
	County     areas.Code `json:"county"`
	ID         uuid.UUID  `json:"id" format:"uuid"`
	User       uuid.UUID  `json:"user" format:"uuid"`
	UserName   string     `json:"user_name"`
	Name       string     `json:"name"`
	EnrolledAt time.Time  `json:"enrolled_at"`
	Pledge     string     `json:"pledge" doc:"version of the pledge of confidentiality that was accepted; empty before"`
	PledgedAt  *time.Time `json:"pledged_at"`
	LastSyncAt *time.Time `json:"last_sync_at"`
	ClockOffS  int        `json:"clock_off_s" doc:"seconds by which its clock was ahead of the server's at the last sync"`
	Serial     int64      `json:"serial" doc:"number of the last change taken from it, none missing before"`
	RevokedAt  *time.Time `json:"revoked_at"`
	Reason     string     `json:"reason" doc:"why it was revoked"`
	EraseNow   bool       `json:"erase_now"`
}

func deviceForm(d areas.Device) Device {
	return Device{County: d.County, ID: d.ID, User: d.User, UserName: d.UserName, Name: d.Name, EnrolledAt: d.EnrolledAt,
		Pledge: d.Pledge, PledgedAt: d.PledgedAt, LastSyncAt: d.LastSyncAt, ClockOffS: d.ClockOffS, Serial: d.Serial,
		RevokedAt: d.RevokedAt, Reason: d.Reason, EraseNow: d.EraseNow}
}

// Enrolled is what a tablet learns when it is enrolled: nothing of the census, until the pledge is accepted.
type Enrolled struct {
	Device Device     `json:"device"`
	Pledge PledgeText `json:"pledge"`
	Now    time.Time  `json:"now" doc:"the server's clock; the tablet keeps by how much its own differs"`
}

// PledgeText is the pledge of confidentiality in the reader's language.
type PledgeText struct {
	Version string `json:"version"`
	Text    string `json:"text"`
}

// DeviceNamed names one device in an address.
type DeviceNamed struct {
	County areas.Code `path:"county" doc:"code of a county, six digits"`
	ID     uuid.UUID  `path:"id" format:"uuid" doc:"id of a device"`
}

func (n DeviceNamed) key() areas.DeviceKey { return areas.DeviceKey{County: n.County, ID: n.ID} }

func (s *Server) issueEnrolment(ctx context.Context, actor areas.Actor, in *struct {
	Body struct {
		User uuid.UUID `json:"user" format:"uuid" doc:"an enumerator's account"`
	}
}) (*plain[Enrolment], error) {
	e, err := s.store.IssueEnrolment(ctx, actor, in.Body.User)
	return &plain[Enrolment]{enrolmentForm(e, exchangeOf(ctx).origin, s.tiles.Server().Key)}, err
}

func (s *Server) enrol(ctx context.Context, in *struct {
	Body struct {
		Code      string `json:"code" maxLength:"64"`
		Name      string `json:"name" minLength:"1" maxLength:"100" doc:"what the tablet is called on the console"`
		PublicKey []byte `json:"public_key" doc:"P-256, base64 of the SubjectPublicKeyInfo or of the 65 bytes of the point"`
	}
}) (*plain[Enrolled], error) {
	x := exchangeOf(ctx)
	if err := s.throttle.allow(in.Body.Code, x.address); err != nil {
		return nil, err
	}
	d, err := s.store.Enrol(ctx, areas.NewDevice(in.Body))
	if err != nil {
		return nil, err
	}
	return &plain[Enrolled]{Enrolled{Device: deviceForm(d), Now: time.Now().UTC(),
		Pledge: PledgeText{areas.PledgeVersion, areas.Pledge.In(x.language)}}}, nil
}

func (s *Server) devices(ctx context.Context, actor areas.Actor, in *struct {
	Paged[Device]
	Within areas.Code `query:"within" doc:"code of the place to look in; all that one reaches if left out"`
	User   string     `query:"user" format:"uuid" doc:"id of an account"`
}) (*page[Device], error) {
	user, err := optionalID(in.User)
	if err != nil {
		return nil, err
	}
	found, err := s.store.Devices(ctx, actor, areas.DeviceQuery{Within: in.Within, User: user, Page: in.page()})
	return pageOf(found, err, deviceForm)
}

func (s *Server) pledge(ctx context.Context, actor areas.Actor, in *struct {
	DeviceNamed
	Body struct {
		Version string `json:"version" maxLength:"64" doc:"of the text that was read and accepted"`
	}
}) (*plain[Device], error) {
	if d := exchangeOf(ctx).device; d == nil || d.ID != in.ID {
		return nil, errNoDevice
	}
	d, err := s.store.Pledged(ctx, actor, in.key(), in.Body.Version)
	return &plain[Device]{deviceForm(d)}, err
}

func (s *Server) revokeDevice(ctx context.Context, actor areas.Actor, in *struct {
	DeviceNamed
	Body struct {
		Reason   string `json:"reason" maxLength:"500"`
		EraseNow bool   `json:"erase_now,omitempty" doc:"it erases itself at once, without sending what it has not sent: for a lost tablet"`
	}
}) (*plain[Device], error) {
	d, err := s.store.Revoke(ctx, actor, in.key(), in.Body.Reason, in.Body.EraseNow)
	return &plain[Device]{deviceForm(d)}, err
}
