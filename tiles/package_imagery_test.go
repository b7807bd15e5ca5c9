package tiles

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// picturing serves packages with a source of imagery.
func picturing(t *testing.T, plain *Tiles, url string) *Tiles {
	t.Helper()
	c := one(url)
	if err := c.Sources[0].check(); err != nil {
		t.Fatal(err)
	}
	return New(plain.pool, Options{Key: knownKey, PackageDir: t.TempDir(), ImageryDir: t.TempDir(), Imagery: c})
}

// imageryPackage asks for a package with imagery.
func imageryPackage(t *testing.T, tiles *Tiles, wait time.Duration) (*Signed, Progress, error) {
	t.Helper()
	return tiles.Package(t.Context(), PackageOf{SubArea: packagedSubArea, Imagery: true}, wait)
}

// Whoever wants imagery with a package has the pictures of its sub-area, and a style that shows them; who does not, does not.
func TestPackageWithImagery(t *testing.T) {
	plain, _ := newPackageTiles(t)
	slow := make(chan struct{})
	source := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
		<-slow
		if strings.HasPrefix(r.URL.Path, "/15/") {
			http.NotFound(w, r)
			return
		}
		send(w, green)
	})
	tiles := picturing(t, plain, source.URL+"/{z}/{x}/{y}")
	following(t, tiles)
	if signed, p, err := imageryPackage(t, tiles, 0); signed != nil || err != nil {
		t.Errorf("it was there before its pictures: %v, %v", p, err)
	}
	until(t, "pictures are fetched", func() bool {
		_, p, err := imageryPackage(t, tiles, 0)
		return err == nil && p.Stage == "fetching" && p.Total > 0
	})
	close(slow)
	signed, _, err := imageryPackage(t, tiles, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	m, err := signed.Verify(knownKey.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	part, ok := m.part(PartImagery)
	if !ok {
		t.Fatalf("the package holds %+v", m.Parts)
	}
	checkPictures(t, piecesOf(t, tiles, part))
	checkImageryStyle(t, tiles, m)
	asked := len(source.requests())
	if _, _, err := imageryPackage(t, tiles, time.Minute); err != nil || len(source.requests()) != asked {
		t.Errorf("asked again the source is asked again: %v", err)
	}
	if without := packaged(t, tiles, packagedSubArea); len(without.parts[PartImagery]) > 0 || bytes.Contains(without.parts[PartStyle], []byte("imagery")) {
		t.Error("who wants no imagery has some")
	}
	if _, _, err := imageryPackage(t, plain, time.Minute); !errors.Is(err, ErrNoImagery) {
		t.Errorf("where none is configured: %v", err)
	}
}

// checkPictures looks for the pictures of the sub-area: it ends at 117° E, and the source has none at zoom 15.
func checkPictures(t *testing.T, pieces []piece) {
	t.Helper()
	at := map[string]bool{}
	for _, p := range pieces {
		at[p.name] = true
		if !bytes.Equal(p.bytes, green) {
			t.Errorf("%s is another picture than the source has", p.name)
		}
	}
	if !at["imagery/16/54066/25869"] || at["imagery/15/27033/12934"] || at["imagery/16/54068/25869"] {
		t.Errorf("the pictures are %v", at)
	}
}

func checkImageryStyle(t *testing.T, tiles *Tiles, m Manifest) {
	t.Helper()
	style, _ := m.part(PartStyle)
	packed, err := tiles.Part(packagedSubArea, style.Hash)
	if err != nil {
		t.Fatal(err)
	}
	text, err := unpack(packed, maxPartBytes)
	if err != nil || !bytes.Contains(text, []byte("package://370883-imagery/")) {
		t.Errorf("the style does not show the imagery: %v", err)
	}
}

func piecesOf(t *testing.T, tiles *Tiles, part Part) []piece {
	t.Helper()
	packed, err := tiles.Part(packagedSubArea, part.Hash)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := unpack(packed, int64(part.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	pieces, err := readBundle(bundle)
	if err != nil {
		t.Fatal(err)
	}
	return pieces
}

// Where the source fails the package with imagery is refused, and the one without is there.
func TestPackageWithoutItsSource(t *testing.T) {
	plain, _ := newPackageTiles(t)
	source := newUpstream(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) })
	tiles := picturing(t, plain, source.URL+"/{z}/{x}/{y}")
	if _, _, err := imageryPackage(t, tiles, time.Minute); !errors.Is(err, ErrImageryFailed) {
		t.Errorf("it is %v", err)
	}
	packaged(t, tiles, packagedSubArea)
}
