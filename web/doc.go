// Package web assumes that every rule of the census is kept by areas and every tile is made by tiles: it turns requests into
// one call of theirs and the answer into JSON, and holds what is HTTP's alone.
//
//	request ─▶ id, log, headers, gzip ─▶ cross-origin check ─▶ session ─▶ actor ─▶ route ─▶ areas or tiles
//	answer  ◀─ whitelisted form (wire*.go), or a problem in the reader's language (errors.go)
//
// routes.go is the whole API. A noun has one file, with the name it has in areas. It knows no SQL and no census rule.
package web
