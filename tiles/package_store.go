package tiles

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// packageStore keeps what packages are made of as files, by the place they belong to and the hash of what is in them, up to a
// number of bytes; those that were not asked for longest go first. What it loses is made again.
type packageStore struct {
	dir    string
	budget int64

	mu      sync.Mutex
	bytes   int64
	counted bool
}

// maxPartBytes is what a part may hold unpacked.
const maxPartBytes = 64 << 20

var (
	errNotKept = errors.New("not kept")
	hashForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	placeForm  = regexp.MustCompile(`^[0-9]{6}([0-9]{9})?$`)
)

func (s *packageStore) path(place, hash string) (string, error) {
	if s.dir == "" || !placeForm.MatchString(place) || !hashForm.MatchString(hash) {
		return "", errNotKept
	}
	return filepath.Join(s.dir, place[:6], place, hash+".gz"), nil
}

// keep writes content under its hash, packed, unless it is there, and tells how many bytes it takes packed.
func (s *packageStore) keep(place, hash string, content []byte) (int, error) {
	path, err := s.path(place, hash)
	if err != nil {
		return 0, fmt.Errorf("keep a package's part in %q: %w", s.dir, err)
	}
	if known, err := os.Stat(path); err == nil {
		return int(known.Size()), stamp(path, known.ModTime())
	}
	packed, err := packedSmall(content)
	if err != nil {
		return 0, err
	}
	if err := writeWhole(path, packed); err != nil {
		return 0, err
	}
	return len(packed), s.grow(int64(len(packed)))
}

// find reads what is kept, packed; errNotKept if it is not.
func (s *packageStore) find(place, hash string) ([]byte, error) {
	path, err := s.path(place, hash)
	if err != nil {
		return nil, err
	}
	packed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNotKept
	}
	return packed, err
}

// content is find, unpacked and held against its hash. A file that went bad is taken away, so that it is made again.
func (s *packageStore) content(place, hash string) ([]byte, error) {
	packed, err := s.find(place, hash)
	if err != nil {
		return nil, err
	}
	content, err := unpack(packed, maxPartBytes)
	if err != nil || hashOf(content) != hash {
		path, err := s.path(place, hash)
		if err == nil {
			err = os.Remove(path)
		}
		return nil, errors.Join(fmt.Errorf("%w: the file of %s is damaged", errNotKept, hash), err)
	}
	return content, nil
}

// forget takes away all that is kept of a place.
func (s *packageStore) forget(place string) error {
	if s.dir == "" || !placeForm.MatchString(place) || len(place) == 6 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counted = false
	return os.RemoveAll(filepath.Join(s.dir, place[:6], place))
}

// stampEvery is how old the time of a file's last use may be.
const stampEvery = time.Hour

func stamp(path string, was time.Time) error {
	now := time.Now()
	if now.Sub(was) < stampEvery {
		return nil
	}
	return os.Chtimes(path, now, now)
}

// newFile begins the name of a file that is not whole yet.
const newFile = ".new-"

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), newFile+"*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = firstOf(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// grow counts what came, and makes room when it is too much.
func (s *packageStore) grow(bytes int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes += bytes
	if s.counted && s.bytes <= s.budget {
		return nil
	}
	return s.sweep()
}

// sweepTo is the share of the budget that a sweep leaves, so that not every part makes one.
const sweepTo = 0.9

// sweep counts the files, and if they are too many drops the oldest.
func (s *packageStore) sweep() error {
	type file struct {
		path string
		fs.FileInfo
	}
	var files []file
	s.bytes, s.counted = 0, true
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // renamed meanwhile
		}
		if err == nil && strings.HasPrefix(d.Name(), newFile) && time.Since(info.ModTime()) < stampEvery {
			return nil // being written
		}
		files = append(files, file{path, info})
		s.bytes += info.Size()
		return err
	})
	if err != nil || s.bytes <= s.budget {
		return err
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.ModTime().UnixNano(), b.ModTime().UnixNano()) })
	for _, f := range files {
		if float64(s.bytes) <= sweepTo*float64(s.budget) {
			break
		}
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		s.bytes -= f.Size()
	}
	return nil
}

// packedSmall packs as small as gzip can.
func packedSmall(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w := smallPackers.Get().(*gzip.Writer)
	defer smallPackers.Put(w)
	w.Reset(&b)
	_, err := w.Write(content)
	err = firstOf(err, w.Close())
	return b.Bytes(), err
}

var smallPackers = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestCompression); return w }}

// unpack is what was packed, unless it is larger than most.
func unpack(packed []byte, most int64) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("more than %d bytes are packed", most)
	}
	return content, err
}
