package migrations

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// idCodec has a uuid.UUID go to the database and come from it as the sixteen bytes it is. pgx would write it as text and parse that
// again, which takes longer than the rest of a row.
type idCodec struct{ pgtype.UUIDCodec }

// registerIDs has a connection treat ids so.
func registerIDs(types *pgtype.Map) {
	one := &pgtype.Type{Name: "uuid", OID: pgtype.UUIDOID, Codec: idCodec{}}
	types.RegisterType(one)
	types.RegisterType(&pgtype.Type{Name: "_uuid", OID: pgtype.UUIDArrayOID, Codec: &pgtype.ArrayCodec{ElementType: one}})
}

// PlanEncode writes the bytes of an id.
func (c idCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, is := value.(uuid.UUID); is && format == pgtype.BinaryFormatCode {
		return writesID{}
	}
	return c.UUIDCodec.PlanEncode(m, oid, format, value)
}

// PlanScan reads the bytes of an id.
func (c idCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, is := target.(*uuid.UUID); is && format == pgtype.BinaryFormatCode {
		return readsID{}
	}
	return c.UUIDCodec.PlanScan(m, oid, format, target)
}

type writesID struct{}

func (writesID) Encode(value any, buf []byte) ([]byte, error) {
	id := value.(uuid.UUID)
	return append(buf, id[:]...), nil
}

type readsID struct{}

func (readsID) Scan(src []byte, target any) error {
	if len(src) != len(uuid.UUID{}) {
		return fmt.Errorf("%d bytes are no id", len(src))
	}
	*target.(*uuid.UUID) = uuid.UUID(src)
	return nil
}
