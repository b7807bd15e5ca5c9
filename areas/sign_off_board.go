package areas

import (
	"context"
	"time"
)

// SignOffRow is how far the frame of a place has come: its sub-areas by state, what is unfinished, and who signed last.
type SignOffRow struct {
	Code        Code           `db:"code"`
	Name        string         `db:"name"`
	States      map[string]int `db:"states"`
	SubAreas    int            `db:"sub_areas"`
	Undescribed int            `db:"undescribed"`
	OverNorm    int            `db:"over_norm"`
	UnderNorm   int            `db:"under_norm"`
	NoBuildings int            `db:"no_buildings"`
	SignedVerb  string         `db:"signed_verb"`
	SignedAt    *time.Time     `db:"signed_at"`
	SignedBy    string         `db:"signed_by"`
}

// SignOffBoard lists the towns of a county, the census areas of a town or the sub-areas of an area, with how far each has come.
func (s *Store) SignOffBoard(ctx context.Context, actor Actor, within Code) ([]SignOffRow, error) {
	below := map[Level]Level{LevelCounty: LevelTown, LevelTown: LevelArea, LevelArea: LevelSubArea}[within.Level()]
	if below == "" {
		return nil, refuse(Invalid, "level_unknown", "请指明县、镇街或普查区", "name a county, town or census area").On("within")
	}
	var out []SignOffRow
	err := s.read(ctx, actor, within, func(t *tx) (err error) {
		settings, err := t.settings(ctx)
		if err != nil {
			return err
		}
		lo, hi := within.span()
		const sql = `
			WITH counted AS (
				SELECT left(s.code, $4) AS code,
				       s.state,
				       count(*)::int AS n,
				       (count(*) FILTER (WHERE s.description = ''))::int AS undescribed,
				       (count(*) FILTER (WHERE c.expected > $6))::int AS over_norm,
				       (count(*) FILTER (WHERE c.expected < $5 AND NOT s.virtual))::int AS under_norm,
				       (count(*) FILTER (WHERE coalesce(c.buildings, 0) = 0 AND NOT s.virtual
				                          AND NOT EXISTS (SELECT FROM building_parts p
				                                           WHERE p.county = s.county AND p.sub_area = s.code AND p.retired_at IS NULL)))::int AS no_buildings
				  FROM sub_areas s
				  LEFT JOIN coverage c ON c.county = s.county AND c.sub_area = s.code
				 WHERE s.county = $1 AND s.code >= $2 AND s.code < $3 AND s.retired_at IS NULL
				 GROUP BY 1, 2
			), summed AS (
				SELECT code,
				       jsonb_object_agg(state, n) AS states,
				       sum(n)::int AS sub_areas,
				       sum(undescribed)::int AS undescribed,
				       sum(over_norm)::int AS over_norm,
				       sum(under_norm)::int AS under_norm,
				       sum(no_buildings)::int AS no_buildings
				  FROM counted
				 GROUP BY code
			)
			SELECT s.*,
			       coalesce(r.name, a.name, n.description, '') AS name,
			       coalesce(l.verb, '') AS signed_verb,
			       l.at AS signed_at,
			       coalesce(u.display_name, '') AS signed_by
			  FROM summed s
			  LEFT JOIN regions r ON r.county = $1 AND r.code = s.code
			  LEFT JOIN areas a ON a.county = $1 AND a.code = s.code
			  LEFT JOIN sub_areas n ON n.county = $1 AND n.code = s.code
			  LEFT JOIN LATERAL (SELECT v.verb, v.at, v.actor
			                       FROM revisions v
			                      WHERE v.county = $1 AND starts_with(s.code, v.place)
			                        AND v.verb IN ('submit', 'approve', 'freeze', 'return', 'reopen')
			                        AND v.revision > coalesce((SELECT max(p.revision) -- what was made since, nobody signed
			                                                     FROM past_members p
			                                                    WHERE p.county = $1 AND p.code = s.code AND NOT p.existed), 0)
			                        AND NOT EXISTS (SELECT FROM revisions o
			                                         WHERE o.county = $1 AND o.verb = 'undo' AND o.revision > v.revision
			                                           AND o.detail->>'undoes' = v.revision::text)
			                      ORDER BY v.revision DESC
			                      LIMIT 1) l ON true
			  LEFT JOIN users u ON u.id = l.actor
			 ORDER BY s.code`
		out, err = collect[SignOffRow](t.Query(ctx, sql, t.county, lo, hi, lengthsByLevel[below], settings.NormMin, settings.NormMax))
		return err
	})
	return out, err
}
