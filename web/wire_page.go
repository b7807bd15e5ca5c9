package web

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"canvass/areas"
)

// Paged are the parameters of a list of W. What is embedded in a request is exported, for huma passes over what is not.
type Paged[W any] struct {
	After string `query:"after" maxLength:"1000" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" doc:"100 if left out"`
}

// Resolve opens the cursor. One that was cut short, mistyped or given by another list is refused; taken as it stands it
// would end the list early, and nobody would know.
func (p *Paged[W]) Resolve(huma.Context) []error {
	cursor, ok := unseal[W](p.After)
	if !ok {
		return []error{&huma.ErrorDetail{Location: "query.after", Message: brokenCursor}}
	}
	p.After = cursor
	return nil
}

func (p Paged[W]) page() areas.Page { return areas.Page{After: p.After, Limit: p.Limit} }

// brokenCursor is told in the reader's language by expectations.
const brokenCursor = "broken cursor"

const sealBytes = 4

// seal wraps a cursor with a checksum over it and the list that it goes on with; the end of a list stays empty.
func seal[W any](cursor string) string {
	if cursor == "" {
		return ""
	}
	sealed := binary.BigEndian.AppendUint32(nil, sumOf[W](cursor))
	return base64.RawURLEncoding.EncodeToString(append(sealed, cursor...))
}

func unseal[W any](sealed string) (string, bool) {
	if sealed == "" {
		return "", true
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(b) <= sealBytes {
		return "", false
	}
	cursor := string(b[sealBytes:])
	return cursor, binary.BigEndian.Uint32(b) == sumOf[W](cursor)
}

func sumOf[W any](cursor string) uint32 {
	return crc32.ChecksumIEEE([]byte(reflect.TypeFor[W]().Name() + "\n" + cursor))
}
