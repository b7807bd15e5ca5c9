package areas

import (
	"math/rand/v2"
	"testing"
)

// listedCase is a building's doors from a pattern, as the server lists them; the pages' own listing is held to these.
type listedCase struct {
	County   Code         `json:"county"`
	Building int64        `json:"building"`
	Pattern  Pattern      `json:"pattern"`
	Count    int          `json:"count"`
	Doors    []listedDoor `json:"doors"` // some of them
}

type listedDoor struct {
	At        int    `json:"at"` // among them all
	ID        string `json:"id"`
	Stairwell int    `json:"stairwell"`
	Floor     int    `json:"floor"`
	Door      string `json:"door"`
}

const listingCases = "../web/ui/field/work/listing.cases.json"

// A tablet lists the doors that the server lists, with the ids that it gives them: listed on two tablets, a door is one.
func TestPagesListAlike(t *testing.T) {
	random := rand.New(rand.NewPCG(2026, 10))
	cases := make([]listedCase, 80)
	for i := range cases {
		p := Pattern{Stairwells: random.IntN(4), Floors: random.IntN(16), Doors: 1 + random.IntN(5), FirstFloor: random.IntN(5),
			SkipFour: random.IntN(3) == 0, SkipThirteen: random.IntN(2) == 0}
		if i >= 60 { // villages, listed by courtyard
			p.Courtyards, p.FirstCourtyard = 1+random.IntN(40), random.IntN(30)
		}
		doors, err := p.doors()
		if err != nil {
			t.Fatal(err)
		}
		c := listedCase{County: "370883", Building: 1 + random.Int64N(1<<52), Pattern: p, Count: len(doors)}
		for j, d := range doors {
			if j%7 == 0 || j == len(doors)-1 {
				c.Doors = append(c.Doors, listedDoor{j, d.id(c.County, c.Building).String(), d.stairwell, d.floor, d.name})
			}
		}
		cases[i] = c
	}
	golden(t, listingCases, cases)
}
