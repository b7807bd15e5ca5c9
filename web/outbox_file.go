package web

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
)

// An outbox is a file in which a tablet that no network reaches gives its unsent work to a supervisor. It is a line of text and
// sealed bytes, and so may go by whatever way, in pictures of codes or by a chat:
//
//	canvass-outbox-1 370883/0190… 1790000000000 SIGNATURE
//	the encapsulated key (65 bytes), then the ciphertext
//
// The line names the device, the server's time in milliseconds as the tablet knew it when it wrote the file, and the device's
// signature (ECDSA P-256 with SHA-256, 64 bytes, base64url), with which it signs its requests, of this text:
//
//	canvass-outbox-1
//	370883/0190…
//	1790000000000
//	the SHA-256 of the sealed bytes, in hexadecimal digits
//
// What is sealed is the JSON of an OutboxBody, packed with gzip: HPKE (RFC 9180) in base mode, DHKEM(P-256, HKDF-SHA256),
// HKDF-SHA256, AES-256-GCM, to the seal_key of GET /api/server; info is "canvass outbox 1", and the additional data are the
// signed text's first three lines.
const (
	outboxFormat  = "canvass-outbox-1"
	outboxInfo    = "canvass outbox 1"
	largestOutbox = 8 << 20  // bytes of a file
	largestOpened = 64 << 20 // … of what is sealed in it
	longestLine   = 256      // bytes before the sealed ones
	pointBytes    = 65       // of an uncompressed point of P-256
)

// The receipts of an outbox go back to the tablet in a file of the like form: a line, which the server signed by the key that the
// tablet pinned (Ed25519, base64url), and the JSON of an OutboxReceipts, packed with gzip. What is signed is the first word of the
// line, the device, the time and the SHA-256 of the packed bytes, a line each as above.
const receiptsFormat = "canvass-receipts-1"

// OutboxBody is what is sealed in an outbox: the changes of a sync, in which nothing is asked.
type OutboxBody struct {
	Version int       `json:"version" enum:"1" doc:"of the protocol"`
	Clock   time.Time `json:"clock" doc:"the tablet's own clock when it wrote the file"`
	Changes []Change  `json:"changes" maxItems:"20000" doc:"by serial number, the earliest first"`
}

// OutboxReceipts is what the tablet reads in the file that is brought back: receipts as POST /api/sync gives them.
type OutboxReceipts struct {
	Version  int             `json:"version"`
	Serial   int64           `json:"serial" doc:"the last change taken from the device, none missing before it"`
	Receipts []OutboxReceipt `json:"receipts"`
}

// OutboxReceipt is a receipt without what it met on the other side, for the file is not sealed.
type OutboxReceipt struct {
	ID     uuid.UUID `json:"id" format:"uuid"`
	Serial int64     `json:"serial"`
	State  string    `json:"state" enum:"applied,held,quarantined,rejected"`
	Reason string    `json:"reason"`
	Detail string    `json:"detail" doc:"the reason in the language of the account"`
}

// outbox is a file as it was read; its signature is not yet checked.
type outbox struct {
	device    areas.DeviceKey
	writtenAt time.Time
	head      string // of the text that was signed
	signature signature
	sealed    []byte
}

// readOutbox reads the line and takes the rest as it is.
func readOutbox(file []byte) (outbox, error) {
	line, _, cut := bytes.Cut(file[:min(len(file), longestLine)], []byte("\n"))
	words := strings.Split(strings.TrimSuffix(string(line), "\r"), " ")
	if !cut || len(words) != 4 || words[0] != outboxFormat {
		return outbox{}, errNoOutbox
	}
	sealed := file[len(line)+1:]
	county, id, _ := strings.Cut(words[1], "/")
	o := outbox{device: areas.DeviceKey{County: areas.Code(county)}, head: strings.Join(words[:3], "\n"), sealed: sealed}
	ms, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil || len(words[2]) > len("9999999999999") {
		return o, errNoOutbox
	}
	o.writtenAt = time.UnixMilli(ms)
	if o.device.ID, err = uuid.Parse(id); err != nil || o.device.County.Level() != areas.LevelCounty {
		return o, errNoOutbox
	}
	if o.signature.value, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(words[3], "=")); err != nil || len(o.signature.value) != 64 {
		return o, errNoOutbox
	}
	if len(sealed) <= pointBytes {
		return o, errBrokenOutbox
	}
	return o, nil
}

// by tells whether the holder of a key signed the file.
func (o outbox) by(key []byte) bool { return o.signature.by(key, lined(o.head, o.sealed)) }

// open opens what is sealed to the server's key.
func (o outbox) open(key ed25519.PrivateKey) (OutboxBody, error) {
	var body OutboxBody
	private, err := sealingKey(key)
	if err != nil {
		return body, err
	}
	recipient, err := hpke.NewRecipient(o.sealed[:pointBytes], private, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(outboxInfo))
	if err != nil {
		return body, errSealedElsewhere
	}
	packed, err := recipient.Open([]byte(o.head), o.sealed[pointBytes:])
	if err != nil {
		return body, errSealedElsewhere
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return body, errBrokenOutbox
	}
	text, err := io.ReadAll(io.LimitReader(z, largestOpened+1))
	if err != nil || len(text) > largestOpened {
		return body, errBrokenOutbox
	}
	return body, readStrictly(text, &body)
}

// lined is the text that is signed of a file: what it says before, and the sum of the rest.
func lined(head string, rest []byte) []byte {
	sum := sha256.Sum256(rest)
	return []byte(head + "\n" + hex.EncodeToString(sum[:]))
}

// sealingKey is the key that outboxes are sealed to. It follows from the one by which tablets know this server.
func sealingKey(key ed25519.PrivateKey) (hpke.PrivateKey, error) {
	seed, err := hkdf.Key(sha256.New, key.Seed(), nil, outboxInfo, 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key that outboxes are sealed to: %w", err)
	}
	return hpke.DHKEM(ecdh.P256()).DeriveKeyPair(seed)
}

// sealingText is what the server signs of the key that outboxes are sealed to, so that a tablet that has pinned the server's key
// takes no other's for it.
func sealingText(public string) []byte { return []byte("canvass-seal/1\n" + public) }

// writeReceipts writes the file that goes back to the tablet.
func writeReceipts(key ed25519.PrivateKey, of outbox, at time.Time, receipts OutboxReceipts) ([]byte, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if err := json.NewEncoder(z).Encode(receipts); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	device, ms := string(of.device.County)+"/"+of.device.ID.String(), strconv.FormatInt(at.UnixMilli(), 10)
	signed := ed25519.Sign(key, lined(strings.Join([]string{receiptsFormat, device, ms}, "\n"), packed.Bytes()))
	line := strings.Join([]string{receiptsFormat, device, ms, base64.RawURLEncoding.EncodeToString(signed)}, " ")
	return append([]byte(line+"\n"), packed.Bytes()...), nil
}
