package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"canvass/areas"
	"canvass/areas/simulate"
)

// How far a sub-area is when the demo begins.
type pace struct {
	done     float64 // share of dwellings called on
	thorough float64 // share of calls that settle the dwelling
	declared bool    // the enumerator says it is done
}

// paceOf draws how far a sub-area is: most are under way, some silent, some done, and some say so too early.
func paceOf(random *rand.Rand) pace {
	switch p := random.Float64(); {
	case p < 0.05:
		return pace{}
	case p < 0.20:
		return pace{done: 1, thorough: 1, declared: true}
	case p < 0.24:
		return pace{done: 0.9, thorough: 0.85, declared: true}
	default:
		return pace{done: 0.05 + 0.8*random.Float64()*random.Float64(), thorough: 0.75}
	}
}

// supervised is how many enumerators a supervisor has.
const supervised = 18

// work makes a town's staff, gives them their sub-areas, and records what they have done so far.
func (d *demoMaker) work(ctx context.Context, town *simulate.Town) error {
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%s/%d", town.Code, d.seed)
	random := rand.New(rand.NewPCG(hash.Sum64(), uint64(d.seed)))
	staff, err := d.staff(ctx, town, random)
	if err != nil {
		return err
	}
	paces := map[areas.Code]pace{}
	var declared []areas.Code
	for _, a := range town.Areas {
		for _, s := range a.SubAreas {
			p := paceOf(random)
			paces[areas.Code(s.Code)] = p
			if p.declared {
				declared = append(declared, areas.Code(s.Code))
			}
			d.show(town, s, p)
		}
	}
	var visits []areas.NewVisit
	err = d.store.EachDwelling(ctx, system, areas.Code(town.Code), func(dwelling areas.Dwelling) error {
		p := paces[dwelling.SubArea]
		if random.Float64() < p.done {
			visits = append(visits, d.visits(dwelling, staff[dwelling.SubArea].enumerator, p, random)...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := d.store.RecordVisits(ctx, system, areas.Code(d.county.Code), visits); err != nil {
		return err
	}
	for _, code := range declared {
		if _, err := d.store.DeclareDone(ctx, system, areas.Code(d.county.Code), staff[code].assignment); err != nil {
			return err
		}
	}
	return nil
}

// show remembers the first sub-area of a good size that is under way, for the accounts to try.
func (d *demoMaker) show(town *simulate.Town, s simulate.SubArea, p pace) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p.declared || p.done < 0.25 || len(s.Buildings) < 12 {
		return
	}
	if d.shown.subArea == "" || town.Code < string(d.shown.town) {
		d.shown = demoPlace{areas.Code(town.Code), areas.Code(s.Code)}
	}
}

// held is who has a sub-area.
type held struct{ enumerator, assignment uuid.UUID }

// staff makes an enumerator for each sub-area, with a supervisor for every few, and assigns them. They have no password: an
// administrator sets one.
func (d *demoMaker) staff(ctx context.Context, town *simulate.Town, random *rand.Rand) (map[areas.Code]held, error) {
	var codes []areas.Code
	var users []areas.NewUser
	for _, a := range town.Areas {
		for _, s := range a.SubAreas {
			codes = append(codes, areas.Code(s.Code))
			users = append(users, areas.NewUser{Name: "e" + s.Code, DisplayName: personName(random), Role: areas.RoleEnumerator,
				Scope: areas.Code(s.Code)})
		}
	}
	for i := range (len(codes) + supervised - 1) / supervised {
		users = append(users, areas.NewUser{Name: fmt.Sprintf("s%s%02d", town.Code, i+1), DisplayName: personName(random),
			Role: areas.RoleSupervisor, Scope: codes[i*supervised].At(areas.LevelTown)})
	}
	ids, err := d.store.CreateUsers(ctx, system, users)
	if err != nil {
		return nil, err
	}
	assignments := make([]areas.NewAssignment, len(codes))
	for i, code := range codes {
		assignments[i] = areas.NewAssignment{SubArea: code, Enumerator: ids[i], Round: areas.RoundEnumeration}
	}
	given, err := d.store.AssignMany(ctx, system, assignments)
	if err != nil {
		return nil, err
	}
	out := map[areas.Code]held{}
	for i, code := range codes {
		out[code] = held{ids[i], given[i]}
	}
	return out, nil
}

// settled and unsettled are what calls end in, with how often in a hundred.
var (
	settled = []struct {
		result string
		often  int
	}{{"complete", 84}, {"vacant", 6}, {"vacant_with_hukou", 2}, {"seasonal", 3}, {"non_residential", 3}, {"proxy", 0}, {"under_construction", 1}, {"demolished", 1}}
	unsettled = []struct {
		result string
		often  int
	}{{"no_contact", 50}, {"listed", 25}, {"partial", 10}, {"refused", 7}, {"vacant", 5}, {"inaccessible", 3}}
)

// visits are what was done at one dwelling: now and then a first call in vain, then the one that tells.
func (d *demoMaker) visits(dwelling areas.Dwelling, enumerator uuid.UUID, p pace, random *rand.Rand) []areas.NewVisit {
	opened := d.now.AddDate(0, 0, -6).Add(time.Hour)
	hours := d.now.Sub(opened).Hours() - 1
	at := opened.Add(time.Duration(random.Float64() * hours * float64(time.Hour)))
	v := areas.NewVisit{ID: demoID(random), County: dwelling.County, Dwelling: dwelling.ID, Enumerator: enumerator, At: at}
	outcome := unsettled
	if random.Float64() < p.thorough {
		outcome = settled
	}
	v.Result = drawn(outcome, random)
	if outcome[0].result == "complete" && (v.Result == "vacant" || v.Result == "vacant_with_hukou") {
		v.Evidence = []string{"meter", "neighbour"}
	}
	if v.Result == "complete" || v.Result == "partial" {
		v.Persons = &areas.Persons{PresentRegistered: 1 + random.IntN(4), PresentElsewhere: random.IntN(2), AbsentRegistered: random.IntN(3) / 2}
	}
	if random.Float64() < 0.1 {
		first := v
		first.ID, first.Result, first.Evidence, first.Persons = demoID(random), "no_contact", nil, nil
		first.At = at.Add(-time.Duration(random.Float64() * float64(at.Sub(opened))))
		return []areas.NewVisit{first, v}
	}
	return []areas.NewVisit{v}
}

// demoID draws a visit's id from the seed, so that the same demo has the same ids.
func demoID(random *rand.Rand) uuid.UUID {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(random.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

func drawn(from []struct {
	result string
	often  int
}, random *rand.Rand) string {
	n := random.IntN(100)
	for _, f := range from {
		if n -= f.often; n < 0 {
			return f.result
		}
	}
	return from[0].result
}

// The commonest surnames, and syllables of given names, to make names of nobody.
var (
	surnames   = []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
	givenNames = []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文志国海波宁鑫晨")
)

func personName(random *rand.Rand) string {
	name := string(surnames[random.IntN(len(surnames))]) + string(givenNames[random.IntN(len(givenNames))])
	if random.IntN(3) > 0 {
		name += string(givenNames[random.IntN(len(givenNames))])
	}
	return name
}
