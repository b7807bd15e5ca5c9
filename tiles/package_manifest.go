package tiles

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// Manifest says what a field package holds. Its canonical form is JSON without blanks, members in the order of their names, and
// numbers that are whole: equal packages have equal manifests, and the manifest's SHA-256 is the package's revision.
type Manifest struct {
	Format  string `json:"format"` // packageFormat
	County  string `json:"county"`
	SubArea string `json:"sub_area"`
	Server  Server `json:"server"`
	Parts   []Part `json:"parts"` // by name
}

// Server is who signed, as tablets know it.
type Server struct {
	ID  string `json:"id"`  // the first 16 hexadecimal digits of the key's SHA-256
	Key string `json:"key"` // Ed25519, base64
}

// Part is one of a package's files. Hash and Bytes are of what it is unpacked; Packed is how many bytes are fetched.
type Part struct {
	Name   string `json:"name"`
	Hash   string `json:"hash"` // SHA-256, hexadecimal
	Bytes  int    `json:"bytes"`
	Packed int    `json:"packed"` // gzip
}

// The parts that there are. Tiles and imagery are bundles, the others text.
const (
	PartImagery = "imagery" // only where imagery is configured
	PartRoster  = "roster"  // buildings, their dwellings, the households there
	PartRules   = "rules"   // JSON: rounds, settings, keys
	PartStatus  = "status"  // a line for each dwelling and household of the roster
	PartStyle   = "style"   // JSON: the map's style by theme and language
	PartTiles   = "tiles"   // base/{z}/{x}/{y} and census/{z}/{x}/{y}
)

const packageFormat = "canvass-package/1"

func isBundle(part string) bool { return part == PartTiles || part == PartImagery }

// part finds a part by name.
func (m Manifest) part(name string) (Part, bool) {
	for _, p := range m.Parts {
		if p.Name == name {
			return p, true
		}
	}
	return Part{}, false
}

// Signed is a manifest as it is sent: its canonical JSON, and the server's signature of packageFormat, a line feed and that JSON.
type Signed struct {
	Manifest  string `json:"manifest"`
	Signature string `json:"signature"` // base64
}

// ErrManifest tells what is wrong with a manifest.
var ErrManifest = errors.New("this is no manifest of a field package")

// ServerOf is how tablets know the holder of a key.
func ServerOf(key ed25519.PublicKey) Server {
	sum := sha256.Sum256(key)
	return Server{ID: hex.EncodeToString(sum[:8]), Key: base64.StdEncoding.EncodeToString(key)}
}

// sign writes and signs a manifest.
func (m Manifest) sign(key ed25519.PrivateKey) (Signed, error) {
	text, err := canonical(m)
	if err != nil {
		return Signed{}, err
	}
	return Signed{Manifest: text, Signature: base64.StdEncoding.EncodeToString(ed25519.Sign(key, signedBytes(text)))}, nil
}

// Verify reads a manifest that a server signed. It refuses one that another signed, that names another server than its
// signature's, or that is not written as it must be.
func (s Signed) Verify(key ed25519.PublicKey) (Manifest, error) {
	var m Manifest
	signature, err := base64.StdEncoding.Strict().DecodeString(s.Signature)
	if err != nil || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, signedBytes(s.Manifest), signature) {
		return m, fmt.Errorf("%w: it was not signed by the key that was pinned", ErrManifest)
	}
	m, err = readManifest(s.Manifest)
	if err == nil && m.Server != ServerOf(key) {
		err = fmt.Errorf("%w: it names another server than the one that signed", ErrManifest)
	}
	return m, err
}

// Revision is the manifest's SHA-256.
func (s Signed) Revision() string { return hashOf([]byte(s.Manifest)) }

// readManifest reads a manifest's JSON and holds it against its canonical form.
func readManifest(text string) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if m.Format != packageFormat {
		return Manifest{}, fmt.Errorf("%w: its format is %q, not %q", ErrManifest, m.Format, packageFormat)
	}
	again, err := canonical(m)
	if err == nil && again != text {
		err = fmt.Errorf("%w: it is not in canonical form", ErrManifest)
	}
	return m, err
}

func signedBytes(manifest string) []byte { return []byte(packageFormat + "\n" + manifest) }

// canonical writes members in the order of their names and leaves text as it is.
func canonical(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var sorted any // maps are written by the order of their keys
	if err := d.Decode(&sorted); err != nil {
		return "", err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(sorted); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
