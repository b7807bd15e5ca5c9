package main

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"canvass/areas"
)

func newTestKey(t interface{ Fatal(...any) }) (private []byte, of keyShare) {
	private, err := areas.NewCountyPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := areas.CountyPublicKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return private, keyShare{county: "370883", key: areas.CountyKeyID(public)}
}

// Any shares that are enough give the key, whichever they are and in any order; fewer do not.
func TestAnySharesThatAreEnoughGiveTheKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		private, of := newTestKey(t)
		of.threshold = rapid.IntRange(2, 6).Draw(t, "threshold")
		of.shares = rapid.IntRange(of.threshold, 9).Draw(t, "shares")
		split, err := splitKey(private, of)
		if err != nil {
			t.Fatal(err)
		}
		brought := rapid.Permutation(split).Draw(t, "brought")
		n := rapid.IntRange(0, of.shares).Draw(t, "n")
		var typed []keyShare
		for _, s := range brought[:n] {
			again, err := parseShare("from paper:\n" + s.String() + " \r\n")
			if err != nil {
				t.Fatal(err)
			}
			typed = append(typed, again)
		}
		got, err := joinShares(typed)
		if n >= of.threshold && (err != nil || !bytes.Equal(got, private)) {
			t.Fatalf("%d of %d shares, %d needed: %v", n, of.shares, of.threshold, err)
		}
		if n < of.threshold && err == nil {
			t.Fatalf("%d shares are enough where %d are needed", n, of.threshold)
		}
	})
}

func TestSharesAreRefused(t *testing.T) {
	private, of := newTestKey(t)
	of.threshold, of.shares = 2, 3
	mine, err := splitKey(private, of)
	if err != nil {
		t.Fatal(err)
	}
	again, err := splitKey(private, of)
	if err != nil {
		t.Fatal(err)
	}
	other, alien := newTestKey(t)
	alien.threshold, alien.shares = 2, 3
	others, err := splitKey(other, alien)
	if err != nil {
		t.Fatal(err)
	}
	forged := others[1]
	forged.key = of.key
	for what, shares := range map[string][]keyShare{
		"given twice":          {mine[0], mine[0]},
		"of another key":       {mine[0], others[1]},
		"said to be of it":     {mine[0], forged},
		"of another splitting": {mine[0], again[1]},
		"too few":              {mine[0]},
		"none":                 {},
	} {
		if got, err := joinShares(shares); err == nil {
			t.Errorf("%s: they give %x", what, got)
		}
	}
	for _, c := range []struct{ threshold, shares int }{{1, 3}, {0, 0}, {4, 3}, {2, 256}, {-1, -1}} {
		of.threshold, of.shares = c.threshold, c.shares
		if _, err := splitKey(private, of); err == nil {
			t.Errorf("%d of %d is split", c.threshold, c.shares)
		}
	}
	line := mine[0].String()
	for i := range line {
		typo := line[:i] + string(line[i]^1) + line[i+1:]
		if s, err := parseShare(typo); err == nil {
			t.Errorf("with a slip at %d it reads as %+v", i, s)
		}
	}
}

// Whatever is given for a share, it is read or refused.
func FuzzParseShare(f *testing.F) {
	private, of := newTestKey(f)
	of.threshold, of.shares = 2, 3
	split, err := splitKey(private, of)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(split[0].String())
	f.Add("canvass-share-1:370883:0123456789abcdef:2:3:1::")
	f.Add(strings.Repeat("canvass-share-1:", 9))
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseShare(text)
		if err != nil {
			return
		}
		if again, err := parseShare(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("%q reads as %+v, which reads as %+v, %v", text, s, again, err)
		}
	})
}
