package web

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"canvass/areas"
)

const outboxesPath = "/api/outboxes"

// OutboxTaken is what became of the work in a tablet's outbox. File goes back to the tablet, which forgets what is receipted.
type OutboxTaken struct {
	County      areas.Code `json:"county"`
	Device      uuid.UUID  `json:"device" format:"uuid"`
	DeviceName  string     `json:"device_name"`
	User        uuid.UUID  `json:"user" format:"uuid"`
	UserName    string     `json:"user_name"`
	WrittenAt   time.Time  `json:"written_at" doc:"when the tablet wrote the file, by the server's clock as it knew it"`
	Applied     int        `json:"applied"`
	Held        int        `json:"held" doc:"an earlier change is missing, which another file of the tablet holds, or the tablet itself"`
	Quarantined int        `json:"quarantined" doc:"for a supervisor to decide"`
	Rejected    int        `json:"rejected"`
	Receipts    []Receipt  `json:"receipts"`
	File        []byte     `json:"file" doc:"base64: the receipts for the tablet, signed by the server"`
}

// TakeOutbox takes a tablet's outbox, brought by somebody: its signature must be the device's, and what it holds is then taken as
// if the device had sent it.
func TakeOutbox(ctx context.Context, store *areas.Store, by areas.Actor, key ed25519.PrivateKey, file []byte) (OutboxTaken, error) {
	read, err := readOutbox(file)
	if err != nil {
		return OutboxTaken{}, err
	}
	device, language, err := store.OutboxDevice(ctx, by, read.device)
	if err != nil {
		return OutboxTaken{}, err
	}
	if !read.by(device.PublicKey) {
		return OutboxTaken{}, errOutboxUnsigned
	}
	body, err := read.open(key)
	if err != nil {
		return OutboxTaken{}, err
	}
	got, err := store.TakeOutbox(ctx, by, areas.Outbox{WrittenAt: read.writtenAt,
		Batch: Sync{Clock: body.Clock, Changes: body.Changes}.batch(device)})
	if err != nil {
		return OutboxTaken{}, err
	}
	out, back := takenForm(device, language, got)
	out.WrittenAt = read.writtenAt
	out.File, err = writeReceipts(key, read, got.Now, back)
	return out, err
}

// takenForm tells what became of a file's changes to whoever brought it, and to the tablet.
func takenForm(d areas.Device, language string, got areas.Synced) (OutboxTaken, OutboxReceipts) {
	out := OutboxTaken{County: d.County, Device: d.ID, DeviceName: d.Name, User: d.User, UserName: d.UserName,
		Receipts: []Receipt{}}
	back := OutboxReceipts{Version: syncVersion, Serial: got.Serial, Receipts: []OutboxReceipt{}}
	count := map[string]*int{areas.ChangeApplied: &out.Applied, areas.ChangeHeld: &out.Held, areas.ChangeQuarantined: &out.Quarantined,
		areas.ChangeRejected: &out.Rejected}
	for _, r := range got.Receipts {
		*count[r.State]++
		out.Receipts = append(out.Receipts, receiptForm(r, language))
		back.Receipts = append(back.Receipts, OutboxReceipt{r.ID, r.Serial, r.State, r.Reason, r.Words.In(language)})
	}
	return out, back
}

func (s *Server) takeOutbox(ctx context.Context, actor areas.Actor, in *struct {
	RawBody []byte `contentType:"application/octet-stream"`
}) (*plain[OutboxTaken], error) {
	taken, err := TakeOutbox(ctx, s.store, actor, s.key, in.RawBody)
	if err != nil {
		return nil, err
	}
	return &plain[OutboxTaken]{taken}, nil
}

// outboxOperation describes POST /api/outboxes, with schemas for what is sealed and what goes back.
func outboxOperation(api huma.API) huma.Operation {
	o := op(http.MethodPost, outboxesPath, "takeOutbox", "Take the unsent work of a tablet that no network reaches, from a file that it wrote")
	o.MaxBodyBytes = largestOutbox
	o.Security = []map[string][]string{{"session": {}}}
	o.Description = "The body is the file as the field app writes it, a line of text and sealed bytes:\n\n" +
		"    canvass-outbox-1 COUNTY/DEVICE MS SIGNATURE\n    ENCAPSULATED CIPHERTEXT\n\n" +
		"MS is the server's time in milliseconds as the tablet knew it. SIGNATURE is the device's, as it signs requests (ECDSA P-256 SHA-256, " +
		"64 bytes, base64url), over the lines canvass-outbox-1, COUNTY/DEVICE, MS and the SHA-256 of all that follows the first line feed in " +
		"hexadecimal digits. Sealed is an OutboxBody as JSON packed with gzip: HPKE in base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, " +
		"AES-256-GCM, to seal_key of GET /api/server, info \"canvass outbox 1\", additional data the first three of those lines; first the " +
		"encapsulated key, 65 bytes, then the ciphertext. Every change is taken as if the tablet had sent it: once, whether the file comes " +
		"again or the tablet sends it too. The answer's file is for the tablet: the line canvass-receipts-1 COUNTY/DEVICE MS SIGNATURE, " +
		"Ed25519 by the server's key over the lines canvass-receipts-1, COUNTY/DEVICE, MS and the SHA-256 of the rest, and then an " +
		"OutboxReceipts as JSON packed with gzip. The file of a revoked tablet is refused."
	for _, form := range []any{OutboxBody{}, OutboxReceipts{}} {
		api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(form), true, reflect.TypeOf(form).Name())
	}
	return o
}

// packageServer tells who signs the packages, for a tablet to pin when it is enrolled, and to which key it seals an outbox.
func (s *Server) packageServer(context.Context, *struct{}) (*plain[PackageServer], error) {
	signer := s.tiles.Server()
	private, err := sealingKey(s.key)
	if err != nil {
		return nil, err
	}
	public := base64.StdEncoding.EncodeToString(private.PublicKey().Bytes())
	return &plain[PackageServer]{PackageServer{ID: signer.ID, Key: signer.Key, SealKey: public,
		SealSignature: base64.StdEncoding.EncodeToString(ed25519.Sign(s.key, sealingText(public)))}}, nil
}

// readStrictly reads JSON that holds what its form allows and nothing else.
func readStrictly[T any](text []byte, into *T) error {
	var any any
	if err := json.Unmarshal(text, &any); err != nil {
		return errBrokenOutbox
	}
	if len(huma.NewModelValidator().Validate(reflect.TypeFor[T](), any)) > 0 {
		return errOutboxMalformed
	}
	if err := json.Unmarshal(text, into); err != nil {
		return errOutboxMalformed
	}
	return nil
}
