// Made by `canvass rules` from the tables in areas; a test of the server holds it to them.

/** What a dwelling may be found to be after what it is known to be. */
export const occupancyNext = {
  "demolished": ["non_residential","under_construction","occupied"],
  "inaccessible": ["vacant","vacant_with_hukou","seasonal","non_residential","under_construction","demolished","occupied"],
  "no_answer": ["inaccessible","vacant","vacant_with_hukou","seasonal","non_residential","under_construction","demolished","occupied"],
  "non_residential": ["under_construction","demolished","occupied"],
  "occupied": [],
  "seasonal": ["vacant","vacant_with_hukou","non_residential","under_construction","demolished","occupied"],
  "under_construction": ["non_residential","demolished","occupied"],
  "unlisted": ["no_answer","inaccessible","vacant","vacant_with_hukou","seasonal","non_residential","under_construction","demolished","occupied"],
  "vacant": ["vacant_with_hukou","seasonal","non_residential","under_construction","demolished","occupied"],
  "vacant_with_hukou": ["vacant","seasonal","non_residential","under_construction","demolished","occupied"],
} as const

/** What may become of a household. */
export const collectionNext = {
  "attempted": ["sr_issued","sr_submitted","refused","partial","proxy","complete","long_due","duplicate_of","superseded","deceased"],
  "complete": ["long_due","query","verified","duplicate_of","superseded","deceased"],
  "deceased": ["query"],
  "duplicate_of": ["query"],
  "long_complete": ["query","verified","duplicate_of"],
  "long_due": ["long_complete","query","duplicate_of","deceased"],
  "partial": ["sr_issued","sr_submitted","proxy","complete","long_due","duplicate_of","superseded","deceased"],
  "prelisted": ["sr_issued","attempted","refused","partial","proxy","complete","long_due","duplicate_of","superseded","deceased"],
  "proxy": ["sr_submitted","complete","long_due","query","verified","duplicate_of","superseded","deceased"],
  "query": ["verified","long_due","duplicate_of","superseded","deceased"],
  "refused": ["sr_issued","sr_submitted","partial","proxy","complete","long_due","duplicate_of","superseded","deceased"],
  "sr_issued": ["prelisted","sr_started","sr_prefilled","sr_submitted","sr_lapsed","refused","partial","proxy","complete","long_due","duplicate_of","deceased"],
  "sr_lapsed": ["attempted","refused","partial","proxy","complete","long_due","duplicate_of","deceased"],
  "sr_prefilled": ["prelisted","sr_submitted","sr_lapsed","refused","partial","proxy","complete","long_due","duplicate_of","deceased"],
  "sr_started": ["prelisted","sr_prefilled","sr_submitted","sr_lapsed","refused","partial","proxy","complete","long_due","duplicate_of","deceased"],
  "sr_submitted": ["complete","query","verified","duplicate_of","superseded","deceased"],
  "superseded": ["prelisted","attempted","refused","partial","proxy","complete","sr_submitted","deceased"],
  "verified": ["query","duplicate_of"],
} as const

/** What may become of a sub-area. */
export const subAreaNext = {
  "approved": ["frozen","draft"],
  "checked": ["submitted","draft"],
  "closed": ["reopened"],
  "draft": ["checked"],
  "enumerating": ["closed","reopened"],
  "frozen": ["listing","reopened"],
  "listing": ["enumerating","reopened"],
  "reopened": ["checked","listing","enumerating"],
  "submitted": ["approved","draft"],
} as const

/** What each result of a visit says of the dwelling and of the household in it. */
export const resultSays = {
  "complete": {"collection":"complete","household":true,"occupancy":"occupied"},
  "demolished": {"household":false,"occupancy":"demolished"},
  "inaccessible": {"household":false,"occupancy":"inaccessible"},
  "listed": {"collection":"prelisted","household":true,"occupancy":"occupied"},
  "no_contact": {"collection":"attempted","household":false,"occupancy":"no_answer"},
  "non_residential": {"household":false,"occupancy":"non_residential"},
  "partial": {"collection":"partial","household":true,"occupancy":"occupied"},
  "proxy": {"collection":"proxy","household":true,"occupancy":"occupied"},
  "refused": {"collection":"refused","household":true,"occupancy":"occupied"},
  "seasonal": {"household":false,"occupancy":"seasonal"},
  "under_construction": {"household":false,"occupancy":"under_construction"},
  "vacant": {"household":false,"occupancy":"vacant"},
  "vacant_with_hukou": {"household":false,"occupancy":"vacant_with_hukou"},
} as const

/** Of a household that has been counted. */
export const doneCollections = ["complete","proxy","sr_submitted","long_due","long_complete","query","verified","deceased"] as const

/** Of a household that is counted elsewhere, or was none. */
export const uncountedCollections = ["duplicate_of","superseded"] as const

/** Of a household where nobody has said more than that he lives there. */
export const unsaidCollections = ["prelisted","sr_issued","sr_started","sr_prefilled","sr_lapsed","attempted","duplicate_of","superseded"] as const

/** Of a household, where a correction takes it back. */
export const outdoneCollections = ["prelisted","attempted","refused","partial","proxy","complete"] as const

/** Of a dwelling, which take evidence. */
export const vacantOccupancies = ["vacant","vacant_with_hukou","seasonal"] as const

/** Of what is no dwelling. */
export const outOfScopeOccupancies = ["non_residential","under_construction","demolished"] as const

/** Kinds of evidence of a vacancy. */
export const evidenceKinds = ["meter","light_at_night","neighbour","property_office","second_attempt"] as const

/** How a form goes on, and what of a household's forms follows from how far it has been collected. */
export const formRules = {
  "long_in": ["long_complete","verified"],
  "owes_no": ["duplicate_of","superseded"],
  "owes_one": ["deceased"],
  "short_in": ["complete","proxy","sr_submitted","long_due","long_complete","query","verified"],
  "states": {"":["owed"],"in":["owed"],"owed":["in",""]},
} as const

/** What a tablet can say. */
export const verbNames = ["record_visit","correct_visit","make_dwellings","add_dwelling","mark_dwelling","add_building","mark_building","add_household","mark_household","note_forms","seal_contact","issue_self_response","propose_boundary","declare_done"] as const

/** Numbers that a county may set otherwise. */
export const settingDefaults = {
  "answering_url": "",
  "call_back_after_hour": 24,
  "collective_expect": 20,
  "daytime_from_hour": 9,
  "dwelling_square_m": 110,
  "evening_from_hour": 18,
  "house_square_m": 400,
  "long_form_one_in": 10,
  "norm_max": 120,
  "norm_min": 40,
  "norm_target": 80,
  "proxy_after": 3,
  "self_response_code_hours": 72,
  "self_response_days": 5,
  "silent_after_days": 3,
  "time_zone": "Asia/Shanghai",
  "undo_hours": 24,
  "vacancy_evidence": 2,
} as const

/** From so many floors or dwellings on a building may be divided by stairwell and floor. */
export const towerFrom = {
  "dwellings": 50,
  "floors": 7,
} as const
