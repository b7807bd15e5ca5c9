// Every route the pages use, on one screen.
import { pathOf, type Client } from './client'
import type * as w from './types'

/** What a change of the frame stands on, and whether it is only to be looked at. */
type Asked = { preview?: boolean; revision: number }
type Drawn = { type: 'LineString' | 'Polygon'; coordinates: unknown }

type Scoped = { within?: string; after?: string; limit?: number }

export function routes(c: Client) {
  // A look writes nothing, so that it needs no key.
  const change = (path: string, body: unknown, { preview, revision }: Asked) =>
    c.post<w.Outcome>(pathOf(path, { preview }), body, preview ? { revision, key: undefined } : { revision })
  return {
    session: () => c.get<w.Session>('/api/session'),
    signIn: (name: string, password: string) => c.post<w.Session>('/api/session', { name, password }),
    signOut: () => c.delete('/api/session'),
    changePassword: (current: string, next: string) => c.post<void>('/api/session/password', { current, new: next }),
    setLanguage: (language: string) => c.send<w.Session>('PATCH', '/api/session', { body: { language } }),

    regions: (q: Scoped & { level?: 'county' | 'town' }) => c.get<w.Page<w.Region>>('/api/regions', q),
    area: (code: string) => c.get<w.Area>(`/api/areas/${code}`),
    areas: (q: Scoped) => c.get<w.Page<w.Area>>('/api/areas', q),
    subAreas: (q: Scoped & { state?: string }) => c.get<w.Page<w.SubArea>>('/api/sub-areas', q),
    subArea: (code: string) => c.get<w.SubArea>(`/api/sub-areas/${code}`),
    editSubArea: (s: w.SubArea, edit: w.SubAreaEdit) =>
      c.patch<w.SubArea>(`/api/sub-areas/${s.code}`, s.revision, edit),
    moveSubArea: (s: w.SubArea, state: string, reason: string) =>
      c.post<w.SubArea>(`/api/sub-areas/${s.code}/state`, { state, reason }, { revision: s.revision }),
    frame: (area: string) => c.get<w.Frame>(`/api/frame/${area}`, { outlines: true }),
    split: (code: string, line: Drawn, asked: Asked, parts: w.TowerPart[] = []) => change(`/api/sub-areas/${code}/split`, { line, parts }, asked),
    merge: (codes: readonly string[], asked: Asked) => change('/api/sub-areas/merge', { codes }, asked),
    reshape: (codes: readonly string[], line: Drawn, asked: Asked, parts: w.TowerPart[] = []) => change('/api/sub-areas/reshape', { codes, line, parts }, asked),
    transfer: (from: string, to: string, piece: Drawn, asked: Asked, parts: w.TowerPart[] = []) =>
      change('/api/sub-areas/transfer', { from, to, piece, parts }, asked),
    retire: (code: string, into: string, asked: Asked) => change(`/api/sub-areas/${code}/retire`, into ? { into } : {}, asked),
    makeVirtual: (area: string, description: string, expected_households: number | null, asked: Asked) =>
      change(`/api/areas/${area}/virtual`, expected_households === null ? { description } : { description, expected_households }, asked),
    moveBuilding: (county: string, id: number, geometry: GeoJSON.Geometry, asked: Asked) => change(`/api/buildings/${county}/${id}/move`, { geometry }, asked),
    mergeBuildings: (county: string, keep: number, others: { id: number; revision: number }[], asked: Asked) =>
      change('/api/buildings/merge', { county, keep, others }, asked),
    number: (area: string, preview: boolean) => c.post<w.Numbers>(pathOf(`/api/areas/${area}/number`, { preview }), undefined, preview ? { key: undefined } : {}),
    draw: (area: string, piece: Drawn, asked: Asked, parts: w.TowerPart[] = []) => change(`/api/areas/${area}/draw`, { piece, parts }, asked),
    drawRest: (area: string, asked: Asked) => change(`/api/areas/${area}/draw`, { rest: true }, asked),
    undo: (county: string, revision: number) => c.post<w.Outcome>(`/api/revisions/${county}/${revision}/undo`, {}),
    history: (code: string, q: { after?: string; limit?: number }) => c.get<w.Page<w.Step>>(`/api/places/${code}/history`, q),
    differences: (within: string, from: string, to: string) =>
      c.get<{ items: w.Difference[] }>('/api/differences', { within, from, to }).then((page) => page.items),
    differencesMap: (within: string, from: string, to: string) =>
      c.get<GeoJSON.FeatureCollection>('/api/differences.geojson', { within, from, to }),
    signOffBoard: (within: string) => c.get<{ items: w.SignOffRow[] }>('/api/sign-off', { within }).then((page) => page.items),
    signOff: (code: string, verb: string, reason: string, preview: boolean) =>
      c.post<w.SignedOff>(pathOf(`/api/sign-off/${code}/${verb}`, { preview }), { reason }, preview ? { key: undefined } : {}),
    geometry: (code: string) => c.get<GeoJSON.Feature>(`/api/places/${code}/geometry`),

    building: (county: string, id: number) => c.get<w.Building>(`/api/buildings/${county}/${id}`),
    addBuilding: (b: w.NewBuilding) => c.post<w.Building>('/api/buildings', b),
    editBuilding: (b: w.Building, edit: w.BuildingEdit) =>
      c.patch<w.Building>(`/api/buildings/${b.county}/${b.id}`, b.revision, edit),
    dwellingsOf: (county: string, id: number) =>
      c.get<{ items: w.Dwelling[] }>(`/api/buildings/${county}/${id}/dwellings`).then((page) => page.items),
    makeDwellings: (county: string, id: number, pattern: w.Pattern) =>
      c.post<w.Made>(`/api/buildings/${county}/${id}/dwellings`, pattern),
    dwellings: (q: { sub_area: string; after?: string; limit?: number }) => c.get<w.Page<w.Dwelling>>('/api/dwellings', q),
    recordVisit: (visit: w.NewVisit) => c.post<w.Recorded>('/api/visits', visit, { key: visit.id }),
    visits: (q: Scoped & { dwelling?: string; county?: string }) => c.get<w.Page<w.Visit>>('/api/visits', q),

    assignments: (q: Scoped & { enumerator?: string; open?: boolean }) =>
      c.get<w.Page<w.Assignment>>('/api/assignments', q),
    assign: (sub_area: string, enumerator: string) => c.post<w.Assignment>('/api/assignments', { sub_area, enumerator }),
    declareDone: (a: w.Assignment) => c.post<w.Assignment>(`/api/assignments/${a.county}/${a.id}/done`),
    endAssignment: (a: w.Assignment) => c.post<w.Assignment>(`/api/assignments/${a.county}/${a.id}/end`),

    devices: (q: Scoped & { user?: string }) => c.get<w.Page<w.Device>>('/api/devices', q),
    issueEnrolment: (user: string) => c.post<w.Enrolment>('/api/enrolments', { user }),
    revokeDevice: (d: w.Device, reason: string, erase_now: boolean) =>
      c.post<w.Device>(`/api/devices/${d.county}/${d.id}/revoke`, { reason, erase_now }),

    takeOutbox: (file: Uint8Array) => c.post<w.OutboxTaken>('/api/outboxes', file, { key: undefined }),

    selfResponses: (q: Scoped & { household?: string; state?: string }) => c.get<w.Page<w.SelfResponse>>('/api/self-responses', q),
    issueSelfResponse: (county: string, household: string, id: string, foreign: boolean) =>
      c.post<w.IssuedSelfResponse>('/api/self-responses', { id, county, household, foreign }),
    revokeSelfResponse: (r: w.SelfResponse, reason: string) =>
      c.post<w.SelfResponse>(`/api/self-responses/${r.county}/${r.id}/revoke`, { reason }),

    coverage: (within: string, level: string) => c.get<w.CoverageReport>('/api/coverage', { within, level }),
    states: (code: string) => c.get<w.BuildingStates>(`/state/${code}`),

    flags: (q: Scoped & { check?: string; state?: string; owner?: string }) => c.get<w.Page<w.Flag>>('/api/flags', q),
    flag: (county: string, id: string) => c.get<w.Flag>(`/api/flags/${county}/${id}`),
    editFlag: (f: w.Flag, edit: w.FlagEdit) =>
      c.patch<w.Flag>(`/api/flags/${f.county}/${f.id}`, f.revision, edit),
    closeFlag: (f: w.Flag, code: string, reason: string) =>
      c.post<w.Flag>(`/api/flags/${f.county}/${f.id}/close`, { code, reason }, { revision: f.revision }),
    reopenFlag: (f: w.Flag, reason: string) =>
      c.post<w.Flag>(`/api/flags/${f.county}/${f.id}/reopen`, { reason }, { revision: f.revision }),
    changes: (q: Scoped & { state?: string }) => c.get<w.Page<w.SetAside>>('/api/changes', q),
    decideChange: (change: w.SetAside, accept: boolean, reason: string) =>
      c.post<w.SetAside>(`/api/changes/${change.county}/${change.id}/${accept ? 'accept' : 'reject'}`, { reason }),
    proposals: (q: Scoped & { state?: string }) => c.get<w.Page<w.Proposal>>('/api/proposals', q),
    decideProposal: (p: w.Proposal, accept: boolean, reason: string) =>
      c.post<w.Proposal>(`/api/proposals/${p.county}/${p.id}/${accept ? 'accept' : 'reject'}`, { reason }),
    checks: () => c.get<{ items: w.Check[] }>('/api/checks').then((page) => page.items),

    imports: (county: string, after?: string) => c.get<w.Page<w.Import>>('/api/imports', { county, after }),
    import: (county: string, id: string) => c.get<w.Import>(`/api/imports/${county}/${id}`),
    importRows: (county: string, id: string, q: { outcome?: string; after?: string; limit?: number }) =>
      c.get<w.Page<w.ImportRow>>(`/api/imports/${county}/${id}/rows`, q),
    importPoints: (county: string, id: string) =>
      c.get<GeoJSON.FeatureCollection>(`/api/imports/${county}/${id}/rows.geojson`).then((all) => ({ ...all, features: all.features.filter((f) => f.geometry) })),

    users: (q: Scoped & { role?: string; q?: string }) => c.get<w.Page<w.User>>('/api/users', q),
    createUser: (u: w.NewUser) =>
      c.post<w.User>('/api/users', u),
    editUser: (u: w.User, edit: w.UserEdit) =>
      c.patch<w.User>(`/api/users/${u.id}`, u.revision, edit),
    rounds: (county: string) => c.get<{ items: w.Round[] }>('/api/rounds', { county }).then((page) => page.items),
    setRound: (county: string, name: string, opens_at: string, closes_at: string) =>
      c.put<w.Round>(`/api/rounds/${county}/${name}`, { opens_at, closes_at }),
    events: (q: Scoped & { subject?: string }) => c.get<w.Page<w.Event>>('/api/events', q),
    search: (q: string, county: string, signal?: AbortSignal) =>
      c.get<{ items: w.Hit[] }>('/api/search', { q, county }, signal).then((page) => page.items),
  }
}

export type Routes = ReturnType<typeof routes>
