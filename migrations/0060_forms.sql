-- +goose Up
-- The forms that a household owes beside the short one, which everybody owes, and the long one, which the drawn owe: that for
-- residents from Hong Kong, Macao, Taiwan and abroad (港澳台居民和外籍人员普查表), and that of deaths (死亡人口调查表). Each is not
-- owed, owed or in. The answers themselves are not held here.
ALTER TABLE households
    ADD COLUMN hmt_form   text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN death_form text COLLATE "C" NOT NULL DEFAULT '',
    ADD CONSTRAINT households_hmt_form_is_known CHECK (hmt_form IN ('', 'owed', 'in')),
    ADD CONSTRAINT households_death_form_is_known CHECK (death_form IN ('', 'owed', 'in'));

CREATE OR REPLACE VIEW map_roster_households AS
SELECT county, sub_area, id, dwelling, number, kind, collection, long_form, present_registered, present_elsewhere,
       present_pending, absent_registered, revision, hmt_form, death_form
  FROM households
 WHERE county = left((SELECT current_setting('canvass.package', true)), 6)
   AND sub_area = (SELECT current_setting('canvass.package', true))
   AND retired_at IS NULL;
