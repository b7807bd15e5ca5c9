package areas

import "regexp"

// ReasonIn tells the reason of a report's row in a language, "zh" or "en". What has no translation stays English.
func (r ImportRow) ReasonIn(language string) string {
	if language == "en" {
		return r.Reason
	}
	return inChinese(r.Reason)
}

// inChinese puts what is known of a reason into Chinese.
func inChinese(reason string) string {
	for _, p := range reasons {
		reason = p.en.ReplaceAllString(reason, p.zh)
	}
	return reason
}

// reason is a phrase of the readers and of the geometry checks, which speak English, and how it is said in Chinese.
type reason struct {
	en *regexp.Regexp
	zh string
}

func said(en, zh string) reason { return reason{regexp.MustCompile(en), zh} }

// reasons go from the longer phrase to the shorter, for one may hold another.
var reasons = []reason{
	said(`^it has no geometry$`, `没有几何图形`),
	said(`^ground is a polygon or a multipolygon, not a (\w+)$`, `地块应为面(Polygon 或 MultiPolygon),而不是 $1`),
	said(`^a building is a point, a polygon or a multipolygon, not a (\w+)$`, `建筑物应为点或面,而不是 $1`),
	said(`^the id (.+) occurs twice in the file; the first one stands$`, `编号 $1 在文件中重复;采用第一个`),
	said(`^kind (.+) is not known; taken as residential$`, `建筑类型“$1”未知,按住宅处理`),
	said(`^(\w+) is implausible and was left out$`, `$1 的数值不合理,已略去`),
	said(`^kept as somebody set it by hand: (.+); take the file's with --overrule$`, `保留人工修改的内容($1);如要采用文件中的,导入时加 --overrule`),
	said(`^nothing in (\d+) is called (.+); it was made; (\d+) is called nearly so$`, `$1 内没有名为“$2”的地方,已新建;$3 的名称与它相近`),
	said(`^nothing in (\d+) is called (.+); it was made$`, `$1 内没有名为“$2”的地方,已新建`),
	said(`^(\d+) places of (\d+) are called (.+), such as (\d+): name them by their codes; another was made$`, `$2 内有 $1 个名为“$3”的地方(如 $4):请用代码指明;已另建一个`),
	said(`^(\d+) (.*) has no sub-area: no row names it$`, `$1 $2 没有普查小区:文件中没有属于它的行`),
	said(`^it stands outside the county's ground$`, `位于本县范围之外`),
	said(`^the row names no place: say which column does with --map code=COLUMN$`, `该行没有说明是哪个地方:请指定代码列(code=列名)`),
	said(`^households of (.+) is not a number: say which column it is with --map households=COLUMN$`,
		`$1 的户数不是数字:请指定户数列(households=列名)`),
	said(`^no sub-area, area or region is known as (.+)$`, `没有代码或编号为 $1 的普查小区、普查区或区划`),
	said(`^the base map has no layer "(.*)": name the column with --map layer=COLUMN, or the layer of all rows with --map layer==road \((.*)\)$`,
		`底图没有“$1”图层:请指定图层列(layer=列名),或所有行的图层(layer==road);可用:$2`),
	said(`(\d{9,15}) and (\d{9,15}) share ([\d.]+) m² of ground: draw the boundary that they have in common`,
		`$1 与 $2 重划 $3 平方米:请画出两者共同的边界`),
	said(`(\d{9,15}) and (\d{9,15}) share ([\d.]+) m² of ground in a sliver ([\d.]+) m wide: (.*)`, `$1 与 $2 在宽 $4 米的窄条内重划 $3 平方米:$5`),
	said(`(\d{9,15}) and (\d{9,15}) share ([\d.]+) m² of ground`, `$1 与 $2 重叠 $3 平方米`),
	said(`([\d.]+) m² between (\d{9,15}) and (.+) belong to nobody: draw to whom they do`, `$2 与 $3 之间漏划 $1 平方米:请划归一方`),
	said(`([\d.]+) m² between (\d{9,15}) and (.+) belong to nobody, in a sliver ([\d.]+) m wide: (.*)`, `$2 与 $3 之间宽 $4 米的窄条漏划 $1 平方米:$5`),
	said(`([\d.]+) m² within (\d{9,15}) belong to nobody here: an enclave of others, or ground that was left out`,
		`$2 围住的 $1 平方米不属于任何一方:是他处的飞地,还是漏划`),
	said(`([\d.]+) m² within (\d{9,15}) and (\d{9,15}) belong to nobody here: an enclave of others, or ground that was left out`,
		`$2 与 $3 围住的 $1 平方米不属于任何一方:是他处的飞地,还是漏划`),
	said(`(\d{9,15}) has no vertex where (\d{9,15}) has one on its boundary`, `$1 的边界上缺少 $2 在该处的顶点`),
	said(`--repair ([\d.]+) closes it`, `修补容差设为 $1 米即可消除`),
	said(`([\d.]+) m² of (\d+) are in none of the places it is divided into`, `$2 有 $1 平方米不在其任何下级之内`),
	said(`([\d.]+) m² of (\d+) lie outside (\d+), to which it belongs`, `$2 有 $1 平方米在其上级 $3 之外`),
	said(`([\d.]+) m² of (\d+) lie in (\d+) and not in (\d+), to which it belongs`, `$2 有 $1 平方米在 $3 之内,而不在其上级 $4 之内`),
	said(`^all rows together have (\d+) m² of ground, ([-+][\d.]+) m² \(([-+][\d.]+) %\) by what was mended below$`,
		`各行合计 $1 平方米,以下修补使其变化 $2 平方米($3 %)`),
	said(`the codes of (\d+) are used up \(to (\d+)\): say in which place above each row lies, with --map town=COLUMN or area=COLUMN`,
		`$1 的编码已用完(至 $2):请用 town=列名 或 area=列名 说明各行属于哪个镇街或普查区`),
	said(`code (\d+) is in use`, `代码 $1 已被使用`),
	said(`^a vertex put in for (.+): ([\d.]+) m²$`, `按 $1 的边界插入顶点:$2 平方米`),
	said(`^a vertex moved for (.+): ([\d.]+) m²$`, `顶点移到 $1 的顶点上:$2 平方米`),
	said(`^a gap closed for (.+): ([\d.]+) m²$`, `合拢与 $1 之间的漏划:$2 平方米`),
	said(`^a gap closed: ([\d.]+) m²$`, `合拢漏划:$1 平方米`),
	said(`^an overlap settled for (.+): ([\d.]+) m²$`, `消除与 $1 的重划:$2 平方米`),
	said(`a ring turned`, `环的方向已改正`),
	said(`a crack up to ([\d.]+) m wide, open to the outside`, `与邻区之间有宽至 $1 米、通向外侧的裂缝`),
	said(`与 itself 之间`, `自身之间`),
	said(`; made valid, its area changed by (-?[\d.]+) m²`, `;已修复,面积变化 $1 平方米`),
	said(`\((\d+) in all\)`, `(共 $1 处)`),
	said(`ring crosses or touches itself`, `环自相交或自接触`),
	said(`rings touch in a chain that cuts the inside apart`, `环相互接触,把内部切断`),
	said(`rings run together`, `环有重合的边`),
	said(`rings cross`, `环相交`),
	said(`ring has a spike`, `环有尖刺`),
	said(`ring has fewer than four vertices`, `环少于四个顶点`),
	said(`ring is not closed`, `环没有闭合`),
	said(`ring without an area`, `环没有面积`),
	said(`polygon without an area`, `面没有面积`),
	said(`polygon without a ring`, `面没有边界环`),
	said(`empty ring`, `空环`),
	said(`hole lies outside its shell`, `洞在外环之外`),
	said(`hole lies within another`, `洞在另一个洞内`),
	said(`parts overlap`, `各部分重叠`),
	said(`line shorter than the grid`, `线短于网格`),
	said(`a hole without an area dropped`, `去掉没有面积的洞`),
	said(`a part without an area dropped`, `去掉没有面积的部分`),
	said(`a ring closed`, `环已闭合`),
	said(`a spike removed`, `去掉尖刺`),
	said(`coordinate out of range \(longitude -180 to 180, latitude -90 to 90\)`, `坐标超出范围(经度 -180 至 180,纬度 -90 至 90)`),
	said(`a coordinate is not a number|coordinate is not a number`, `坐标不是数字`),
	said(`a line has one point only`, `线只有一个点`),
	said(`a position has one number only`, `坐标只有一个数`),
	said(`a ring has (\d+) points: at least 4 make one, the last being the first again`, `环只有 $1 个点:至少需要 4 个,且首尾相同`),
	said(`(\d+) of its (\d+) ways are missing from the file: `, `其 $2 条路径中有 $1 条不在文件里:`),
	said(`, and (\d+) more$`, `,另有 $1 条`),
	said(`it is made of other relations, such as (relation/\d+), which is not read`, `由其他关系($1 等)组成,不读取`),
	said(`(node/\d+), of which it is made, is missing from the file`, `缺少组成它的 $1`),
	said(`its outline is not closed`, `轮廓没有闭合`),
	said(`it has less than two nodes`, `节点少于两个`),
	said(`it has no ways`, `没有路径`),
	said(` at (node/\d+)`, `(在 $1)`),
	said(`the text of column "(.*)" is not UTF-8: try --encoding gb18030`, `列“$1”不是 UTF-8 编码:请把编码设为 gb18030 再试`),
	said(`the text of column "(.*)" is not in the encoding the file is read in: try another --encoding`, `列“$1”与所选编码不符:请换一种编码`),
	said(`the text of column "(.*)" is cut off in a letter`, `列“$1”的文字在字符中间被截断`),
	said(`its columns are (\d+), those of the header (\d+)`, `有 $1 列,表头有 $2 列`),
	said(`its shape is shorter than it says`, `图形数据比声明的短`),
	said(` at (-?[\d.]+) (-?[\d.]+)`, `(在 $1, $2)`),
}
