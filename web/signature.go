package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"canvass/areas"
)

// A device signs each of its requests with the key it was enrolled with:
//
//	Authorization: Canvass device=370883/0190…, time=1790000000000, nonce=…, signature=…
//
// The signature is ECDSA over P-256 with SHA-256, as WebCrypto gives it (64 bytes, base64url), of this text:
//
//	canvass-1
//	POST
//	/api/sync?x=y
//	1790000000000
//	the nonce
//	the SHA-256 of the body as it is sent, in hexadecimal digits
//
// The time is the server's in milliseconds, as the tablet knows it: every answer to a device carries it in Canvass-Time, so
// that a tablet whose own clock is wrong keeps the difference, and is told (clock_off) when it has none yet.
const (
	signScheme    = "Canvass "
	signVersion   = "canvass-1"
	timeHeader    = "Canvass-Time"
	largestSigned = 8 << 20 // bytes of a body that a device signs
	signWindow    = 5 * time.Minute
	shortestNonce = 16
	longestNonce  = 64
)

// signature is what the header says.
type signature struct {
	device areas.DeviceKey
	time   int64
	nonce  string
	value  []byte
}

func parseSignature(header string) (signature, error) {
	var s signature
	given := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(header, signScheme), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		given[name] = value
	}
	county, id, _ := strings.Cut(given["device"], "/")
	s.device.County, s.nonce = areas.Code(county), given["nonce"]
	var err error
	if s.device.ID, err = uuid.Parse(id); err != nil || s.device.County.Level() != areas.LevelCounty {
		return s, errBadSignature
	}
	if s.time, err = strconv.ParseInt(given["time"], 10, 64); err != nil {
		return s, errBadSignature
	}
	s.value, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(given["signature"], "="))
	if err != nil || len(s.value) != 64 || len(s.nonce) < shortestNonce || len(s.nonce) > longestNonce {
		return s, errBadSignature
	}
	return s, nil
}

// text is what was signed.
func (s signature) text(r *http.Request, body []byte) []byte {
	sum := sha256.Sum256(body)
	return fmt.Appendf(nil, "%s\n%s\n%s\n%d\n%s\n%s", signVersion, r.Method, r.URL.RequestURI(), s.time, s.nonce,
		hex.EncodeToString(sum[:]))
}

// by tells whether the key's holder signed the text.
func (s signature) by(key, text []byte) bool {
	parsed, err := x509.ParsePKIXPublicKey(key)
	if err != nil {
		return false
	}
	public, is := parsed.(*ecdsa.PublicKey)
	if !is {
		return false
	}
	sum := sha256.Sum256(text)
	r, v := new(big.Int).SetBytes(s.value[:32]), new(big.Int).SetBytes(s.value[32:])
	return ecdsa.Verify(public, sum[:], r, v)
}

// recognizeDevice fills the exchange from a signed request:
//
//  1. read what the header says, and the body, which is put back;
//  2. the signature must be the device's, and the time ours, and the request not seen before;
//  3. who was revoked, or has not pledged, may do no more than what that calls for.
func (s *Server) recognizeDevice(c echo.Context) error {
	r := c.Request()
	x := exchangeOf(r.Context())
	now := time.Now()
	c.Response().Header().Set(timeHeader, strconv.FormatInt(now.UnixMilli(), 10))
	sent, err := parseSignature(r.Header.Get(echo.HeaderAuthorization))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, largestSigned))
	if err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	at := time.UnixMilli(sent.time)
	signer, err := s.store.Signer(r.Context(), areas.Signed{Device: sent.device, At: at, Nonce: sent.nonce}, func(d areas.Device) error {
		switch {
		case !sent.by(d.PublicKey, sent.text(r, body)):
			return errWrongSignature
		case at.Sub(now).Abs() > signWindow:
			return errClockOff
		}
		return nil
	})
	switch {
	case areas.KindOf(err) == areas.NotFound:
		return errDeviceUnknown
	case areas.CodeOf(err) == areas.SignedBefore:
		return errReplayed
	case err != nil:
		return err
	}
	x.actor, x.user, x.language, x.device = signer.Actor, signer.User, signer.User.Language, &signer.Device
	x.unknown = refusedDevice(signer.Device, r)
	return nil
}

// refusedDevice is why a device may not do what it asks for; nil if it may.
func refusedDevice(d areas.Device, r *http.Request) error {
	own := "/api/devices/" + string(d.County) + "/" + d.ID.String()
	switch {
	case d.RevokedAt != nil && r.URL.Path == syncPath:
		return nil // its last work is taken, to be looked at
	case d.RevokedAt != nil && d.EraseNow:
		return errErase
	case d.RevokedAt != nil:
		return errRevoked
	case d.Pledge != areas.PledgeVersion && r.URL.Path != own+"/pledge" && r.URL.Path != sessionPath:
		return errNoPledge
	}
	return nil
}
