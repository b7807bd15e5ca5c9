package tiles

const imagerySource = "imagery"

// Imagery is pictures from above that lie under a county's map.
type Imagery struct {
	Attribution      string
	MinZoom, MaxZoom int
}

// source describes the imagery to a client, which asks this service for it and never learns where it is from.
func (i *Imagery) source(l Look) spec {
	return spec{"type": "raster", "tiles": []string{l.Origin + "/imagery/" + l.County + "/{z}/{x}/{y}"}, "tileSize": 256,
		"minzoom": i.MinZoom, "maxzoom": i.MaxZoom, "attribution": i.Attribution}
}
