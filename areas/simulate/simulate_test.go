package simulate

import (
	"testing"
	"time"
)

func TestStats(t *testing.T) {
	start := time.Now()
	c, err := New(SizeCounty, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("new", time.Since(start), len(c.Base))
	var areas, subs, buildings, households, base, few int
	for i := range c.Towns {
		s := time.Now()
		town, err := c.Town(i)
		if err != nil {
			t.Error(err)
			continue
		}
		var a, b, h int
		for _, ar := range town.Areas {
			for _, su := range ar.SubAreas {
				a++
				b += len(su.Buildings)
				h += su.Expected
				if len(su.Buildings) < 8 {
					few++
					if few%7 == 0 {
						t.Log("few", su.Code, ar.Kind, len(su.Buildings), su.Expected, su.Description)
					}
				}
				if su.Expected == 0 {
					t.Log("zero", su.Code, ar.Kind, len(su.Buildings), su.Description)
				}
			}
		}
		t.Log(town.Name, len(town.Areas), a, b, h, len(town.Base), time.Since(s), int(c.rings[i].area()/1e6), "km2")
		areas, subs, buildings, households, base = areas+len(town.Areas), subs+a, buildings+b, households+h, base+len(town.Base)
	}
	t.Log(areas, subs, buildings, households, base, "few", few, time.Since(start))
}
