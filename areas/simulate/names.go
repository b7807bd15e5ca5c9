package simulate

import (
	"math"
	"math/rand/v2"
	"strings"
)

// word is a piece of a name and how it is said.
type word struct{ zh, en string }

func words(s string) []word {
	var out []word
	for _, f := range strings.Fields(s) {
		zh, en, _ := strings.Cut(f, "/")
		out = append(out, word{zh, en})
	}
	return out
}

var (
	families = words(`王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 赵/Zhao 黄/Huang 周/Zhou 吴/Wu 徐/Xu 孙/Sun 胡/Hu 朱/Zhu
		高/Gao 林/Lin 何/He 郭/Guo 马/Ma 罗/Luo 梁/Liang 宋/Song 郑/Zheng 谢/Xie 韩/Han 唐/Tang 冯/Feng 于/Yu 董/Dong 萧/Xiao 程/Cheng
		曹/Cao 袁/Yuan 邓/Deng 许/Xu 傅/Fu 沈/Shen 曾/Zeng 彭/Peng 吕/Lü 苏/Su 卢/Lu 蒋/Jiang 蔡/Cai 贾/Jia 丁/Ding 魏/Wei 薛/Xue
		叶/Ye 阎/Yan 潘/Pan 杜/Du 戴/Dai 夏/Xia 钟/Zhong 汪/Wang 田/Tian 任/Ren 姜/Jiang 范/Fan 方/Fang 石/Shi 姚/Yao 谭/Tan 孟/Meng
		颜/Yan 孔/Kong 秦/Qin 尹/Yin 白/Bai 崔/Cui 康/Kang 毛/Mao 邱/Qiu 江/Jiang 史/Shi 顾/Gu 侯/Hou 邵/Shao 龙/Long 万/Wan 段/Duan`)
	villageEnds = words(`庄/zhuang 庄/zhuang 庄/zhuang 家庄/jiazhuang 家庄/jiazhuang 村/cun 家村/jiacun 楼/lou 屯/tun 沟/gou 家沟/jiagou 桥/qiao
		营/ying 铺/pu 寨/zhai 河/he 峪/yu 家峪/jiayu 坡/po 店/dian 官庄/guanzhuang 集/ji 堂/tang 岭/ling 洼/wa`)
	villageSides = words(`东/Dong 西/Xi 南/Nan 北/Bei 前/Qian 后/Hou 上/Shang 下/Xia 大/Da 小/Xiao`)
	landNames    = words(`龙潭/Longtan 白龙池/Bailongchi 石垛子/Shiduozi 红旗岭/Hongqiling 朝阳寺/Chaoyangsi 青石山/Qingshishan 柳林/Liulin
		枣园/Zaoyuan 槐树底/Huaishudi 大山阴/Dashanyin 北山窝/Beishanwo 双泉/Shuangquan 石门/Shimen 黄土崖/Huangtuya 栗子园/Liziyuan
		古路口/Gulukou 泉子头/Quanzitou 南屯/Nantun 梨杭/Lihang 杏花/Xinghua 柿子沟/Shizigou 响水河/Xiangshuihe 羊圈/Yangjuan 莲花/Lianhua`)
	communities = words(`北关/Beiguan 西关/Xiguan 东关/Dongguan 南关/Nanguan 铁山/Tieshan 凤凰山/Fenghuangshan 建业/Jianye 昌平/Changping
		龙山/Longshan 鸿景/Hongjing 燕京/Yanjing 福悦/Fuyue 红星/Hongxing 泰和/Taihe 华龙/Hualong 唐王湖/Tangwanghu 文博/Wenbo 玉泉/Yuquan
		兴隆/Xinglong 圣泉/Shengquan 泉兴/Quanxing 巷里/Xiangli 海悦/Haiyue 文圣/Wensheng 圣源/Shengyuan 铁西/Tiexi 孟子湖/Mengzihu`)
	streets = words(`矿建/Kuangjian 太平/Taiping 平阳寺/Pingyangsi 东滩/Dongtan 西外环/Xiwaihuan 护驾山/Hujiashan 岗山/Gangshan 铁山/Tieshan
		凫山/Fushan 峄山/Yishan 唐王山/Tangwangshan 普阳山/Puyangshan 兴石/Xingshi 昌平/Changping 接驾山/Jiejiashan 千泉/Qianquan
		庙户/Miaohu 三兴/Sanxing 宏河/Honghe 金山/Jinshan 仁和/Renhe 崇义/Chongyi 文源/Wenyuan 邾国/Zhuguo 后八里/Houbali 公园/Gongyuan
		幸福/Xingfu 人民/Renmin 建设/Jianshe 新华/Xinhua 青年/Qingnian 和平/Heping`)
	compoundStarts = words(`锦绣/. 阳光/. 龙泰/. 鸿景/. 东方/. 福临/. 怡和/. 翠湖/. 金城/. 瑞和/. 文博/. 凤凰/. 学府/. 银河/. 世纪/. 圣泽/. 康桥/. 明德/. 盛世/. 邹鲁/. 御景/. 宏泰/. 兴业/. 矿建/. 香榭/. 桃源/. 春晖/. 紫荆/. 金鼎/. 润泽/. 清华/. 荷塘/. 状元/. 泰和/. 圣府/. 孟府/. 燕山/. 丽景/. 滨河/. 国泰/. 府东/. 城前/. 望岳/. 华泰/. 恒丰/. 安居/. 祥云/. 吉祥/. 和谐/. 三迁/.`)
	phases         = []word{{"东区", " East"}, {"西区", " West"}, {"南区", " South"}, {"北区", " North"}}
	compoundEnds   = words(`花园/. 家园/. 小区/. 小区/. 嘉园/. 名城/. 新村/. 苑/. 雅苑/. 华府/. 公寓/. 里/. 佳苑/.`)
	trades         = words(`超市/. 药店/. 饭馆/. 羊汤馆/. 煎饼铺/. 五金店/. 理发店/. 服装店/. 手机店/. 水果店/. 粮油店/. 打印社/. 宾馆/. 诊所/. 茶庄/. 烟酒店/. 电动车行/. 早餐店/. 快递站/. 眼镜店/. 建材店/. 文具店/.`)
	tradeStarts    = words(`惠民/. 鲁南/. 老王/. 邹城/. 金利/. 顺达/. 佳和/. 宏远/. 百姓/. 新天地/. 李记/. 孟记/. 福来/. 鑫源/. 好日子/. 大众/. 万家/. 兴旺/. 同仁/. 亿家/.`)
)

// namer gives names that do not come twice in a town.
type namer struct {
	random *rand.Rand
	used   map[string]bool
	near   int
}

func newNamer(random *rand.Rand) *namer {
	return &namer{random: random, used: map[string]bool{}, near: random.IntN(1000)}
}

func (n *namer) one(from []word) word { return from[n.random.IntN(len(from))] }

// fresh makes names until one has not been used; after many it adds a direction.
func (n *namer) fresh(make func() word) (string, string) {
	w := make()
	for range 40 {
		if !n.used[w.zh] {
			break
		}
		w = make()
	}
	for k := 0; n.used[w.zh]; k++ {
		p := phases[k%len(phases)]
		w = word{w.zh + p.zh, w.en + p.en}
	}
	n.used[w.zh] = true
	return w.zh, w.en
}

func (n *namer) village() (zh, en string) {
	return n.fresh(func() word {
		roll := n.random.Float64()
		if roll < 0.10 {
			w := n.one(landNames)
			return word{w.zh + "村", w.en}
		}
		family, end := n.one(families), n.one(villageEnds)
		w := word{family.zh + end.zh, family.en + end.en}
		if roll < 0.42 {
			side := n.one(villageSides)
			w = word{side.zh + w.zh, side.en + strings.ToLower(w.en)}
		}
		if !strings.HasSuffix(w.zh, "村") {
			w.zh += "村"
		}
		return w
	})
}

func (n *namer) community() (zh, en string) {
	return n.fresh(func() word {
		w := n.one(communities)
		return word{w.zh + "社区", w.en + " Community"}
	})
}

func (n *namer) compound() string {
	zh, _ := n.fresh(func() word { return word{n.one(compoundStarts).zh + n.one(compoundEnds).zh, ""} })
	return zh
}

func (n *namer) trade() string { return n.one(tradeStarts).zh + n.one(trades).zh }
func (n *namer) shop(village string) string {
	return village + []string{"便民超市", "农资店", "小卖部", "磨坊"}[n.random.IntN(4)]
}

func (n *namer) school() string {
	zh, _ := n.fresh(func() word {
		return word{n.one(communities).zh + []string{"小学", "中学", "实验小学", "幼儿园"}[n.random.IntN(4)], ""}
	})
	return zh
}

func (n *namer) works() string {
	zh, _ := n.fresh(func() word {
		return word{n.one(compoundStarts).zh + []string{"机械厂", "纺织厂", "食品有限公司", "建材有限公司", "水泥厂", "印刷厂"}[n.random.IntN(6)], ""}
	})
	return zh
}

func (n *namer) market() string {
	zh, _ := n.fresh(func() word {
		return word{n.one(communities).zh + []string{"商场", "农贸市场", "购物广场", "大厦"}[n.random.IntN(4)], ""}
	})
	return zh
}

// streetName names a line of the grid: a street runs east and is a jie, a road runs north and is a lu.
func streetName(across bool, at float64, town string) (zh, en string) {
	line := uint64(int64(math.Round(at/110)) + 1000)
	kind, end, said := uint64(1), "路", " Road"
	if across {
		kind, end, said = 2, "街", " Street"
	}
	var place uint64
	for _, c := range town {
		place = place*31 + uint64(c)
	}
	switch town {
	case "Gangshan", "Qianquan", "Fushan":
		place = 0
	}
	if line == 1000 && place == 0 {
		if across {
			return "太平路", "Taiping Road"
		}
		return "中心路", "Zhongxin Road"
	}
	w := streets[hash(line, kind, place)%uint64(len(streets))]
	return w.zh + end, w.en + said
}

func hillName(i int) (zh, en string) {
	if i == 0 {
		return "峄山", "Mount Yi"
	}
	a, b := families[hash(uint64(i), 21)%uint64(len(families))], []word{{"山", "shan"}, {"家山", "jiashan"}, {"顶", "ding"}, {"崮", "gu"}}[i%4]
	return a.zh + b.zh, a.en + b.en
}

func lakeName(i int) (zh, en string) {
	w := landNames[(i*5+11)%len(landNames)]
	return w.zh + "水库", w.en + " Reservoir"
}
