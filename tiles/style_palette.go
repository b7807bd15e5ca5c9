package tiles

// palette is the colours of a theme.
type palette struct {
	land, water, waterway, shore, pool                           string
	field, grass, forest, park, pitch, wetland, sand, rock, ice  string
	built, commerce, industry, school, hospital, military, paved string
	building, buildingLine, wall, hedge                          string
	motorway, trunk, main, minor, service, walk, tunnel          string // roads by class
	motorwayCasing, trunkCasing, mainCasing, minorCasing, bridge string
	path, track, cycle, steps, rail, tie, bound                  string
	text, quiet, halo, waterText, greenText, place, shieldText   string
	area, subArea, frameHalo, selected                           string
	status                                                       [7]string // by building status
	coverage                                                     [6]string // by class, low to high
	noData                                                       string
}

// statusColours and coverageColours are told apart also with any of the common kinds of colour blindness (after Okabe and
// Ito 2008, and ColorBrewer's RdYlBu), and never stand alone: marks and words say the same.
var (
	statusColours   = [7]string{"#8c8c8c", "#f0e442", "#e69f00", "#009e73", "#cc79a7", "#bdbdbd", "#56b4e9"}
	coverageColours = [6]string{"#a50026", "#f46d43", "#fdae61", "#e0f3f8", "#74add1", "#313695"}
)

// The base map keeps back, for the census is what people look at: pale grounds, no red, no purple. Sun is for a tablet in bright
// light: white ground, black lines, few shades.
var palettes = map[string]palette{
	"day": {land: "#f7f5f0", water: "#a9d0e8", waterway: "#86bbdb", shore: "#7fb0cf", pool: "#bfe0f2",
		field: "#f1f1de", grass: "#e1efcf", forest: "#cbe1ba", park: "#d3ebc2", pitch: "#bfe0b4", wetland: "#d3e6df", sand: "#f4ebcf",
		rock: "#e6e2db", ice: "#eef5fa",
		built: "#ece8e2", commerce: "#f3e8e1", industry: "#e6e2ea", school: "#f5eccd", hospital: "#f6e3df", military: "#ebe0d3",
		paved: "#efecea", building: "#d8cfc3", buildingLine: "#b1a393", wall: "#8d8375", hedge: "#94b883",
		motorway: "#f4ad62", trunk: "#fbd28a", main: "#fdf1b8", minor: "#ffffff", service: "#ffffff", walk: "#f0e9ee", tunnel: "#f4f1ec",
		motorwayCasing: "#bf7326", trunkCasing: "#c99240", mainCasing: "#c4ab5e", minorCasing: "#bdb4a8", bridge: "#6f675c",
		path: "#9c7a52", track: "#8f7339", cycle: "#4f79b3", steps: "#b5573a", rail: "#75736f", tie: "#ffffff", bound: "#8a7f9a",
		shieldText: "#4a3a10", text: "#2d2a26", quiet: "#5c554b", halo: "#ffffff", waterText: "#27648a", greenText: "#3b6a2c", place: "#1f1c19",
		area: "#7b1fa2", subArea: "#9c4dcc", frameHalo: "#ffffff", selected: "#d6006c",
		status: statusColours, coverage: coverageColours, noData: "#c8c8c8"},
	"dark": {land: "#1d2025", water: "#15374f", waterway: "#215170", shore: "#2a5f82", pool: "#1d4a66",
		field: "#22282a", grass: "#232e27", forest: "#1e3026", park: "#22372b", pitch: "#27402f", wetland: "#1d3133", sand: "#35322a",
		rock: "#2b2c2f", ice: "#2c3640",
		built: "#262a31", commerce: "#2e2a2c", industry: "#2a2833", school: "#332f23", hospital: "#352a2b", military: "#302c26",
		paved: "#2a2d33", building: "#3d434d", buildingLine: "#59606c", wall: "#7d7768", hedge: "#47624a",
		motorway: "#8a6233", trunk: "#74603a", main: "#5d5942", minor: "#464c56", service: "#3f454e", walk: "#4a4651", tunnel: "#33383f",
		motorwayCasing: "#14161a", trunkCasing: "#14161a", mainCasing: "#14161a", minorCasing: "#14161a", bridge: "#8b919b",
		path: "#a08c6c", track: "#938455", cycle: "#6f93c4", steps: "#c07a5f", rail: "#8b8d91", tie: "#2b2e34", bound: "#756c86",
		shieldText: "#f0e2b4", text: "#e7e5df", quiet: "#b9b5ab", halo: "#14171b", waterText: "#8cc4e6", greenText: "#9cc48c", place: "#f5f3ee",
		area: "#d7a6f5", subArea: "#b985e0", frameHalo: "#0d0f12", selected: "#ff6fb1",
		status: statusColours, coverage: coverageColours, noData: "#4b4f57"},
	"sun": {land: "#ffffff", water: "#79c2f2", waterway: "#2f93d6", shore: "#00416a", pool: "#a6dbff",
		field: "#fdfdec", grass: "#e3f5cd", forest: "#b9e29a", park: "#c6efa5", pitch: "#a8de8c", wetland: "#c3ebe0", sand: "#ffefbf",
		rock: "#e9e4da", ice: "#eaf6ff",
		built: "#f5f2ec", commerce: "#fbeadd", industry: "#efe6f2", school: "#fff0b8", hospital: "#ffe0da", military: "#f0e4d2",
		paved: "#f2f2f2", building: "#cdc1af", buildingLine: "#2c261e", wall: "#3b342a", hedge: "#3f7d2a",
		motorway: "#ff9d2e", trunk: "#ffbf47", main: "#ffe45e", minor: "#ffffff", service: "#ffffff", walk: "#f3e3ee", tunnel: "#f0f0f0",
		motorwayCasing: "#3a2600", trunkCasing: "#3a2c00", mainCasing: "#3a3300", minorCasing: "#3f3a33", bridge: "#000000",
		path: "#5a3c10", track: "#5f4300", cycle: "#003f9e", steps: "#a02800", rail: "#000000", tie: "#ffffff", bound: "#463a5c",
		shieldText: "#000000", text: "#000000", quiet: "#1f1b16", halo: "#ffffff", waterText: "#00416a", greenText: "#124a00", place: "#000000",
		area: "#5a0082", subArea: "#8200b8", frameHalo: "#ffffff", selected: "#e00070",
		status:   [7]string{"#6e6e6e", "#ffe600", "#ff8c00", "#008a5e", "#d0208f", "#a8a8a8", "#1e90ff"},
		coverage: coverageColours, noData: "#b4b4b4"},
}
