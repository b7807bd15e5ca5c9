package vector

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// shapeReader reads a shapefile: shapes from the .shp and, if it is there, their columns from the .dbf. The .shx is not
// needed.
type shapeReader struct {
	*filter
	shp    io.Reader
	dbf    *dbfReader // nil if there is none
	crs    string
	left   int64 // bytes of the .shp, by its header
	shape  bytes.Buffer
	row    int64
	failed error
	close  func() error
}

// shapeFiles are the files of one shapefile; but for shp they may be missing.
type shapeFiles struct {
	shp, dbf io.Reader
	prj, cpg []byte
	close    func() error
}

// headerSize is how long the header of a .shp is.
const headerSize = 100

func newShapeReader(files shapeFiles, o Options) (*shapeReader, error) {
	keep, err := newFilter(o.Where)
	if err != nil {
		return nil, err
	}
	var head [headerSize]byte
	if _, err := io.ReadFull(files.shp, head[:]); err != nil {
		return nil, errors.New("the .shp is shorter than its header")
	}
	if binary.BigEndian.Uint32(head[:]) != 9994 {
		return nil, errors.New("the .shp is not a shapefile")
	}
	r := &shapeReader{filter: keep, shp: files.shp, crs: crsOfWKT(string(files.prj)), close: files.close}
	r.left = int64(binary.BigEndian.Uint32(head[24:]))*2 - headerSize
	if files.dbf == nil {
		if o.Where != "" {
			return nil, fmt.Errorf("there is no .dbf, so there are no columns to look for %s in", o.Where)
		}
		return r, nil
	}
	text, err := textOf(o.Encoding, files.cpg)
	if err == nil {
		r.dbf, err = newDBF(files.dbf, text)
	}
	return r, err
}

func (r *shapeReader) CRS() string { return r.crs }

func (r *shapeReader) Close() error { return r.close() }

func (r *shapeReader) Next() (Feature, error) {
	for r.failed == nil {
		content, err := r.record()
		if err == io.EOF {
			r.failed = r.atEnd()
			break
		}
		if err != nil {
			r.failed = fmt.Errorf("after record %d: %w", r.row, err)
			break
		}
		r.row++
		f := Feature{Row: r.row, Place: fmt.Sprintf("record %d", r.row)}
		kept, err := r.fill(&f, content)
		var bad *RowError
		switch {
		case errors.As(err, &bad):
			bad.Row, bad.Place = f.Row, f.Place
			return Feature{}, bad
		case err != nil:
			r.failed = fmt.Errorf("record %d: %w", r.row, err)
		case kept:
			return f, nil
		}
	}
	return Feature{}, r.failed
}

// record reads the content of the next record of the .shp.
func (r *shapeReader) record() ([]byte, error) {
	if r.left <= 0 {
		return nil, io.EOF
	}
	var head [8]byte
	if _, err := io.ReadFull(r.shp, head[:]); err != nil {
		return nil, fmt.Errorf("the .shp ends %d bytes before its end: %w", r.left, orTruncated(err))
	}
	size := int64(binary.BigEndian.Uint32(head[4:])) * 2
	if size > maxValue || size+int64(len(head)) > r.left {
		return nil, fmt.Errorf("the next record of the .shp says it is %d bytes long, and %d are left", size, r.left)
	}
	r.left -= size + int64(len(head))
	r.shape.Reset()
	if n, err := r.shape.ReadFrom(io.LimitReader(r.shp, size)); err != nil || n < size {
		return nil, fmt.Errorf("the .shp ends %d bytes before its end: %w", r.left+size-n, orTruncated(err))
	}
	return r.shape.Bytes(), nil
}

// orTruncated is what went wrong where more should stand: never io.EOF, which would be taken for the end of the file.
func orTruncated(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// fill gives a feature its columns, then its shape.
func (r *shapeReader) fill(f *Feature, content []byte) (kept bool, err error) {
	if r.dbf != nil {
		f.Properties, f.Notes, err = r.dbf.next()
		if err == io.EOF {
			return false, errors.New("the .dbf has no row for it: the two files do not belong together, or one is cut off")
		}
		if err != nil || f.Properties == nil || !r.filter.keeps(f.Properties) {
			return false, err
		}
	}
	g, notes, err := shapeOf(content)
	if err != nil {
		return false, &RowError{Reason: err.Error()}
	}
	f.Geometry, f.Notes = g, append(f.Notes, notes...)
	return true, nil
}

// atEnd is io.EOF, unless the .dbf goes on.
func (r *shapeReader) atEnd() error {
	if r.dbf != nil && r.dbf.left > 0 {
		return fmt.Errorf("after record %d: the .dbf has %d rows more than the .shp: the two files do not belong together, or one is cut off",
			r.row, r.dbf.left)
	}
	return r.filter.end()
}

// layerName is what a shapefile in an archive is called by: its name without folder and ending.
func layerName(path string) string {
	path = path[strings.LastIndexByte(path, '/')+1:]
	return strings.TrimSuffix(path, path[max(0, len(path)-4):])
}
