// Package areas assumes that every write goes through it: it holds the rules of a census's ground, its census areas and
// sub-areas, the buildings and dwellings on it, who visits them, and what is counted, missing or wrong.
//
//	Region ─▶ Area ─▶ SubArea ─▶ Building ─▶ Dwelling ─▶ Household
//	                     │                      │
//	                 Assignment ─────────────▶ Visit ─▶ Coverage ─▶ Flag
//
// An exported method of Store is one transaction of one Actor. It says who acts to the database, whose row-level security
// then bounds what it can see and change; the rules here say why, in words a person can act on (Error). Beside each write
// stands its Event, and the counts that follow from it are written in the same transaction.
//
// The package knows no HTTP and no clock: time comes from the transaction.
package areas
