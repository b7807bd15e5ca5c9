package web

import (
	"encoding/json"

	"canvass/areas"
	"canvass/tiles"
)

// SubAreaNamed names a sub-area in an address.
type SubAreaNamed struct {
	SubArea areas.Code `path:"sub_area" doc:"code of a sub-area, 15 digits"`
}

// Imagery asks for pictures from above as a part of the package.
type Imagery struct {
	Imagery bool `query:"imagery" doc:"with the county's imagery, which is large; 404 where none is configured"`
}

// PackageServer is who signs field packages.
type PackageServer struct {
	ID  string `json:"id" doc:"the first 16 hexadecimal digits of the key's SHA-256"`
	Key string `json:"key" doc:"Ed25519 public key, base64"`

	SealKey       string `json:"seal_key" doc:"P-256 public key that outboxes are sealed to: an uncompressed point, base64"`
	SealSignature string `json:"seal_signature" doc:"Ed25519 by key of canvass-seal/1, a line feed and seal_key; base64"`
}

// FieldPackage is a package's signed manifest, or how far its making is.
type FieldPackage struct {
	Revision  string           `json:"revision,omitempty" doc:"the manifest's SHA-256"`
	Manifest  string           `json:"manifest,omitempty" doc:"canonical JSON: format, county, sub_area, server {id, key}, parts [{name, hash, bytes, packed}]"`
	Signature string           `json:"signature,omitempty" doc:"Ed25519 of canvass-package/1, a line feed and the manifest; base64"`
	Progress  *PackageProgress `json:"progress,omitempty" doc:"while it is made"`
}

// PackageProgress tells how far a package's making is.
type PackageProgress struct {
	Stage string `json:"stage" enum:"reading,drawing,fetching,packing"`
	Done  int    `json:"done" doc:"stages, or pictures while those are fetched"`
	Total int    `json:"total"`
}

func packageForm(s tiles.Signed) FieldPackage {
	return FieldPackage{Revision: s.Revision(), Manifest: s.Manifest, Signature: s.Signature}
}

func progressForm(p tiles.Progress) *PackageProgress {
	return &PackageProgress{Stage: p.Stage, Done: p.Done, Total: p.Total}
}

// PackageRules is the rules part of a field package.
type PackageRules struct {
	County     areas.Code     `json:"county"`
	Rounds     []Round        `json:"rounds"`
	Settings   areas.Settings `json:"settings"`
	ContactKey *ContactKey    `json:"contact_key"` // null where no contact may be noted
}

// ContactKey is what a tablet seals contacts to.
type ContactKey struct {
	ID     string `json:"id"`
	Public []byte `json:"public"` // uncompressed point of P-256, base64
}

func rulesPart(r areas.FieldRules) ([]byte, error) {
	out := PackageRules{County: r.County, Rounds: forms(r.Rounds, roundForm), Settings: r.Settings}
	if k := r.ContactKey; k != nil {
		out.ContactKey = &ContactKey{ID: k.ID, Public: k.Public}
	}
	return json.Marshal(out)
}
