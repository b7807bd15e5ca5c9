package simulate

const countyCode, countyName = "370883", "邹城市"

// townPlan says what a town holds. Seat is its middle in degrees; streets tells that it shares the county seat's
// street grid.
type townPlan struct {
	code, name, english            string
	seat                           [2]float64
	residents, villagers, subAreas int
	streets                        bool
}

// townPlans are the towns of Zoucheng. Codes and names are those of the National Bureau of Statistics (2023, by way of
// the package china-division 2.7.0, MIT); the number of committees is that of 2016 (898) and three more, which makes
// the 901 areas of the 2020 census. How many are residents' committees and how many sub-areas each has is made up.
var townPlans = []townPlan{
	{"370883001", "钢山街道", "Gangshan", [2]float64{116.955, 35.436}, 14, 10, 676, true},
	{"370883002", "千泉街道", "Qianquan", [2]float64{116.988, 35.390}, 11, 13, 520, true},
	{"370883003", "凫山街道", "Fushan", [2]float64{116.942, 35.392}, 10, 8, 478, true},
	{"370883101", "香城镇", "Xiangcheng", [2]float64{117.137, 35.291}, 2, 98, 540, false},
	{"370883102", "城前镇", "Chengqian", [2]float64{117.393, 35.368}, 2, 109, 598, false},
	{"370883103", "大束镇", "Dashu", [2]float64{117.062, 35.407}, 3, 74, 422, false},
	{"370883104", "北宿镇", "Beisu", [2]float64{116.902, 35.358}, 4, 48, 294, false},
	{"370883105", "中心店镇", "Zhongxindian", [2]float64{117.008, 35.464}, 4, 42, 262, false},
	{"370883106", "唐村镇", "Tangcun", [2]float64{116.944, 35.318}, 3, 26, 168, false},
	{"370883107", "太平镇", "Taiping", [2]float64{116.812, 35.345}, 3, 89, 502, false},
	{"370883109", "石墙镇", "Shiqiang", [2]float64{116.907, 35.250}, 2, 73, 408, false},
	{"370883110", "峄山镇", "Yishan", [2]float64{117.002, 35.333}, 2, 48, 274, false},
	{"370883111", "看庄镇", "Kanzhuang", [2]float64{117.032, 35.256}, 1, 38, 212, false},
	{"370883112", "张庄镇", "Zhangzhuang", [2]float64{117.242, 35.360}, 2, 72, 402, false},
	{"370883113", "田黄镇", "Tianhuang", [2]float64{117.262, 35.440}, 1, 50, 277, false},
	{"370883114", "郭里镇", "Guoli", [2]float64{116.805, 35.217}, 2, 37, 222, false},
}

// loneTowns are the towns of which SizeTown makes the first: it holds all of the county seat, with fewer streets than the
// three have together, and villages around.
var loneTowns = append([]townPlan{
	{"370883001", "钢山街道", "Gangshan", [2]float64{116.968, 35.403}, 10, 46, 390, true},
}, townPlans[3:]...)

// countyShape is the county's outline in hundredths of a degree, drawn by hand; wander makes it natural.
var countyShape = [][2]float64{
	{116.79, 35.15}, {116.83, 35.18}, {116.85, 35.17}, {116.88, 35.19}, {116.94, 35.17}, {117.02, 35.22},
	{117.10, 35.22}, {117.21, 35.26}, {117.26, 35.26}, {117.26, 35.29}, {117.31, 35.31}, {117.39, 35.31},
	{117.41, 35.27}, {117.46, 35.29}, {117.47, 35.31}, {117.43, 35.35}, {117.47, 35.40}, {117.45, 35.44},
	{117.34, 35.48}, {117.24, 35.49}, {117.22, 35.466}, {117.18, 35.461}, {117.155, 35.485}, {117.12, 35.48},
	{117.01, 35.51}, {116.97, 35.47}, {116.90, 35.48}, {116.86, 35.44}, {116.81, 35.44}, {116.75, 35.38},
	{116.76, 35.36}, {116.74, 35.33}, {116.80, 35.30}, {116.78, 35.26}, {116.76, 35.23}, {116.78, 35.20},
	{116.77, 35.16},
}

func place(degrees [2]float64) vec {
	return pt{int64(degrees[0]*1e7 + 0.5), int64(degrees[1]*1e7 + 0.5)}.vec()
}

func places(degrees [][2]float64) []vec {
	out := make([]vec, len(degrees))
	for i, d := range degrees {
		out[i] = place(d)
	}
	return out
}
