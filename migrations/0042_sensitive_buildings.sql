-- +goose Up
-- Barracks and prisons are covered, and that is all that is kept of them: an outline, a number and their kind, on which the
-- counts rest. How many floors, stairwells, doors and units they have is nobody's business, and neither is what somebody noted
-- at their doors. Nor is any of it kept in what they were.
UPDATE buildings
   SET floors = NULL,
       stairwells = NULL,
       doors = NULL,
       units = NULL,
       reason = CASE WHEN standing IN ('confirmed', 'proposed') THEN '' ELSE reason END
 WHERE sensitive;

ALTER TABLE buildings ADD CONSTRAINT buildings_sensitive_ones_carry_no_figures
    CHECK (NOT sensitive OR num_nonnulls(floors, stairwells, doors, units) = 0);

ALTER TABLE past_buildings ADD CONSTRAINT past_buildings_sensitive_ones_carry_nothing
    CHECK (NOT sensitive OR name = '' AND address = '' AND num_nonnulls(floors, stairwells, doors, units) = 0);

UPDATE visits v
   SET note = ''
  FROM dwellings d
  JOIN buildings b ON b.county = d.county AND b.id = d.building
 WHERE b.sensitive AND v.county = d.county AND v.dwelling = d.id AND v.note <> '';

-- Marking a building sensitive takes what was noted at its doors away.
GRANT UPDATE (note) ON visits TO canvass_app;
