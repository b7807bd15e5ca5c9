package areas

import "context"

// SyncTogether takes the batches of several tablets in one transaction, as Sync does when they come at the same time.
func (s *Store) SyncTogether(ctx context.Context, actors []Actor, batches []Batch) ([]Synced, error) {
	parcels := make([]parcel, len(batches))
	for i, b := range batches {
		parcels[i] = parcel{actors[i], b}
	}
	return s.syncShared(ctx, parcels)
}
