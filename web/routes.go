package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"canvass/areas"
)

// routes is the whole API.
func (s *Server) routes() {
	const get, post, patch, put, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete

	open(s, anybodys(op(post, "/api/session", "signIn", "Sign in")), s.signIn)
	on(s, op(get, "/api/session", "session", "Who is signed in"), s.session)
	on(s, op(patch, "/api/session", "editSession", "Choose one's language"), s.editSession)
	on(s, op(del, "/api/session", "signOut", "Sign out"), s.signOut)
	on(s, op(post, "/api/session/password", "changePassword", "Change one's password; every other session ends"), s.changePassword)

	on(s, op(get, "/api/regions", "regions", "Counties and towns"), s.regions)
	on(s, making(op(post, "/api/regions", "makeRegion", "Make a county or town")), s.makeRegion)
	on(s, op(get, "/api/regions/{code}", "region", "One county or town"), s.region)
	on(s, op(patch, "/api/regions/{code}", "editRegion", "Change a county or town"), s.editRegion)
	on(s, op(get, "/api/areas", "areas", "Census areas"), s.areas)
	on(s, making(op(post, "/api/areas", "makeArea", "Make a census area")), s.makeArea)
	on(s, op(get, "/api/areas/{code}", "area", "One census area"), s.area)
	on(s, op(patch, "/api/areas/{code}", "editArea", "Change a census area"), s.editArea)
	on(s, op(get, "/api/sub-areas", "subAreas", "Sub-areas"), s.subAreas)
	on(s, making(op(post, "/api/sub-areas", "drawSubArea", "Draw a sub-area")), s.drawSubArea)
	on(s, op(get, "/api/sub-areas/{code}", "subArea", "One sub-area"), s.subArea)
	on(s, op(patch, "/api/sub-areas/{code}", "editSubArea", "Change a sub-area"), s.editSubArea)
	on(s, op(post, "/api/sub-areas/{code}/state", "moveSubArea", "Move a sub-area to another state"), s.moveSubArea)
	on(s, op(get, "/api/frame/{area}", "frame", "What an editor of boundaries needs of one census area"), s.frame)
	on(s, op(post, "/api/sub-areas/{code}/split", "splitSubArea", "Divide a sub-area along a line; the part with the most dwellings keeps the code"), s.splitSubArea)
	on(s, op(post, "/api/sub-areas/merge", "mergeSubAreas", "Make sub-areas one"), s.mergeSubAreas)
	on(s, op(post, "/api/sub-areas/reshape", "reshapeSubAreas", "Move a stretch of the boundary between two sub-areas"), s.reshapeSubAreas)
	on(s, op(post, "/api/sub-areas/transfer", "transferGround", "Give a piece of a sub-area to another"), s.transferGround)
	on(s, op(post, "/api/sub-areas/{code}/retire", "retireSubArea", "End a sub-area: its ground goes to a neighbour; a virtual one ends once nobody is registered in it"), s.retireSubArea)
	on(s, op(post, "/api/areas/{code}/virtual", "makeVirtual", "Make a virtual sub-area in a census area, under the next number from 900"), s.makeVirtual)
	on(s, op(post, "/api/areas/{code}/draw", "drawInArea", "Draw a sub-area in a census area; the area stays covered exactly"), s.drawInArea)
	on(s, op(post, "/api/areas/{code}/number", "numberBuildings", "Number the buildings of a census area in a serpentine from the north-west, before listing begins"), s.numberBuildings)
	on(s, op(post, "/api/areas/{code}/split", "splitArea", "Make a census area of some sub-areas of another"), s.splitArea)
	on(s, op(post, "/api/areas/merge", "mergeAreas", "Make census areas one"), s.mergeAreas)
	on(s, op(post, "/api/revisions/{county}/{revision}/undo", "undoRevision", "Take a change of the frame or of a building back, for a day or until something depends on it"), s.undoRevision)
	on(s, op(post, "/api/sign-off/{code}/{verb}", "signOff", "Take every sub-area of a place a step through the sign-off"), s.signOff)
	on(s, op(get, "/api/sign-off", "signOffBoard", "How far the frame of a place has come, part by part"), s.signOffBoard)
	on(s, op(get, "/api/differences", "differences", "What became of the sub-areas of a place between two times"), s.differences)
	on(s, geoJSON(op(get, "/api/differences.geojson", "differencesMap", "What became of the sub-areas of a place between two times, as GeoJSON")), s.differencesMap)
	on(s, op(get, "/api/places/{code}/history", "history", "The revisions of the frame that changed a place or what lies in it, the newest first"), s.history)
	on(s, op(get, "/api/places/{code}/lineage", "lineage", "Where a code came from and what became of it"), s.lineage)
	on(s, op(get, "/api/places/{code}/as-of", "asOf", "What a place and the sub-areas in it were at a time"), s.asOf)
	on(s, op(get, "/api/places/{code}/geometry", "geometry", "The ground of a region, census area or sub-area"), s.geometry)

	on(s, op(get, "/api/buildings", "buildings", "Buildings"), s.buildings)
	on(s, making(op(post, "/api/buildings", "addBuilding", "Add a building")), s.addBuilding)
	on(s, op(get, "/api/buildings/{county}/{id}", "building", "One building with its outline"), s.building)
	on(s, op(patch, "/api/buildings/{county}/{id}", "editBuilding", "Change what is known of a building"), s.editBuilding)
	on(s, op(post, "/api/buildings/{county}/{id}/move", "moveBuilding", "Draw a building anew where it stands; its dwellings follow it into another sub-area"), s.moveBuilding)
	on(s, op(post, "/api/buildings/merge", "mergeBuildings", "Make buildings that were drawn twice one; every door is there once"), s.mergeBuildings)
	on(s, op(get, "/api/buildings/{county}/{id}/dwellings", "dwellingsOf", "The dwellings of a building"), s.dwellingsOf)
	on(s, op(post, "/api/buildings/{county}/{id}/dwellings", "makeDwellings", "List a building's doors from a pattern"), s.makeDwellings)
	on(s, op(get, "/api/dwellings", "dwellings", "The dwellings of a sub-area in walking order"), s.dwellings)

	on(s, op(get, "/api/visits", "visits", "Visits, the newest first"), s.visits)
	on(s, making(op(post, "/api/visits", "recordVisit", "Record a visit")), s.recordVisit)
	on(s, op(get, "/api/assignments", "assignments", "Who holds which sub-area"), s.assignments)
	on(s, making(op(post, "/api/assignments", "assign", "Give a sub-area to an enumerator")), s.assign)
	on(s, op(post, "/api/assignments/{county}/{id}/done", "declareDone", "Declare a sub-area done"), s.declareDone)
	on(s, op(post, "/api/assignments/{county}/{id}/end", "endAssignment", "Take a sub-area back"), s.endAssignment)

	on(s, op(get, "/api/coverage", "coverage", "The coverage of a place and its parts"), s.coverage)
	on(s, op(get, "/state/{code}", "state", "The status of every building of a place"), s.state)
	on(s, op(get, "/api/flags", "flags", "Flags, the newest first"), s.flags)
	on(s, op(get, "/api/flags/{county}/{id}", "flag", "One flag"), s.flag)
	on(s, op(patch, "/api/flags/{county}/{id}", "editFlag", "Give a flag an owner or a due date"), s.editFlag)
	on(s, op(post, "/api/flags/{county}/{id}/close", "closeFlag", "Close a flag"), s.closeFlag)
	on(s, op(post, "/api/flags/{county}/{id}/reopen", "reopenFlag", "Open a closed flag again"), s.reopenFlag)
	on(s, op(get, "/api/checks", "checks", "What the checks look for"), s.checks)

	on(s, op(get, "/api/imports", "imports", "Import runs, the newest first"), s.imports)
	s.raw("/api/imports", "/api/imports", s.beginImport, importOperation(s.api))
	on(s, op(get, "/api/imports/{county}/{id}", "import", "One import run"), s.importRun)
	on(s, op(get, "/api/imports/{county}/{id}/rows", "importRows", "What became of each row"), s.importRows)
	on(s, answering(op(get, "/api/imports/{county}/{id}/rows.txt", "importRowsText", "What became of each row, as text by columns"),
		"text/plain", &huma.Schema{Type: huma.TypeString}), s.importRowsText)
	on(s, geoJSON(op(get, "/api/imports/{county}/{id}/rows.geojson", "importRowsMap", "What became of each row, as GeoJSON")), s.importRowsMap)

	on(s, op(get, "/api/users", "users", "Accounts"), s.users)
	on(s, making(op(post, "/api/users", "createUser", "Make an account")), s.createUser)
	on(s, op(get, "/api/users/{id}", "user", "One account"), s.user)
	on(s, op(patch, "/api/users/{id}", "editUser", "Change an account"), s.editUser)
	on(s, making(op(post, "/api/enrolments", "issueEnrolment", "Give out a code that enrols one tablet")), s.issueEnrolment)
	open(s, making(anybodys(op(post, devicesPath, "enrol", "Enrol a tablet by its code"))), s.enrol)
	on(s, op(get, devicesPath, "devices", "Tablets, the newest first"), s.devices)
	on(s, op(post, "/api/devices/{county}/{id}/pledge", "pledge", "Accept the pledge of confidentiality on a tablet"), s.pledge)
	on(s, op(post, "/api/devices/{county}/{id}/revoke", "revokeDevice", "Revoke a tablet"), s.revokeDevice)
	on(s, syncOperation(s.api), s.sync)
	on(s, outboxOperation(s.api), s.takeOutbox)
	on(s, op(get, "/api/changes", "changes", "Field work that was set aside, the newest first"), s.changes)
	on(s, op(post, "/api/changes/{county}/{id}/accept", "acceptChange", "Take a change that was set aside after all"), s.acceptChange)
	on(s, op(post, "/api/changes/{county}/{id}/reject", "rejectChange", "Reject a change that was set aside"), s.rejectChange)
	on(s, op(get, "/api/proposals", "proposals", "Boundaries that run otherwise on the ground, as enumerators saw them, the newest first"), s.proposals)
	on(s, op(post, "/api/proposals/{county}/{id}/accept", "acceptProposal", "Accept a proposal, for GIS staff to draw; whoever made it is told"), s.acceptProposal)
	on(s, op(post, "/api/proposals/{county}/{id}/reject", "rejectProposal", "Reject a proposal; whoever made it is told why"), s.rejectProposal)
	on(s, making(op(post, "/api/self-responses", "issueSelfResponse", "Give a household an account to answer for itself")), s.issueSelfResponse)
	on(s, op(get, "/api/self-responses", "selfResponses", "Accounts of households that answer for themselves, the newest first"), s.selfResponses)
	on(s, op(post, "/api/self-responses/{county}/{id}/revoke", "revokeSelfResponse", "Take an account back"), s.revokeSelfResponse)
	open(s, tokened(op(post, "/api/self-responses/report", "reportSelfResponse", "What the answering system reports")), s.reportSelfResponse)
	on(s, making(op(post, "/api/long-form", "drawLongForm", "Draw the long form's sample of a place")), s.drawLongForm)
	on(s, op(get, "/api/long-form", "longFormSamples", "What was drawn for the long form"), s.longFormSamples)
	on(s, op(get, "/api/rounds", "rounds", "The rounds of a county"), s.rounds)
	on(s, op(put, "/api/rounds/{county}/{name}", "setRound", "Set when a round opens and closes"), s.setRound)
	on(s, op(get, "/api/events", "events", "The operation log"), s.events)
	on(s, op(get, "/api/search", "search", "Find places by code or name"), s.search)

	open(s, anybodys(op(get, "/api/server", "server", "Who signs field packages")), s.packageServer)
	on(s, op(get, "/api/packages/{sub_area}", "fieldPackage", "The field package of a sub-area: its signed manifest"), s.fieldPackage)
	on(s, op(http.MethodHead, "/api/packages/{sub_area}", "fieldPackageRevision", "The revision of a field package, as ETag"), s.fieldPackage)
	s.raw("/api/packages/:sub_area/parts/:hash", "/api/packages/{sub_area}/parts/{hash}", s.packagePart, partOperation())
	s.raw("/api/packages/:sub_area/delta", "/api/packages/{sub_area}/delta", s.packageDelta, deltaOperation())
	s.raw(livePath, livePath, s.watch, liveOperation(s.api))
	s.raw(tileRoute, "/tiles/{set}/{z}/{x}/{y}.mvt", s.tile, tileOperation())
	s.raw("/tiles/:file", "/tiles/{set}.json", s.tileJSON, rawOperation("tileJSON", "A tile set described (TileJSON 3.0)", "set"))
	s.raw("/imagery/:county/:z/:x/:y", "/imagery/{county}/{z}/{x}/{y}", s.imagery, imageryOperation())
	s.raw("/styles/:file", "/styles/{theme}.json", s.style, styleOperation())
	s.raw("/archives/:file", "/archives/{place}.pmtiles", s.archive, archiveOperation())
	s.plain()
}

// op describes a route; its tag is the noun of its address.
func op(method, path, id, summary string) huma.Operation {
	noun := strings.Split(strings.TrimPrefix(strings.TrimPrefix(path, "/"), "api/"), "/")[0]
	o := huma.Operation{
		Method: method, Path: path, OperationID: id, Summary: summary, Tags: []string{noun},
		BodyReadTimeout: time.Minute, // a phone at the edge of the network is slow
		Security:        []map[string][]string{{"session": {}}, {"device": {}}},
	}
	if method == http.MethodPost {
		o.Parameters = []*huma.Param{{Name: keyHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "the same key with the same request gets the same answer, and is done once"}}
	}
	return o
}

// making is a route that answers with what it made.
func making(o huma.Operation) huma.Operation {
	o.DefaultStatus = statusMade
	return o
}

// anybodys is a route that needs no session, and so keeps no answers for one.
func anybodys(o huma.Operation) huma.Operation {
	o.Security, o.Parameters = nil, nil
	return o
}

// tokened is a route for another system, which shows its token.
func tokened(o huma.Operation) huma.Operation {
	o.Security, o.Parameters = []map[string][]string{{"token": {}}}, nil
	return o
}

// geoJSON is a route that streams a feature collection.
func geoJSON(o huma.Operation) huma.Operation {
	return answering(o, "application/geo+json", &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})
}

// answering is a route that answers with a file.
func answering(o huma.Operation, kind string, schema *huma.Schema) huma.Operation {
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{kind: {Schema: schema}}}}
	return o
}

// on lays a route for those who are signed in.
func on[I, O any](s *Server, o huma.Operation, do func(context.Context, areas.Actor, *I) (*O, error)) {
	open(s, o, func(ctx context.Context, in *I) (*O, error) {
		actor, err := exchangeOf(ctx).who()
		if err != nil {
			return nil, err
		}
		return do(ctx, actor, in)
	})
}

// open lays a route for everybody. What is refused is told in the reader's language, and its cause kept for the log.
func open[I, O any](s *Server, o huma.Operation, do func(context.Context, *I) (*O, error)) {
	huma.Register(s.api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err == nil {
			return out, nil
		}
		x := exchangeOf(ctx)
		x.err = err
		p := problemOf(err, x.language)
		p.RequestID = x.requestID
		return nil, p
	})
}
