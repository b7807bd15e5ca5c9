package simulate

import "slices"

// addRoads joins the towns. Roads into the county seat leave its middle along one of its two main streets.
func (w *world) addRoads() {
	w.addMainStreets()
	county := []struct {
		class, name, english string
		width                float64
		rank                 int
		from                 string
		to                   []string
	}{
		{"primary", "邹泗公路", "Zousi Road", 26, 2, "N", []string{"370883105"}},
		{"primary", "邹城东线", "Zoucheng East Road", 26, 2, "E", []string{"370883103", "370883112", "370883102"}},
		{"primary", "峄山公路", "Yishan Road", 26, 2, "S", []string{"370883110", "370883111"}},
		{"primary", "邹济公路", "Zouji Road", 26, 2, "W", []string{"370883107"}},
		{"secondary", "田黄公路", "Tianhuang Road", 18, 3, "370883112", []string{"370883113"}},
		{"secondary", "香城公路", "Xiangcheng Road", 18, 3, "370883110", []string{"370883101", "370883102"}},
		{"secondary", "北宿公路", "Beisu Road", 18, 3, "W", []string{"370883104", "370883106", "370883109", "370883114"}},
		{"secondary", "太平公路", "Taiping Road", 18, 3, "370883107", []string{"370883114"}},
		{"secondary", "唐峄公路", "Tangyi Road", 18, 3, "370883106", []string{"370883110"}},
		{"secondary", "看庄公路", "Kanzhuang Road", 18, 3, "370883111", []string{"370883109"}},
		{"secondary", "大束公路", "Dashu Road", 18, 3, "370883103", []string{"370883101"}},
	}
	for _, r := range county {
		var through []vec
		for _, end := range append([]string{r.from}, r.to...) {
			through = append(through, w.end(end))
		}
		w.lines = append(w.lines, way{"road", r.class, r.name, r.english, r.width, r.rank, w.wander(through, 0.11)})
	}
	far := []struct {
		layer, class, name, english string
		width                       float64
		rank                        int
		through                     [][2]float64
	}{
		{"rail", "rail", "京沪铁路", "Beijing–Shanghai Railway", 24, 1, [][2]float64{{116.925, 35.50}, {116.928, 35.43}, {116.926, 35.385}, {116.922, 35.33}, {116.955, 35.24}, {116.96, 35.14}}},
		{"rail", "rail", "京沪高速铁路", "Beijing–Shanghai High-Speed Railway", 26, 1, [][2]float64{{117.09, 35.53}, {117.055, 35.42}, {117.062, 35.30}, {117.055, 35.18}}},
		{"road", "motorway", "京台高速", "Beijing–Taipei Expressway", 42, 1, [][2]float64{{117.05, 35.54}, {117.018, 35.44}, {117.022, 35.36}, {116.978, 35.29}, {116.99, 35.15}}},
		{"road", "motorway", "日兰高速", "Rizhao–Lankao Expressway", 42, 1, [][2]float64{{116.72, 35.455}, {116.84, 35.418}, {116.93, 35.468}, {117.02, 35.493}, {117.17, 35.465}, {117.33, 35.495}, {117.50, 35.45}}},
	}
	for _, f := range far {
		line := smooth(w.wander(smooth(places(f.through), 3), 0.02), 1)
		w.lines = append(w.lines, way{f.layer, f.class, f.name, f.english, f.width, f.rank, thin(line, 120)})
	}
}

// addMainStreets lays the two streets on which the county seat is centred.
func (w *world) addMainStreets() {
	const half = 3900
	w.lines = append(w.lines,
		way{"road", "primary", "太平路", "Taiping Road", 34, 1, w.grid.street(true, 0, -half, half)},
		way{"road", "primary", "中心路", "Zhongxin Road", 34, 1, w.grid.street(false, 0, -half, half)})
}

// end is where a road between towns begins: a town's middle, or an end of a main street.
func (w *world) end(name string) vec {
	const half = 3900
	switch name {
	case "N":
		return w.grid.at(0, half)
	case "E":
		return w.grid.at(half, 0)
	case "S":
		return w.grid.at(0, -half)
	case "W":
		return w.grid.at(-half, 0)
	}
	i := slices.IndexFunc(w.plans, func(t townPlan) bool { return t.code == name })
	return w.seats[i]
}

// thin leaves out corners closer than metres to the one before.
func thin(line []vec, metres float64) []vec {
	out := line[:1:1]
	for _, v := range line[1 : len(line)-1] {
		if v.distance(out[len(out)-1]) >= metres {
			out = append(out, v)
		}
	}
	return append(out, line[len(line)-1])
}
