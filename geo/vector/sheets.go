package vector

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

// OpenAll opens files that are parts of one, such as the sheets of a map or the towns of a county: their features come one
// file after the other, numbered on, with the file's name in their place. They have one coordinate system, else it refuses.
func OpenAll(paths []string, o Options) (Reader, error) {
	if len(paths) == 1 {
		return Open(paths[0], o)
	}
	j := &sheets{paths: paths, options: o, sizes: make([]int64, len(paths))}
	for i, path := range paths {
		s, err := openSource(path, Options{})
		if err != nil {
			return nil, err
		}
		j.sizes[i] = s.size
		j.total += s.size
		if err := s.Close(); err != nil {
			return nil, err
		}
	}
	return j, j.open()
}

// sheets reads files one after the other.
type sheets struct {
	Reader
	paths   []string
	options Options
	sizes   []int64
	total   int64 // bytes
	number  int   // of the file that is open
	passed  int64 // bytes of the files before it
	rows    int64 // of the files before it
	last    int64 // row that was read
	crs     string
}

func (j *sheets) open() error {
	o := j.options
	if tell := o.Progress; tell != nil {
		o.Progress = func(read, _ int64) { tell(j.passed+read, j.total) }
	}
	r, err := Open(j.paths[j.number], o)
	if err != nil {
		return err
	}
	if j.Reader = r; j.number == 0 {
		j.crs = r.CRS()
	}
	if r.CRS() != j.crs {
		err = fmt.Errorf("%s is in another coordinate system than %s: read them one by one", filepath.Base(j.paths[j.number]), filepath.Base(j.paths[0]))
		return errors.Join(err, r.Close())
	}
	return nil
}

// Next reads the next feature, of the next file if this one is at its end.
func (j *sheets) Next() (Feature, error) {
	for {
		f, err := j.Reader.Next()
		var bad *RowError
		switch {
		case errors.As(err, &bad):
			j.last = j.rows + bad.Row
			return f, &RowError{Row: j.last, Place: j.place(bad.Place), Reason: bad.Reason}
		case errors.Is(err, io.EOF) && j.number+1 < len(j.paths):
			if err := j.Reader.Close(); err != nil {
				return f, err
			}
			j.passed += j.sizes[j.number]
			j.rows = j.last
			j.number++
			if err := j.open(); err != nil {
				return f, err
			}
			continue
		case err == nil:
			f.Row += j.rows
			f.Place = j.place(f.Place)
			j.last = f.Row
		}
		return f, err
	}
}

func (j *sheets) place(in string) string { return filepath.Base(j.paths[j.number]) + ", " + in }
