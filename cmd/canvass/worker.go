package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"canvass/areas"
)

// tendEvery is how often the clock alone may have changed what the checks find, such as a sub-area grown silent.
const tendEvery = 15 * time.Minute

// tend does what no request does: at the start it closes imports that a stopped process left, then every quarter of an hour
// it lets self-responses lapse whose time is over, runs the checks of every county and forgets old answers to repeated
// requests. What fails is logged and tried again.
func tend(ctx context.Context, logger *slog.Logger, store *areas.Store) error {
	if err := eachCounty(ctx, store, func(county areas.Code) error {
		return store.AbandonImports(ctx, areas.System(), county)
	}); err != nil && ctx.Err() == nil {
		logger.ErrorContext(ctx, "close the imports of a stopped process", "error", err)
	}
	clock := time.NewTicker(tendEvery)
	defer clock.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-clock.C:
		}
		err := errors.Join(store.Forget(ctx), eachCounty(ctx, store, func(county areas.Code) error {
			if _, err := store.LapseSelfResponses(ctx, areas.System(), county); err != nil {
				return err
			}
			return store.RunChecks(ctx, areas.System(), county)
		}))
		if err != nil && ctx.Err() == nil {
			logger.ErrorContext(ctx, "tend the counties", "error", err)
		}
	}
}

// eachCounty does something for every county of the database.
func eachCounty(ctx context.Context, store *areas.Store, do func(areas.Code) error) error {
	q := areas.RegionQuery{Level: areas.LevelCounty}
	for {
		counties, err := store.Regions(ctx, areas.System(), q)
		if err != nil {
			return err
		}
		for _, c := range counties.Items {
			if err := do(c.Code); err != nil {
				return fmt.Errorf("county %s: %w", c.Code, err)
			}
		}
		if q.Page.After = counties.Next; q.Page.After == "" {
			return nil
		}
	}
}
