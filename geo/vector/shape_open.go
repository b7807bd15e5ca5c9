package vector

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// maxSideFile is how much of a .prj or .cpg is read.
const maxSideFile = 64 << 10

// openShapeFile opens a .shp and what lies beside it under the same name.
func openShapeFile(s *source, path string, o Options) (Reader, error) {
	files := shapeFiles{shp: s}
	open := []io.Closer{s}
	files.close = func() error {
		var errs []error
		for _, c := range open {
			errs = append(errs, c.Close())
		}
		return errors.Join(errs...)
	}
	for ending, at := range map[string]func(*os.File) error{
		".dbf": func(f *os.File) error { files.dbf = bufio.NewReader(f); return nil },
		".prj": func(f *os.File) (err error) { files.prj, err = io.ReadAll(io.LimitReader(f, maxSideFile)); return },
		".cpg": func(f *os.File) (err error) { files.cpg, err = io.ReadAll(io.LimitReader(f, maxSideFile)); return },
	} {
		f, err := besides(path, ending)
		if err == nil && f != nil {
			open = append(open, f)
			err = at(f)
		}
		if err != nil {
			return nil, errors.Join(err, files.close())
		}
	}
	r, err := newShapeReader(files, o)
	if err != nil {
		return nil, errors.Join(err, files.close())
	}
	return r, nil
}

// besides opens the file of the same name with another ending, in small letters or capitals; nil if there is none.
func besides(path, ending string) (*os.File, error) {
	bare := strings.TrimSuffix(path, filepath.Ext(path))
	for _, name := range []string{bare + ending, bare + strings.ToUpper(ending)} {
		f, err := os.Open(name)
		if err == nil || !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
	}
	return nil, nil
}

// openShapeZip opens the shapefile of an archive that Layer names, or the only one.
func openShapeZip(s *source, o Options) (Reader, error) {
	archive, err := zip.NewReader(s.file, s.size)
	if err != nil {
		return nil, fmt.Errorf("the archive cannot be read: %w", err)
	}
	members := map[string]*zip.File{}
	var layers []string
	for _, f := range archive.File {
		name := memberName(f)
		if strings.Contains(name, "__MACOSX/") {
			continue
		}
		members[strings.ToLower(name)] = f
		if strings.HasSuffix(strings.ToLower(name), ".shp") {
			layers = append(layers, name)
		}
	}
	chosen, err := choose(layers, o.Layer)
	if err != nil {
		return nil, err
	}
	files := shapeFiles{}
	var open []io.Closer
	files.close = func() error {
		var errs []error
		for _, c := range open {
			errs = append(errs, c.Close())
		}
		return errors.Join(append(errs, s.Close())...)
	}
	member := func(ending string) (io.Reader, int64, error) {
		f := members[strings.ToLower(strings.TrimSuffix(chosen, chosen[len(chosen)-4:]))+ending]
		if f == nil {
			return nil, 0, nil
		}
		r, err := f.Open()
		if err != nil {
			return nil, 0, fmt.Errorf("%s cannot be unpacked: %w", f.Name, err)
		}
		open = append(open, r)
		return r, int64(f.UncompressedSize64), nil
	}
	r, err := shapeMembers(&files, member, o)
	if err != nil {
		return nil, errors.Join(err, files.close())
	}
	return r, nil
}

// shapeMembers opens the files of one shapefile in an archive.
func shapeMembers(files *shapeFiles, member func(ending string) (io.Reader, int64, error), o Options) (Reader, error) {
	shp, size, err := member(".shp")
	if err != nil {
		return nil, err
	}
	files.shp = bufio.NewReaderSize(&counter{r: shp, total: size, tell: o.Progress}, peekSize)
	dbf, _, err := member(".dbf")
	if err != nil {
		return nil, err
	}
	if dbf != nil {
		files.dbf = bufio.NewReader(dbf)
	}
	for ending, into := range map[string]*[]byte{".prj": &files.prj, ".cpg": &files.cpg} {
		r, _, err := member(ending)
		if err == nil && r != nil {
			*into, err = io.ReadAll(io.LimitReader(r, maxSideFile))
		}
		if err != nil {
			return nil, err
		}
	}
	return newShapeReader(*files, o)
}

// memberName is a name in an archive; those that are not UTF-8 were written by Chinese Windows.
func memberName(f *zip.File) string {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	if utf8.ValidString(name) {
		return name
	}
	if decoded, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
		return decoded
	}
	return name
}

// choose finds the shapefile that is meant.
func choose(layers []string, named string) (string, error) {
	var names []string
	for _, l := range layers {
		if named != "" && (strings.EqualFold(layerName(l), named) || strings.EqualFold(l, named)) {
			return l, nil
		}
		names = append(names, layerName(l))
	}
	slices.Sort(names)
	switch {
	case len(layers) == 0:
		return "", fmt.Errorf("the archive holds no .shp; %s", readable)
	case named != "":
		return "", fmt.Errorf("the archive has no layer %q; it has %s", named, strings.Join(names, ", "))
	case len(layers) > 1:
		return "", fmt.Errorf("the archive has several layers; say which with --layer: %s", strings.Join(names, ", "))
	}
	return layers[0], nil
}
