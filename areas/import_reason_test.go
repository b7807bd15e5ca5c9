package areas

import (
	"regexp"
	"testing"
)

func TestReasonsAreToldInChinese(t *testing.T) {
	for english, chinese := range map[string]string{
		"it has no geometry": "没有几何图形",
		"ring crosses or touches itself at 116.9701200 35.4022100; made valid, its area changed by 2.3 m²":                             "环自相交或自接触(在 116.9701200, 35.4022100);已修复,面积变化 2.3 平方米",
		"370883001001001 and 370883001001002 share 12.5 m² of ground":                                                                  "370883001001001 与 370883001001002 重叠 12.5 平方米",
		"370883001001001 and 370883001001002 share 12.5 m² of ground in a sliver 0.12 m wide: --repair 0.2 closes it":                  "370883001001001 与 370883001001002 在宽 0.12 米的窄条内重划 12.5 平方米:修补容差设为 0.2 米即可消除",
		"7.5 m² between 370883001001001 and 370883001001002 belong to nobody: draw to whom they do":                                    "370883001001001 与 370883001001002 之间漏划 7.5 平方米:请划归一方",
		"900.0 m² within 370883001001001 belong to nobody here: an enclave of others, or ground that was left out":                     "370883001001001 围住的 900.0 平方米不属于任何一方:是他处的飞地,还是漏划",
		"900.0 m² within 370883001001001 and 370883001001002 belong to nobody here: an enclave of others, or ground that was left out": "370883001001001 与 370883001001002 围住的 900.0 平方米不属于任何一方:是他处的飞地,还是漏划",
		"4.0 m² of 370883001001001 lie outside 370883001001, to which it belongs":                                                      "370883001001001 有 4.0 平方米在其上级 370883001001 之外",
		"a vertex moved for 370883001001002: 0.5 m²":                                                                                   "顶点移到 370883001001002 的顶点上:0.5 平方米",
		"Feldkirch: 5 of its 10 ways are missing from the file: way/1, way/2, and 3 more":                                              "Feldkirch: 其 10 条路径中有 5 条不在文件里:way/1, way/2,另有 3 条",
		"a spike removed (1 in all)":          "去掉尖刺 (共 1 处)",
		"its outline is not closed at node/5": "轮廓没有闭合(在 node/5)",
		"households of A12 is not a number: say which column it is with --map households=COLUMN":                                     "A12 的户数不是数字:请指定户数列(households=列名)",
		"all rows together have 271790000 m² of ground, -12.3 m² (-0.0000 %) by what was mended below":                               "各行合计 271790000 平方米,以下修补使其变化 -12.3 平方米(-0.0000 %)",
		"the codes of 310002100 are used up (to 999): say in which place above each row lies, with --map town=COLUMN or area=COLUMN": "310002100 的编码已用完(至 999):请用 town=列名 或 area=列名 说明各行属于哪个镇街或普查区",
		"something that no reader says": "something that no reader says",
	} {
		row := ImportRow{Reason: english}
		if got := row.ReasonIn("zh"); got != chinese {
			t.Errorf("%s\nis told as %s\n instead of %s", english, got, chinese)
		}
		if row.ReasonIn("en") != english {
			t.Errorf("%s is changed in English", english)
		}
	}
}

// A phrase that stands behind one it holds would never be told.
func TestReasonsGoFromLongToShort(t *testing.T) {
	plain := regexp.MustCompile(`^[a-z ]+$`)
	for i, r := range reasons {
		for _, earlier := range reasons[:i] {
			if plain.MatchString(r.en.String()) && earlier.en.MatchString(r.en.String()) {
				t.Errorf("%q never comes to speak: %q takes its words", r.en, earlier.en)
			}
		}
	}
}

func TestReportHoldsWhatCanBeStored(t *testing.T) {
	if got := storable("a\x00b\xffc"); got != "ab\uFFFDc" {
		t.Errorf("stored as %q", got)
	}
}
