-- +goose Up
-- Each visit changes a dwelling, its household, the counts of its sub-area and the device that sent it. Where the new version fits
-- beside the old one no index is touched, for what is indexed of them does not change.
ALTER TABLE dwellings SET (fillfactor = 80);
ALTER TABLE households SET (fillfactor = 85);
ALTER TABLE coverage SET (fillfactor = 70);
ALTER TABLE devices SET (fillfactor = 80);
